import { getCountries, getCountryCallingCode, Metadata } from "libphonenumber-js/max";
import data from "../data/country-names.json" with { type: "json" };

/**
 * What a cell says about the country. `several`: the name or code of more than one country, which must not be
 * guessed.
 */
export type CountryRead =
  | { kind: "none" }
  | { kind: "country"; code: string }
  | { kind: "several"; codes: readonly string[] }
  | { kind: "unknown" };

/** Names in daily use that neither CLDR nor ISO has. */
const COMMON: Readonly<Record<string, string>> = {
  ...{ aust: "AU", oz: "AU", america: "US", unitedstatesamerica: "US", usofa: "US", eeuu: "US" },
  ...{ uk: "GB", ukgb: "GB", britain: "GB", scotland: "GB", wales: "GB", northernireland: "GB" },
  ...{
    republicofireland: "IE",
    uae: "AE",
    ksa: "SA",
    rsa: "ZA",
    prc: "CN",
    drc: "CD",
    drcongo: "CD",
    el: "GR",
  },
  ...{ plurinationalstateofbolivia: "BO", bolivarianrepublicofvenezuela: "VE" },
  ...{ unitedkingdomofgreatbritainnorthernireland: "GB", federatedstatesofmicronesia: "FM" },
};

/** Names that several countries share. The lists lack those below, or give them to one country only. */
const SEVERAL: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    ...data.shared,
    korea: ["KP", "KR"],
    saintmartin: ["MF", "SX"],
    virginislands: ["VG", "VI"],
  }),
);

/** "NA" is Namibia's code, and also what a spreadsheet writes for "no value". */
const NULL_OR_NAMIBIA = "na";

const NULL_WORD =
  /^[\s(<[{]*(?:null|nil|none|nan|undefined|n\/a|#n\/a|n\.a\.?|blank|empty|[-–—_.?*]+)[\s)>\]}]*$/i;

const codeOfName = new Map<string, string>();
for (const [code, names] of Object.entries(data.names)) for (const name of names) codeOfName.set(name, code);
for (const [name, code] of Object.entries(data.alpha3)) codeOfName.set(name.toLowerCase(), code);
for (const [name, code] of Object.entries(COMMON)) codeOfName.set(name, code);

const shortNames: ReadonlyMap<string, string> = new Map(Object.entries(data.short));

/** The codes of all countries and territories, in capital letters. */
const codes: ReadonlySet<string> = new Set(Object.keys(data.names));
const numericCodes: ReadonlyMap<string, string> = new Map(Object.entries(data.numeric));
const mainCountryOfCallingCode = callingCodes();

/**
 * The form in which names are compared: without case, accents, spaces, signs, "the" and "and". The names in
 * data/country-names.json are in this form; scripts/proof/data/country-names.ts writes them with this very function.
 */
export function countryKey(name: string): string {
  return (
    name
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase()
      .replace(/ß/g, "ss")
      // Capitals of Turkish and Azerbaijani names lose the difference.
      .replace(/ı/g, "i")
      .replace(/\bst\b/g, "saint")
      .replace(/\b(?:the|and)\b/g, " ")
      .replace(/[^\p{L}\p{M}\p{N}]/gu, "")
  );
}

/**
 * Returns the country that a cell names: a name in any language of CLDR, an ISO 3166-1 code (two or three letters, or
 * three digits), a calling code (`+32`; without `+` only where it is not also an ISO code), or a flag. A name of two
 * countries is neither: a number read in the wrong country is a stranger's.
 */
export function readCountry(cell: string): CountryRead {
  const known = readBefore.get(cell);
  if (known) return known;
  const read = readCell(cell.trim().replace(/^["'“”]+|["'“”]+$/g, ""));
  // A file has few different countries; one full of nonsense must not fill the memory.
  if (readBefore.size < 1000) readBefore.set(cell, read);
  return read;
}

const readBefore = new Map<string, CountryRead>();

function readCell(text: string): CountryRead {
  if (text === "" || NULL_WORD.test(text)) return { kind: "none" };
  const whole = readOne(text);
  if (whole.kind !== "unknown") return whole;
  const turned = readTurned(text);
  if (turned.kind !== "unknown") return turned;
  const parts = (CODE_AND_NAME.exec(text)?.slice(1) ?? text.split(/[()[\]/|,:;]|\s[-–—]\s/)).filter(
    (part) => part.trim() !== "",
  );
  const read = parts.map((part) => readOne(part.trim()));
  const [first] = read;
  const agreed = parts.length > 1 && first?.kind === "country" && read.every((one) => isSame(one, first));
  return agreed ? first : whole;
}

/** "US-United States": a code and a name, which must agree. */
const CODE_AND_NAME = /^(\p{Lu}{2,3})[-–—_](.+)$/u;

/** ISO 3166 writes "Iran, Islamic Republic of" and "Bolivia (Plurinational State of)". */
function readTurned(text: string): CountryRead {
  const [, name = "", more = ""] =
    /^([^,()]+)(?:, | \()((?:the )?[\p{L}\p{M}' -]+? of(?: the)?)\)?$/iu.exec(text) ?? [];
  return name === "" ? { kind: "unknown" } : readOne(`${more} ${name}`);
}

const isSame = (one: CountryRead, other: { code: string }) =>
  one.kind === "country" && one.code === other.code;

function readOne(text: string): CountryRead {
  const digits = /^(\+|00)?\s*(\d{1,4})$/.exec(text);
  if (digits) return byNumber(digits[2]!, digits[1] !== undefined);
  const letters = lettersOfFlag(text);
  const key = countryKey(letters);
  if (key === NULL_OR_NAMIBIA) return { kind: "several", codes: ["NA"] };
  const short = readShortName(letters.normalize("NFC").toLowerCase(), key, letters);
  if (short) return short;
  const code = key.toUpperCase();
  if (codes.has(code)) return { kind: "country", code };
  const several = SEVERAL.get(key);
  if (several) return { kind: "several", codes: several };
  const named = codeOfName.get(key);
  return named === undefined ? { kind: "unknown" } : { kind: "country", code: named };
}

/**
 * Reads a name of two or three letters that only its accents or its case tell from a code: "Áo" is Austria in
 * Vietnamese, and AO is Angola; "Nga" is Russia, and NGA is Nigeria.
 */
function readShortName(name: string, key: string, text: string): CountryRead | null {
  if (key.length > 3) return null;
  const named = shortNames.get(name);
  // No code has an accent.
  if (/\P{ASCII}/u.test(name) && /^[a-z]+$/.test(key))
    return named === undefined ? { kind: "unknown" } : { kind: "country", code: named };
  const coded = codes.has(key.toUpperCase()) ? key.toUpperCase() : codeOfName.get(key);
  if (named === undefined || coded === undefined || coded === named) return null;
  return text === key.toUpperCase() ? null : { kind: "several", codes: [coded, named].sort() };
}

function byNumber(digits: string, isCallingCode: boolean): CountryRead {
  const called = mainCountryOfCallingCode.get(digits);
  const numbered = isCallingCode ? undefined : numericCodes.get(digits.padStart(3, "0"));
  const found = [...new Set([called, numbered])].filter((code) => code !== undefined);
  if (found.length > 1) return { kind: "several", codes: found };
  return found[0] === undefined ? { kind: "unknown" } : { kind: "country", code: found[0] };
}

/** A flag consists of two regional indicators: the letters of the code. */
function lettersOfFlag(text: string): string {
  return text.replace(/[\u{1f1e6}-\u{1f1ff}]/gu, (sign) =>
    String.fromCharCode(sign.codePointAt(0)! - 0x1f1e6 + 65),
  );
}

/** Countries that share a calling code also share its numbers, so any of them reads a number the same way. */
function callingCodes(): ReadonlyMap<string, string> {
  const metadata = new Metadata() as unknown as {
    getCountryCodesForCallingCode(code: string): readonly string[] | undefined;
  };
  const main = new Map<string, string>();
  for (const country of getCountries()) {
    const code = getCountryCallingCode(country);
    if (!main.has(code)) main.set(code, metadata.getCountryCodesForCallingCode(code)![0]!);
  }
  return main;
}
