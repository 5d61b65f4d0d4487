import { lineTypeRefusal, type NormalisedPhone, normalisePhone } from "./phone.ts";

/** Which of a person's numbers is texted: the first that can get texts, or the first of all. */
export const PHONE_RULES = ["mobile", "first"] as const;
export type PhoneRule = (typeof PHONE_RULES)[number];

type Found = Extract<NormalisedPhone, { ok: true }>;

/**
 * What address books, spreadsheets and people write between two numbers. "Or" is not among it: who writes "A or B" does
 * not know which is the person's.
 */
const BETWEEN =
  /\s*(?::::|[,;|\n\r/\u2028]|\s&\s|\s\+\s(?=\+)|\s{3,}|\s(?:and|und|et|y|e|en|och|og|и)\s)\s*/iu;
const PARTS_MAX = 10;
/** Fewer digits are an extension, or the end of a second number: then it is not clear which number is meant. */
const DIGITS_MIN = 6;

/**
 * Returns the numbers of a cell in their order. A cell that is one number is never split. Several are read only if
 * each part is a number by itself; else the cell is refused as a whole.
 */
export function phonesOf(raw: string, country: string): Found[] | Extract<NormalisedPhone, { ok: false }> {
  const whole = normalisePhone(raw, country);
  if (whole.ok) return [whole];
  if (whole.reason === "Empty" || whole.reason === "Ambiguous" || whole.reason === "Spreadsheet damage")
    return whole;
  const parts = raw.split(BETWEEN).filter((part) => part.trim() !== "");
  if (parts.length < 2 || parts.length > PARTS_MAX) return whole;
  const read = parts.map((part) =>
    (part.match(/\p{Nd}/gu)?.length ?? 0) < DIGITS_MIN ? whole : normalisePhone(part, country),
  );
  const found = read.filter((phone) => phone.ok);
  if (found.length < read.length) return whole;
  const isOne = parts.some((part, n) => n > 0 && isOneNumber(parts[n - 1]!, part, country));
  return isOne ? { ok: false, reason: "Ambiguous" } : found;
}

/** Whether two parts are one number, written with a mark that also stands between numbers. */
const isOneNumber = (before: string, after: string, country: string) =>
  normalisePhone(before.trim() + after.replace(/[^\p{Nd}]/gu, ""), country).ok;

/** Returns the number to text, and the others, each once. */
export function choosePhone(
  phones: readonly Found[],
  rule: PhoneRule,
): { chosen: Found; others: Found[] } | null {
  const each = [...new Map(phones.map((phone) => [phone.e164, phone])).values()];
  const canBeTexted = ({ lineType }: Found) => lineTypeRefusal(lineType) === null;
  const chosen = (rule === "mobile" ? each.find(canBeTexted) : undefined) ?? each[0];
  return chosen ? { chosen, others: each.filter((phone) => phone !== chosen) } : null;
}
