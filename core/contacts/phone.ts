import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  Metadata,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { keptForm } from "./phone-forms.ts";

/** Why a cell of a contact file is not a phone number. Stable phrases: they are counted and shown. */
const PHONE_FAULTS = [
  "Empty",
  "Not a number",
  "Spreadsheet damage",
  "Ambiguous",
  "Too short",
  "Too long",
  "Not valid in its country",
] as const;
export type PhoneFault = (typeof PHONE_FAULTS)[number];

export type NormalisedPhone =
  | { ok: true; e164: string; country: string | null; lineType: string }
  | { ok: false; reason: PhoneFault };

const MAX_RAW_LENGTH = 64;
const SHEET_ERROR = /^#(n\/a|value!|ref!|name\?|num!|null!|div\/0!|#*)$/i;
const EXPONENT = /^[+-]?\d[\d.,' ]*(?:e|[x×*] ?10 ?\^?) ?[+-]?\d+$/i;
/**
 * A minus sign, or an accountant's brackets or trailing minus: a spreadsheet computed +61-491-570-006 as a formula.
 */
const NEGATIVE = /^- ?\(?\+?[1-9]|^\([1-9][\d.,' ]*\)$|^[1-9][\d.,' ]*-$/;
const LABEL = /^(?:mobile|mob|phone|telephone|tel|cell|ph|m|p|t)\b[\s.:]*/i;
/** A link to a chat names a number with its country code. A text may follow, and says nothing of the number. */
const CHAT_LINK =
  /^(?:https?:\/\/)?(?:wa\.me\/|(?:api|web)\.whatsapp\.com\/send\/?\?phone=|whatsapp:\/\/send\/?\?phone=)(?:\+|%2b)?(\d+)\/?(?:[?&]text=[^&]*)?$/i;
/** Schemes of links and channels. */
const SCHEME = /^(?:tel|sms|smsto|mms|callto|whatsapp):(?:\/\/)?/i;
const EXTENSION = /\s*(?:;?ext[.=]?|extension|x|#)\s*\d{1,7}$/i;
/** A remark such as "(mum)": letters and no digit. */
const REMARK = /\s*\([^\d()]*\p{L}[^\d()]*\)$/u;
const NUMBER_SHAPE = /^-? ?\(?\+?[\d ().,'/-]+$/;
/** A trailing sign, an unpaired bracket at the end, or a long number with two decimal marks. */
const BROKEN = /-$|^[^(]*\)$|^\([^)]*$|^\+?\d{6,}[.,].*[.,]/;
/** Also what is invisible by definition: variation selectors, which PDFs leave, and Hangul fillers. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const DASHES = /[\u2010-\u2015\u2212\u301c]/g;
const APOSTROPHES = /[\u2018\u2019\u02bc`´]/g;
const SEPARATORS = /[ ()-]+/g;

/**
 * Turns a phone number as people and spreadsheets write it into E.164.
 *
 * Repairs damage that loses no digit: spaces, brackets, a leading apostrophe or `="…"`, a lost leading zero, `0011`,
 * thousands marks, a number exported as `412345678.00`. Refuses what lost digits (`4.12346E+8`) and what could be two
 * numbers (`21000000.00` in New Zealand): a guess would text a stranger. The text always contains the digits of the
 * answer, after nothing but a country code or a trunk prefix. A number without `+` belongs to `defaultCountry` (ISO
 * 3166-1 alpha-2); without a known country only numbers with `+` are read. Line types come from libphonenumber's full
 * metadata, the only reliable ones.
 */
export function normalisePhone(raw: string, defaultCountry: string): NormalisedPhone {
  const quick = fastPath(raw, defaultCountry);
  if (quick) return quick;
  const text = withoutDecoration(raw);
  if (text === "") return refuse("Empty");
  if (SHEET_ERROR.test(text) || EXPONENT.test(text) || NEGATIVE.test(text))
    return refuse("Spreadsheet damage");
  if (text.length > MAX_RAW_LENGTH || !NUMBER_SHAPE.test(text) || BROKEN.test(text))
    return refuse("Not a number");
  const readings = readingsOf(text.replace(/^\(([^()]*)\)$/, "$1"));
  if ("fault" in readings) return refuse(readings.fault);
  const country = countryCode(defaultCountry);
  const found = oneNumber(readings, country);
  return found.ok && isSignedNumber(text, found.e164, country) ? refuse("Ambiguous") : found;
}

/**
 * Whether `+5080829100` was read as +508 829100, with a zero that is dialled at home only, although in Turkey the digits
 * are a number with a sign before it.
 */
function isSignedNumber(text: string, e164: string, country: CountryCode | undefined): boolean {
  if (!/^\+-?\d+$/.test(text) || text === e164) return false;
  return numbersWithDigits(text.replace(/\D/g, ""), country).some((phone) => phone.e164 !== e164);
}

const refuse = (reason: PhoneFault): NormalisedPhone => ({ ok: false, reason });

/** Removes everything around a number in an exported cell that holds none of its digits. */
function withoutDecoration(raw: string): string {
  const line = raw
    .slice(0, 4 * MAX_RAW_LENGTH)
    .trim()
    // Two lines in a cell, or a gap, are more often two numbers than one.
    .replace(/\s*(?:[\r\n\t\u2028]|[^\S\r\n\t\u2028]{2})\s*/g, "/")
    .replace(INVISIBLE, "")
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/\u066b/g, ".")
    .replace(/\u066c/g, ",")
    .replace(DASHES, "-")
    .replace(APOSTROPHES, "'")
    .replace(/\s/g, " ")
    .trim();
  return line
    .replace(/^=?["']+|["']+$/g, "")
    .replace(CHAT_LINK, "+$1")
    .replace(SCHEME, "")
    .replace(LABEL, "")
    .replace(EXTENSION, "")
    .replace(REMARK, "")
    .replace(/[ .,;]+$/, "")
    .trim();
}

/** The ways to read a text: `may` can be the answer, `against` only show that it could be another number too. */
interface Readings {
  may: [string, ...string[]];
  against: string[];
}

const THOUSANDS = /^\+?\d{1,3}([ ,.'])\d{3}(?:\1\d{3})*$|^\d{1,2}(?:,\d{2})+,\d{3}$/;
const DECIMAL = /^(.*\d)([.,])(\d+)$/;

/** Each is digits, with a `+` where the text has one. */
function readingsOf(text: string): Readings | { fault: PhoneFault } {
  const whole = digitsOf(text);
  const isGrouped = THOUSANDS.test(text);
  const [, before = "", mark = "", fraction = ""] = DECIMAL.exec(text) ?? [];
  if (mark === "") {
    if (/[,']/.test(text) && !isGrouped) return { fault: "Not a number" };
    return { may: [whole], against: [...shorterReadings(text), ...withoutPadding(text)] };
  }
  const isCell = isNumberCell(before, mark, fraction);
  const isZero = /^0+$/.test(fraction);
  if (/[,']/.test(before) && !isCell && !isGrouped) return { fault: "Not a number" };
  if (isGrouped) return { may: [whole], against: isZero ? [digitsOf(before)] : [] };
  if (!isCell && mark === ".") {
    // One point alone may be a decimal mark after groups of any size; several are separators.
    const decimal = before.includes(".") || isCallingCode(before) ? [] : [digitsOf(before)];
    return {
      may: isZero ? [whole, digitsOf(before)] : [whole],
      against: [...decimal, ...shorterReadings(text), ...(isZero ? shorterReadings(before) : [])],
    };
  }
  if (!isCell && !isZero) return { fault: "Not a number" };
  if (!isZero) return { fault: "Spreadsheet damage" };
  return { may: [digitsOf(before)], against: [whole] };
}

/**
 * Whether the part before a decimal mark is a whole number of a spreadsheet: digits without a leading zero, plain or
 * grouped in thousands by another mark. Registries write `+61.491570006`, with the country code before the mark.
 */
function isNumberCell(before: string, mark: string, fraction: string): boolean {
  if (before === "0") return true;
  if (/^\+?\d+$/.test(before)) return !(before.startsWith("0") || (mark === "." && isCallingCode(before)));
  // The same mark counts only where the rest is too short for a group: 415.555.2671 is not a decimal, 25.271.123.5
  // may be one.
  const isOther = !before.includes(mark) || fraction.length < 3;
  return THOUSANDS.test(before) && isOther && !/^\+?0/.test(before);
}

const isCallingCode = (text: string) => text.startsWith("+") && CALLING_CODES.has(text.slice(1));

/**
 * What stands before each slash, and before a dash with a few digits: `0664 1234567/12` and `21000000-01` may be one
 * number, or the first of two.
 */
function shorterReadings(text: string): string[] {
  const ends = [...text.matchAll(/\/| ?-(?= ?\d{1,4}$)/g)].map(({ index }) => index);
  return ends.map((end) => digitsOf(text.slice(0, end))).filter((digits) => digits !== "");
}

/** A column of fixed width fills up numbers with zeros, so `0015124797434` may be no call abroad. */
const withoutPadding = (text: string) => (/^00\d+$/.test(text) ? [text.replace(/^0+/, "")] : []);

function digitsOf(text: string): string {
  const digits = text.replace(/\D/g, "");
  return /^[( ]*\+/.test(text) ? `+${digits}` : digits;
}

/** Returns the one number that the readings agree on, or why there is none. */
function oneNumber({ may, against }: Readings, country: CountryCode | undefined): NormalisedPhone {
  const found = new Map<string, Extract<NormalisedPhone, { ok: true }>>();
  for (const reading of may)
    for (const phone of numbersWithDigits(reading, country)) found.set(phone.e164, phone);
  const [only, ...others] = found.values();
  if (!only) return refuse(faultOf(may[0], country));
  const isElse =
    against.some((text) => numbersWithDigits(text, country).some((phone) => phone.e164 !== only.e164)) ||
    (country !== undefined && may.some((text) => mayHaveLostZero(text, only, country)));
  return others.length > 0 || isElse ? refuse("Ambiguous") : only;
}

/**
 * Whether a zero in front makes the digits another number: in Gabon the zero belongs to the number, and a spreadsheet
 * removes it. Landlines do not count, or no Italian mobile could be written without its country code.
 */
function mayHaveLostZero(text: string, { e164 }: { e164: string }, country: CountryCode): boolean {
  if (/^[+0]/.test(text)) return false;
  const longer = numbersWithDigits(`0${text}`, country).filter((phone) => phone.e164 !== e164);
  return longer.some(({ lineType }) => lineTypeRefusal(lineType) === null);
}

/**
 * Returns every valid number with exactly these digits: a number of the country, or one with a country code in front.
 * A number for which the library adds or moves digits, such as a missing area code, does not count.
 */
function numbersWithDigits(
  reading: string,
  country: CountryCode | undefined,
): Extract<NormalisedPhone, { ok: true }>[] {
  const texts = [reading];
  if (reading.startsWith("00")) texts.push(`+${reading.slice(2)}`);
  else if (country && reading.startsWith(getCountryCallingCode(country))) texts.push(`+${reading}`);
  return texts.map(withoutOldMobileDigit).flatMap((text) => {
    const phone = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false });
    if (!phone?.isValid() || !hasExactDigits(text.replace("+", ""), phone, country)) return [];
    // Valid means that the pattern of some type matched.
    return [{ ok: true, e164: phone.number, country: phone.country ?? null, lineType: phone.getType()! }];
  });
}

/** Mexico's mobiles had a 1 after the country code. It is no part of the number, as a trunk prefix is not. */
const withoutOldMobileDigit = (text: string) => (MEXICAN_WITH_1.test(text) ? keptForm(text) : text);
const MEXICAN_WITH_1 = /^\+521\d{10}$/;

function hasExactDigits(digits: string, phone: PhoneNumber, country: CountryCode | undefined): boolean {
  const national = phone.number.slice(1 + phone.countryCallingCode.length);
  if (!digits.endsWith(national)) return false;
  const prefix = digits.slice(0, digits.length - national.length);
  if (prefix === "") return true;
  const own = planOf(phone.country ?? country);
  const local = planOf(country);
  if (own.trunk.test(prefix) || local.trunk.test(prefix)) return true;
  const called = prefix.replace(local.abroad, "");
  if (!called.startsWith(phone.countryCallingCode)) return false;
  const trunk = called.slice(phone.countryCallingCode.length);
  // "+44 (0)7400 …" is written, "+1 1 902 …" is not.
  return trunk === "" || (phone.countryCallingCode !== "1" && own.trunk.test(trunk));
}

interface Plan {
  /** What is dialled before a number inside its country. */
  trunk: RegExp;
  /** What is dialled before another country's code. */
  abroad: RegExp;
}

const plans = new Map<CountryCode | undefined, Plan>();

function planOf(country: CountryCode | undefined): Plan {
  let plan = plans.get(country);
  if (!plan) {
    plan = readPlan(country);
    plans.set(country, plan);
  }
  return plan;
}

/** Prefixes with rewrite rules or carrier codes are not used; then the country's own trunk prefix counts. */
function readPlan(country: CountryCode | undefined): Plan {
  if (!country) return { trunk: /^0$/, abroad: /^$/ };
  const metadata = new Metadata() as unknown as NumberingPlans;
  metadata.selectNumberingPlan(country);
  const { numberingPlan } = metadata;
  const parsing = numberingPlan.nationalPrefixForParsing();
  const trunk = [numberingPlan.nationalPrefix(), "0", /\((?!\?)/.test(`${parsing}`) ? "" : parsing].filter(
    Boolean,
  );
  return {
    trunk: new RegExp(`^(?:${trunk.join("|")})$`),
    abroad: new RegExp(`^(?:${numberingPlan.IDDPrefix()})`),
  };
}

interface NumberingPlans {
  selectNumberingPlan(country: CountryCode): void;
  numberingPlan: {
    nationalPrefix(): string | undefined;
    nationalPrefixForParsing(): string | undefined;
    IDDPrefix(): string;
  };
}

const CALLING_CODES: ReadonlySet<string> = new Set(
  getCountries().map((country) => getCountryCallingCode(country)),
);

/** Returns the country code of a number in E.164, without +; "" for one of no country, such as a satellite phone. */
export function callingCodeOf(e164: string): string {
  const codes = [2, 3, 4].map((end) => e164.slice(1, end));
  return codes.find((code) => CALLING_CODES.has(code)) ?? "";
}

function faultOf(text: string, country: CountryCode | undefined): PhoneFault {
  const length = validatePhoneNumberLength(text, country);
  if (length === "TOO_SHORT") return "Too short";
  if (length === "TOO_LONG") return "Too long";
  return length === "NOT_A_NUMBER" ? "Not a number" : "Not valid in its country";
}

/**
 * Returns the beginnings of E.164 numbers that match typed digits: as typed with a country code, or as a local number
 * of `defaultCountry`. Empty when there are only zeros.
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

// ---- A fast path for the two most common shapes, with the library's own patterns (0.5 µs instead of 10). Anything
// that does not match takes the slow path, so the answers are the same.

const PLAIN = /^\+?\d[\d ()-]{6,18}\d$/;
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

function fastPath(raw: string, defaultCountry: string): NormalisedPhone | null {
  if (!PLAIN.test(raw)) return null;
  const digits = raw.replace(SEPARATORS, "");
  if (digits.startsWith("+61")) return australianMobile(digits.slice(3));
  if (digits.startsWith("+1")) return ordinaryAmerican(digits.slice(2));
  if (defaultCountry !== "AU") return null;
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

/** Why this line type is not texted, in words that follow "The number is"; null if it may be texted. */
export function lineTypeRefusal(lineType: string): string | null {
  return REFUSED_LINE_TYPES[lineType] ?? null;
}
