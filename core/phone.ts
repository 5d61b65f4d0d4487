import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  Metadata,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";

/** Why a cell of a contact file is not a number that can be texted. Stable phrases: they are counted and shown. */
export const PHONE_FAULTS = [
  "Empty",
  "Not a number",
  "Spreadsheet damage",
  "Too short",
  "Too long",
  "Not valid in its country",
] as const;
export type PhoneFault = (typeof PHONE_FAULTS)[number];

export type NormalisedPhone =
  | { ok: true; e164: string; country: string | null; lineType: string }
  | { ok: false; reason: PhoneFault };

const MAX_RAW_LENGTH = 64;
const EXPONENT = /^[+-]?\d+([.,]\d+)?e\+?\d+$/i;
const SHEET_ERROR = /^#(n\/a|value!|ref!|name\?|num!|null!|div\/0!|#*)$/i;
const LABEL = /^(?:mobile|mob|phone|telephone|tel|cell|ph|m|p|t)\b[\s.:]*/i;
const EXTENSION = /\s*(?:ext\.?|extension|x|#)\s*\d{1,7}$/i;
const NUMBER_SHAPE = /^\(?[+＋]?[\p{Nd}\s().\-/\u2010-\u2015\u2212\u00a0\u200b\u2060]+$/u;
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
const SEPARATORS = /[ ().-]+/g;

/**
 * A phone number as people and spreadsheets write it, to E.164.
 *
 * Repairs what loses no digit: spaces, brackets, a leading apostrophe or `="…"`, a lost leading zero, `0011`, a
 * number exported as `412345678.0`. Refuses what did lose some (`4.12346E+8`) or what could be two numbers: guessing
 * would text a stranger. `defaultCountry` is ISO 3166-1 alpha-2; an unknown one still reads numbers with a `+`.
 * Line types are those of libphonenumber's full metadata, the only ones that are reliable.
 */
export function normalisePhone(raw: string, defaultCountry: string): NormalisedPhone {
  const quick = quickly(raw, defaultCountry);
  if (quick) return quick;
  const text = withoutDressing(raw);
  if (text === "") return { ok: false, reason: "Empty" };
  if (EXPONENT.test(text) || SHEET_ERROR.test(text)) return { ok: false, reason: "Spreadsheet damage" };
  if (text.length > MAX_RAW_LENGTH || !NUMBER_SHAPE.test(text)) return { ok: false, reason: "Not a number" };
  return byLibrary(text, countryCode(defaultCountry));
}

/** What stands round a number in an exported cell and carries no digit of it. */
function withoutDressing(raw: string): string {
  const bare = raw
    .slice(0, 4 * MAX_RAW_LENGTH)
    .replace(INVISIBLE, "")
    .trim()
    .replace(/^=?["']+|["']+$/g, "")
    .replace(LABEL, "")
    .replace(EXTENSION, "")
    .trim();
  // A column of numbers that went through a float: the digits are all there.
  return /^\+?\d{6,15}\.0$/.test(bare) ? bare.slice(0, -2) : bare;
}

function byLibrary(text: string, country: CountryCode | undefined): NormalisedPhone {
  const phone = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false });
  if (phone?.isValid()) {
    return {
      ok: true,
      e164: phone.number,
      country: phone.country ?? null,
      // Valid means that the pattern of some type matched.
      lineType: phone.getType()!,
    };
  }
  return { ok: false, reason: faultOf(phone?.number ?? text, country) };
}

function faultOf(text: string, country: CountryCode | undefined): PhoneFault {
  const length = validatePhoneNumberLength(text, country);
  if (length === "TOO_SHORT") return "Too short";
  if (length === "TOO_LONG") return "Too long";
  return length === "NOT_A_NUMBER" ? "Not a number" : "Not valid in its country";
}

/**
 * How the E.164 numbers begin that somebody may mean who types these digits: with the country's code in front of them,
 * or as a number of `defaultCountry` written its local way. Empty when there is nothing but zeros.
 */
export function phonePrefixes(digits: string, defaultCountry: string): string[] {
  const significant = digits.replace(/^0+/, "");
  if (significant === "") return [];
  const country = countryCode(defaultCountry);
  return [
    ...(significant === digits ? [`+${digits}`] : []),
    ...(country ? [`+${getCountryCallingCode(country)}${significant}`] : []),
  ];
}

function countryCode(country: string): CountryCode | undefined {
  const code = country.toUpperCase();
  return isSupportedCountry(code) ? code : undefined;
}

// ---- The two shapes that make up nearly every import here, decided by the same patterns without the library's
// general machinery (0.5 µs against 10). Anything that does not match takes the long way, so it can only be faster.

const PLAIN = /^[+\d][\d ().-]{7,19}$/;
const AU_MOBILE = typePattern("AU", "MOBILE");
const US_ORDINARY = typePattern("US", "FIXED_LINE");
const US_SPECIAL = ["PREMIUM_RATE", "TOLL_FREE", "PERSONAL_NUMBER"].map((type) => typePattern("US", type));

function typePattern(country: CountryCode, type: string): RegExp {
  const metadata = new Metadata() as unknown as {
    selectNumberingPlan(country: CountryCode): void;
    type(type: string): { pattern(): string };
  };
  metadata.selectNumberingPlan(country);
  return new RegExp(`^(?:${metadata.type(type).pattern()})$`);
}

function quickly(raw: string, defaultCountry: string): NormalisedPhone | null {
  if (!PLAIN.test(raw)) return null;
  const digits = raw.replace(SEPARATORS, "");
  if (digits.startsWith("+61")) return australianMobile(digits.slice(3));
  if (digits.startsWith("+1")) return ordinaryAmerican(digits.slice(2));
  if (defaultCountry !== "AU" || raw.includes(".")) return null;
  if (digits.startsWith("04")) return australianMobile(digits.slice(1));
  return digits.startsWith("4") ? australianMobile(digits) : null;
}

function australianMobile(national: string): NormalisedPhone | null {
  if (!AU_MOBILE.test(national)) return null;
  return { ok: true, e164: `+61${national}`, country: "AU", lineType: "MOBILE" };
}

/** In the North American plan mobiles and landlines share area codes: the type is always "one or the other". */
function ordinaryAmerican(national: string): NormalisedPhone | null {
  if (!US_ORDINARY.test(national) || US_SPECIAL.some((special) => special.test(national))) return null;
  return { ok: true, e164: `+1${national}`, country: "US", lineType: "FIXED_LINE_OR_MOBILE" };
}

const REFUSED_LINE_TYPES: Readonly<Record<string, string>> = {
  FIXED_LINE: "a landline, which cannot receive texts",
  TOLL_FREE: "a toll-free number",
  SHARED_COST: "a shared-cost (13 or 1300) number",
  PREMIUM_RATE: "a premium-rate number",
  PERSONAL_NUMBER: "a personal follow-me number, charged at special rates",
  VOIP: "an internet phone number",
  PAGER: "a pager",
  UAN: "a company-wide number",
  VOICEMAIL: "a voicemail number",
};

/** Why this kind of line is not texted, in words that follow "The number is"; null when it may be texted. */
export function lineTypeRefusal(lineType: string): string | null {
  return REFUSED_LINE_TYPES[lineType] ?? null;
}
