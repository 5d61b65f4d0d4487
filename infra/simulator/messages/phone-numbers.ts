import nanp from "../data/nanp-area-code-tz.json" with { type: "json" };

/** The facts that a carrier reads from the digits alone; `type` decides whether a text can be sent there. */
export interface NumberFacts {
  /** ISO 3166 country. */
  country: string;
  type: "mobile" | "landline" | "service" | "premium" | "toll-free";
}

const AREA_CODE_COUNTRY = new Map(nanp.npas.map((row) => [row.npa, row.country]));
const TOLL_FREE = new Set(["800", "833", "844", "855", "866", "877", "888"]);

/** Calling codes of the countries in the price list. Other numbers are valid, of an unknown country. */
const COUNTRY_BY_CODE: Record<string, string> = {
  30: "GR",
  31: "NL",
  32: "BE",
  33: "FR",
  34: "ES",
  351: "PT",
  353: "IE",
  358: "FI",
  36: "HU",
  39: "IT",
  40: "RO",
  41: "CH",
  420: "CZ",
  43: "AT",
  45: "DK",
  46: "SE",
  47: "NO",
  48: "PL",
  49: "DE",
  55: "BR",
  56: "CL",
  57: "CO",
  60: "MY",
  62: "ID",
  63: "PH",
  65: "SG",
  66: "TH",
  81: "JP",
  82: "KR",
  852: "HK",
  886: "TW",
  90: "TR",
  91: "IN",
  234: "NG",
  27: "ZA",
};

/** Removes the spaces, dashes, dots and brackets that Twilio also accepts in a number. */
export function normaliseNumber(text: string): string {
  return /^\+\d+$/.test(text) ? text : text.replace(/[\s().-]/g, "");
}

/** Returns the facts of an E.164 number, or null if no such number can exist (Twilio's 21211). */
export function numberFacts(number: string): NumberFacts | null {
  if (!/^\+[1-9]\d{6,14}$/.test(number)) return null;
  if (number.startsWith("+61")) return australian(number.slice(3));
  if (number.startsWith("+64")) return newZealand(number.slice(3));
  if (number.startsWith("+44")) return british(number.slice(3));
  if (number.startsWith("+1")) return northAmerican(number.slice(2));
  return { country: otherCountry(number), type: "mobile" };
}

function australian(national: string): NumberFacts | null {
  const country = "AU";
  if (/^4\d{8}$/.test(national)) return { country, type: "mobile" };
  if (/^[2378]\d{8}$/.test(national)) return { country, type: "landline" };
  if (/^(1300\d{6}|1800\d{6}|13\d{4})$/.test(national)) return { country, type: "service" };
  if (/^190\d{7}$/.test(national)) return { country, type: "premium" };
  return null;
}

function newZealand(national: string): NumberFacts | null {
  const country = "NZ";
  if (/^2\d{7,9}$/.test(national)) return { country, type: "mobile" };
  if (/^[34679]\d{7}$/.test(national)) return { country, type: "landline" };
  if (/^(508|80\d)\d{5,8}$/.test(national)) return { country, type: "service" };
  return /^900\d{5,7}$/.test(national) ? { country, type: "premium" } : null;
}

function british(national: string): NumberFacts | null {
  const country = "GB";
  if (/^7[1-57-9]\d{8}$/.test(national)) return { country, type: "mobile" };
  if (/^[12]\d{8,9}$/.test(national)) return { country, type: "landline" };
  if (/^(3\d{9}|8\d{6,9}|7[06]\d{8})$/.test(national)) return { country, type: "service" };
  return /^9\d{9}$/.test(national) ? { country, type: "premium" } : null;
}

/** North American numbers do not distinguish mobiles from landlines, so all are accepted, as with Twilio. */
function northAmerican(national: string): NumberFacts | null {
  if (!/^[2-9]\d{2}[2-9]\d{6}$/.test(national)) return null;
  const areaCode = national.slice(0, 3);
  if (areaCode === "900") return { country: "US", type: "premium" };
  if (TOLL_FREE.has(areaCode)) return { country: "US", type: "toll-free" };
  const country = AREA_CODE_COUNTRY.get(areaCode);
  return country === undefined ? null : { country, type: "mobile" };
}

function otherCountry(number: string): string {
  for (const length of [3, 2]) {
    const country = COUNTRY_BY_CODE[number.slice(1, 1 + length)];
    if (country !== undefined) return country;
  }
  return "ZZ";
}

/** Twilio's kinds of sender, by the form of `From`; null is Twilio's error 21212. */
export type SenderType = "long-code" | "toll-free" | "short-code" | "alphanumeric";

/** Reads a `From`: a number, a short code, or up to eleven characters with at least one letter. */
export function senderTypeOf(from: string): SenderType | null {
  if (/^\d{3,8}$/.test(from)) return "short-code";
  if (from.startsWith("+")) {
    const facts = numberFacts(from);
    return facts === null ? null : facts.type === "toll-free" ? "toll-free" : "long-code";
  }
  return /^(?=.*[A-Za-z])[A-Za-z0-9 _&+-]{1,11}$/.test(from) ? "alphanumeric" : null;
}
