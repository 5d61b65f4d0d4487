import {
  type CountryCode,
  getExampleNumber,
  isValidPhoneNumber,
  parsePhoneNumber,
} from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";

/**
 * Cells as spreadsheets, people and exports write phone numbers, each with the numbers that it spells. The answer comes
 * from the writer, never from the parser: a cell is written from a number that is known.
 */
export interface PhoneCell {
  cell: string;
  /** Country of the number, ISO 3166-1 alpha-2. */
  country: string;
  /** The numbers that the cell spells. A reader may refuse the cell, but must not return another number. */
  spelled: readonly string[];
}

/** Forty countries: long and short numbers, with and without a trunk prefix, and several for one calling code. */
const CELL_COUNTRIES: readonly CountryCode[] = [
  ..."AU NZ US CA GB IE DE AT CH FR BE NL LU ES PT IT SM SE NO DK".split(" "),
  ..."FI EE PL CZ HU RO GR TR RU UA IL AE SA IN ID SG HK JP MX BR".split(" "),
  ..."AR GA CI ZA NG KE".split(" "),
] as CountryCode[];

type Random = () => number;

/** A small generator of random numbers (mulberry32): the same seed gives the same cells on every runtime. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Known {
  country: CountryCode;
  code: string;
  /** National significant number: what follows the country code. */
  national: string;
  /** As the country itself writes it, with its trunk prefix. */
  local: string;
  international: string;
}

const KNOWN_PER_COUNTRY = 600;

/** Valid numbers of each country. Many end in zeros: a spreadsheet's decimals are zeros too. */
function knownNumbers(random: Random): Known[] {
  return CELL_COUNTRIES.flatMap((country) => {
    const example = getExampleNumber(country, examples)!;
    const code = example.countryCallingCode as string;
    const found = new Map<string, Known>();
    for (let tries = 0; found.size < KNOWN_PER_COUNTRY && tries < 20 * KNOWN_PER_COUNTRY; tries++) {
      const national = variantOf(example.nationalNumber, random);
      const e164 = `+${code}${national}`;
      if (!isValidPhoneNumber(e164)) continue;
      const phone = parsePhoneNumber(e164);
      // Countries may share a code: what matters is the country in which its national form is read.
      if (phone.nationalNumber !== national) continue;
      if (phone.country !== country) continue;
      const known = { country, code, national, local: phone.formatNational() };
      found.set(national, { ...known, international: phone.formatInternational() });
    }
    return [...found.values()];
  });
}

function variantOf(example: string, random: Random): string {
  const length = example.length + pick(random, [0, 0, 0, -2, -1, 1, 2]);
  const kept = Math.min(2 + Math.floor(random() * (example.length - 2)), length);
  let national = example.slice(0, kept);
  while (national.length < length) national += Math.floor(random() * 10);
  const zeros = random() < 0.4 ? 1 + Math.floor(random() * 6) : 0;
  return national.slice(0, Math.max(2, national.length - zeros)).padEnd(length, "0");
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const chance = (random: Random, share: number) => random() < share;

/** Yields cells without end. */
export function* phoneCells(seed: number): Generator<PhoneCell> {
  const random = randomOf(seed);
  const numbers = knownNumbers(random);
  for (;;) {
    const number = pick(random, numbers);
    const other = pick(random, numbers);
    yield pick(random, WRITERS)(number, other, random);
  }
}

const e164Of = ({ code, national }: Known) => `+${code}${national}`;

type Writer = (number: Known, other: Known, random: Random) => PhoneCell;

/** A few writers stand twice: they are what files contain most, or what harmed somebody. */
const WRITERS: readonly Writer[] = [
  plainCell,
  plainCell,
  spreadsheetCell,
  spreadsheetCell,
  spreadsheetCell,
  decoratedCell,
  decoratedCell,
  exponentCell,
  severalCell,
  linkCell,
  signCell,
  reportedCell,
];

const cellOf = (number: Known, cell: string, ...more: string[]): PhoneCell => ({
  cell,
  country: number.country,
  spelled: [e164Of(number), ...more],
});

/** The number in one of the ways in which people write it; no digit is lost. */
function written(number: Known, random: Random): string {
  const { code, national, local, international } = number;
  const form = pick(random, [
    e164Of(number),
    `${code}${national}`,
    `00${code}${national}`,
    `+${code} ${national}`,
    `+${code} (0) ${national}`,
    `+${code}-${national}`,
    `(+${code}) ${national}`,
    `+${code}.${national}`,
    national,
    local,
    local,
    local.replace(/\D/g, ""),
    international,
    international.slice(1),
  ]);
  return chance(random, 0.3) ? regrouped(form, random) : form;
}

const SPACES = [
  " ",
  "\u00a0",
  "\u2007",
  "\u2009",
  "\u202f",
  "\u3000",
  "\t",
  "  ",
  "-",
  "\u2013",
  "\u2011",
  ".",
  "/",
  "_",
  "\u00b7",
  "\u2022",
];

/** Other separators between the digits, after the first two. */
function regrouped(text: string, random: Random): string {
  const mark = pick(random, SPACES);
  let since = 0;
  return [...text.replace(/[ .-]/g, "")]
    .map((sign, at) => {
      const isBreak = at > 2 && since > 1 && /\d/.test(sign) && chance(random, 0.4);
      since = isBreak ? 0 : since + 1;
      return isBreak ? mark + sign : sign;
    })
    .join("");
}

function plainCell(number: Known, _: Known, random: Random): PhoneCell {
  return cellOf(number, written(number, random));
}

const GROUPS = [
  (digits: string, mark: string) => digits.replace(/\B(?=(?:\d{3})+$)/g, mark),
  // India: three digits, then pairs.
  (digits: string, mark: string) => digits.replace(/\B(?=(?:\d{2})*\d{3}$)/g, mark),
  // East Asia: four digits.
  (digits: string, mark: string) => digits.replace(/\B(?=(?:\d{4})+$)/g, mark),
];

/** What a spreadsheet's number formats do: it lost the leading zeros and the plus, and writes thousands and decimals. */
function spreadsheetCell(number: Known, _: Known, random: Random): PhoneCell {
  const { code, national } = number;
  const digits = pick(random, [`${code}${national}`, national, national]).replace(/^0+/, "");
  const thousands = pick(random, ["", "", "", ",", ".", " ", "'", "\u00a0", "\u202f", "\u2019"]);
  const decimalMark = thousands === "." ? "," : thousands === "," ? "." : pick(random, [".", ","]);
  const grouped = thousands === "" ? digits : pick(random, GROUPS)(digits, thousands);
  const zeros = "0".repeat(pick(random, [0, 1, 1, 2, 2, 2, 3, 4, 5, 6, 8, 10, 12, 15]));
  const isFraction = chance(random, 0.1);
  const fraction = isFraction ? `${zeros}${1 + Math.floor(random() * 9)}` : zeros;
  const plus = chance(random, 0.15) && digits.startsWith(code) ? "+" : "";
  const around = pick(random, [
    "#",
    "#",
    "#",
    "#",
    " # ",
    "'#",
    '"#"',
    '="#"',
    "#-",
    "(#)",
    "-#",
    "$#",
    "#%",
    "# 0/1",
    "# \u20ac",
  ]);
  const text = `${plus}${grouped}${fraction === "" ? "" : decimalMark + fraction}`;
  return cellOf(
    number,
    around.replace("#", () => text),
  );
}

/** Exponents, with all digits and with too few. */
function exponentCell(number: Known, _: Known, random: Random): PhoneCell {
  const value = Number(pick(random, [`${number.code}${number.national}`, number.national]));
  const text = value.toExponential(pick(random, [0, 1, 2, 4, 5, 8, 10, 11, 12]));
  const [mantissa = "", power = ""] = text.split("e");
  const mark = chance(random, 0.3) ? mantissa.replace(".", ",") : mantissa;
  const sign = pick(random, ["E", "e", "E+", "e+", " E+", "x10^", "*10^", "\u00d710", "E+0", "E+00", "E "]);
  const exponent = power.replace("+", "");
  return cellOf(number, `${pick(random, ["", "", "'", "+"])}${mark}${sign}${exponent}`);
}

const INVISIBLE = [
  ..."\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202d\u202e\u2060\u2066\u2068\u2069\u00ad\ufeff\u061c\ufe0d\ufe0f\u3164\u001f",
];
const DIGIT_ZEROS = ["\u0660", "\u06f0", "\u0966", "\u09e6", "\u0e50", "\uff10"];
const BEFORE = [
  ..."Mob: |Mobile |m. |Tel.: |Tel |T |Handy: |cell |Ph: |Phone:|WhatsApp: |Portable : |GSM |\u{1f4f1} |\u260e |mum |Mum: |".split(
    "|",
  ),
  ..."'|''|\"|=\"|(|[|<|*|~|.|1. |a) |home/".split("|"),
];
const AFTER = [
  ..." (mum)| (work)| - mum| mum| (2nd)| (home 2)| (after 5)| ext 12| ext. 1234| x12| x 5|#12|;ext=12| extension 7".split(
    "|",
  ),
  ..." Durchwahl 12| poste 4| \u0434\u043e\u0431. 12| extn 5|,12|,,12#|p12|w12|/12|-12|-0|-1|/0|'|\"|)|.|,|;|*|?|!| (do not call)| m| h".split(
    "|",
  ),
];

/** Marks, spaces, remarks, extensions and other digits around and inside the number. */
function decoratedCell(number: Known, _: Known, random: Random): PhoneCell {
  let text = written(number, random);
  if (chance(random, 0.3)) {
    const zero = pick(random, DIGIT_ZEROS).codePointAt(0)!;
    text = text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
  }
  if (chance(random, 0.3)) text = pick(random, BEFORE) + text;
  if (chance(random, 0.4)) text += pick(random, AFTER);
  if (chance(random, 0.4)) {
    const mark = pick(random, INVISIBLE);
    text = [...text].map((sign) => (chance(random, 0.2) ? mark + sign : sign)).join("") + mark;
  }
  return cellOf(number, text);
}

const BETWEEN = [
  " / ",
  "/",
  ", ",
  ",",
  "; ",
  ";",
  " or ",
  " and ",
  " oder ",
  " & ",
  "\n",
  "\r\n",
  " ",
  "  ",
  " - ",
  "-",
  " ::: ",
  "|",
  " | ",
  " + ",
  "\t",
];

/** Two numbers in a cell, or the second only by its last digits. */
function severalCell(number: Known, other: Known, random: Random): PhoneCell {
  const first = written(number, random);
  const isShort = chance(random, 0.2);
  const second = isShort ? other.national.slice(-pick(random, [1, 2, 3, 4])) : written(other, random);
  const between = pick(random, BETWEEN);
  const text = `${first}${between}${second}`;
  // After one space a few digits belong to the number: that is how it is grouped.
  if (isShort) return cellOf(number, text, ...(between === " " ? longerNumbers(number, second) : []));
  // The other's national form is read in the first one's country, where it may be a number as well.
  const asLocal = `+${number.code}${second.replace(/\D/g, "").replace(/^0+/, "")}`;
  return cellOf(number, text, e164Of(other), asLocal, ...readAlsoIn(number.country, second));
}

/** Where zeros belong to old numbers (Gabon), a longer number may begin after them. */
const longerNumbers = ({ code, national }: Known, more: string) => [
  `+${code}${national}${more}`,
  `+${code}${national.replace(/^0+/, "")}${more}`,
];

function readAlsoIn(country: CountryCode, text: string): string[] {
  try {
    const phone = parsePhoneNumber(text, country);
    return phone.isValid() ? [phone.number] : [];
  } catch {
    return [];
  }
}

/** Links, and what address books write. */
function linkCell(number: Known, _: Known, random: Random): PhoneCell {
  const { code, national, local } = number;
  const digits = `${code}${national}`;
  return cellOf(
    number,
    pick(random, [
      `tel:+${digits}`,
      `tel:${local}`,
      `TEL:+${code}-${national};ext=12`,
      `tel:${national};phone-context=+${code}`,
      `tel:${national.slice(-6)};phone-context=+${code}${national.slice(0, -6)}`,
      `sms:+${digits}`,
      `smsto:+${digits}?body=1`,
      `callto:+${digits}`,
      `https://wa.me/${digits}`,
      `wa.me/+${digits}?text=12`,
      `https://api.whatsapp.com/send?phone=${digits}`,
      `https://api.whatsapp.com/send?phone=%2B${digits}&text=5`,
      `whatsapp://send?phone=${digits}`,
      `viber://chat?number=%2B${digits}`,
      `https://t.me/+${digits}`,
      `<tel:+${digits}>`,
      `[${local}](tel:+${digits})`,
      `["+${digits}"]`,
      `${digits}@s.whatsapp.net`,
      `${digits}@c.us`,
      `p:+${digits}`,
      `%2B${digits}`,
    ]),
  );
}

/** Signs that formulas and accountants leave. A plus before digits states a country code, so the cell spells that too. */
function signCell(number: Known, _: Known, random: Random): PhoneCell {
  const { code, national, local } = number;
  const text = pick(random, [national, `${code}${national}`, local.replace(/\D/g, "")]);
  const around = pick(random, [
    "-#",
    "\u2212#",
    "#-",
    "(#)",
    "(-#)",
    "-(#)",
    "+#",
    "++#",
    "+-#",
    "-+#",
    "\u00b1#",
    "<#>",
    "~#",
    "#.",
    ".#",
    "0#",
    "00#",
    "000#",
  ]);
  const cell = around.replace("#", () => text);
  const digits = cell.replace(/\D/g, "");
  const stated =
    around.startsWith("+") || around === "-+#" ? [`+${digits.replace(/^0+/, "")}`, `+${digits}`] : [];
  if (around.startsWith("00")) stated.push(`+${digits.replace(/^00/, "")}`);
  return cellOf(number, cell, ...stated);
}

/** Shapes of public reports: see docs/what-people-bring.md. Some lost digits, and are no number any more. */
function reportedCell(number: Known, other: Known, random: Random): PhoneCell {
  const { code, national, local, country } = number;
  const digits = `${code}${national}`;
  const localDigits = local.replace(/\D/g, "");
  const text = pick(random, [
    // The code and the trunk prefix, or the code twice.
    `${code}${localDigits}`,
    `+${code} ${local}`,
    `+${code} (${local})`,
    `+${code}+${digits}`,
    `+${code}${digits}`,
    `00${code}${localDigits}`,
    // The country beside the number.
    `${country} ${local}`,
    `(${country}) +${digits}`,
    `${country}: +${digits}`,
    `+${digits} ${country}`,
    `${[...country].map((letter) => String.fromCodePoint(0x1f1a5 + letter.charCodeAt(0))).join("")} +${digits}`,
    // Channels, programs and encodings.
    `whatsapp:+${digits}`,
    `whatsapp:${local}`,
    `https://wa.me/${digits}?text=Hi%20${other.national.slice(-4)}`,
    `https://web.whatsapp.com/send?phone=${digits}&text=${other.national}`,
    `whatsapp://send?phone=%2B${digits}&text=Hi`,
    `callto:${localDigits}`,
    `sip:+${digits}@example.com`,
    `skype:+${digits}?call`,
    `&#43;${digits}`,
    `+${code}&nbsp;${national}`,
    `=2B${digits}`,
    `{"number":"+${digits}"}`,
    `{"countryCode":"${code}","number":"${national}"}`,
    `\uff0b${digits}`,
    `'+${digits}'`,
    `"+${digits}"`,
    `\\+${digits}`,
    // Two numbers that lost their separator: a spreadsheet keeps fifteen digits of them.
    `${digits}${other.national}`,
    `${digits}${other.national}`.replace(/(?<=^.{15}).*/, (rest) => "0".repeat(rest.length)),
    // Masked, and letters for digits.
    `${local.slice(0, -3)}***`,
    `+${code} ${national.slice(0, 2)}XXX${national.slice(-3)}`,
    local.replace("0", "O"),
    local.replace("1", "l"),
    // Carriers' and old prefixes.
    `0xx${national}`,
    `(0xx${national.slice(0, 2)}) ${national.slice(2)}`,
    country === "BR" ? `0 21 ${national}` : `0xx${local}`,
    `+52 1 ${national}`,
    `0${code}${national}`,
    `9,${localDigits}`,
    `*31#${localDigits}`,
    `#31#+${digits}`,
    // Notes.
    `${local} - ${other.national.slice(-2)} yrs`,
    `${local} after 17:00`,
    `${local} (since 2019)`,
    `1) ${local} 2) ${other.local}`,
    `${local} NEW! old: ${other.local}`,
    `${local}:${other.local}`,
    `${local}\u2028${other.local}`,
  ]);
  const asLocal = `+${code}${other.local.replace(/\D/g, "").replace(/^0+/, "")}`;
  const both = text.includes(other.local)
    ? [e164Of(other), asLocal, ...readAlsoIn(country, other.local)]
    : [];
  // Digits that are themselves a number with + or with the code before them are spelled as they stand.
  const stated = text.replace(/\D/g, "");
  const isPlain = /^\+?\d+$/.test(text.replace(/[ ()]/g, ""));
  // Mexico's mobiles had a 1 after the country code.
  const mexican = text.startsWith("+52 1 ") ? [`+52${national}`] : [];
  return cellOf(
    number,
    text,
    ...both,
    ...mexican,
    ...(isPlain ? [`+${stated}`, `+${stated.replace(/^00/, "")}`] : []),
  );
}
