import { badRequest } from "../../http/refusals.ts";
import { passwordScore } from "./password-strength.ts";

/** The person who will have the password. */
export interface PasswordOwner {
  email: string;
  /** The names of the person's organisations. */
  organisations: readonly string[];
}

/** High enough that cracking a stolen hash is not worth the cost: about a hundred million guesses. */
const SCORE_MIN = 3;
/** Shorter names are part of too many ordinary words to be refused everywhere. */
const NAME_MIN = 4;
/** Our name, and words from the product's examples. */
const PRODUCT_WORDS = ["smscrm", "sms crm"];

const ADVICE = "A few unrelated words are easiest to remember.";

/** Throws a refusal that says what to change, if a list of passwords or someone who knows the person would guess it. */
export async function refuseGuessable(
  password: string,
  { email, organisations }: PasswordOwner,
  of: string,
): Promise<void> {
  const [local = "", domain = ""] = email.split("@");
  const plain = plainOf(password);
  const holds = (word: string) => plainOf(word).length >= NAME_MIN && plain.includes(plainOf(word));
  if (holds(email) || holds(local)) {
    throw badRequest(`This password contains your e-mail address. Choose one without it. ${ADVICE}`);
  }
  if (organisations.some(holds)) {
    throw badRequest(
      `This password contains the name of your organisation. Choose one without it. ${ADVICE}`,
    );
  }
  if (PRODUCT_WORDS.some(holds)) {
    throw badRequest(`This password contains the name of this product. Choose one without it. ${ADVICE}`);
  }
  const words = [local, ...domain.split("."), ...organisations.flatMap((name) => name.split(/\s+/)), "sms"];
  const score = await passwordScore(password, words.filter(Boolean).map(lower), of);
  if (score < SCORE_MIN) {
    throw badRequest(
      `This password is easy to guess: it is a common one, or a pattern. Choose another one. ${ADVICE}`,
    );
  }
}

const lower = (text: string) => text.normalize("NFKC").toLowerCase();

/** Keeps letters and digits only, so that "A.c.m.e Ltd" is found in "acmeltd2026". */
const plainOf = (text: string) => lower(text).replace(/[^\p{L}\p{N}]/gu, "");
