/** CLDR 46, `decimal`: countries that write 1,234.5 (those with Western digits), and those that write 1.234,5. */
const POINT =
  "AU NZ GB IE US CA IN SG HK MY PH TH JP CN KR TW IL MX NG KE GH UG ZM ZW MT PK BD LK NP MM KH PR GU VI JM TT BS BB BZ FJ PG SB TO WS VU KI TV NR GT HN SV NI PA DO PE".split(
    " ",
  );
const COMMA =
  "DE AT FR ES IT PT NL BE LU DK SE NO FI IS PL CZ SK HU SI HR RS BA ME MK AL BG RO GR CY TR RU UA BY EE LV LT MD GE AM AZ KZ BR AR CL CO EC VE UY PY BO ID VN MA DZ TN".split(
    " ",
  );

/** Returns the sign before the decimals in a country (ISO 3166-1 alpha-2); null where it isn't known. */
export function decimalSignOf(country: string): "." | "," | null {
  if (POINT.includes(country)) return ".";
  return COMMA.includes(country) ? "," : null;
}

type NumberReading = { ok: true; value: string } | { ok: false; problem: string };

const NOT_A_NUMBER: NumberReading = { ok: false, problem: "This is not a number. Write it as 1234.5." };
const AMBIGUOUS: NumberReading = {
  ok: false,
  problem: "The sign can be for thousands or for decimals. Write 1234 or 1.23.",
};
const TOO_LONG: NumberReading = {
  ok: false,
  problem: "Use at most 12 digits before the point and 6 after it.",
};

/**
 * Reads a number as `-1234.5`: no plus, no separators, no needless zeros. A currency sign before or after it is left
 * out. `1.234` and `1,234` are read by the country's decimal sign; where a comma country has a point before three
 * digits, or the sign isn't known, they are refused.
 */
export function readNumber(text: string, decimal: "." | "," | null): NumberReading {
  const bare = text.replace(/^([-+−]?)\s*[\p{Sc}]\s*|\s*[\p{Sc}]$/gu, "$1").replace(/^−/, "-");
  const shape = /^([-+]?)(\d[\d.,'’ \u00a0\u202f]*|[.,]\d+)$/.exec(bare);
  if (!shape) return NOT_A_NUMBER;
  const split = splitNumber(shape[2]!, decimal);
  if (!Array.isArray(split)) return split;
  const whole = split[0].replace(/^0+(?=\d)/, "") || "0";
  const decimals = split[1].replace(/0+$/, "");
  if (whole.length > 12 || decimals.length > 6) return TOO_LONG;
  const value = decimals === "" ? whole : `${whole}.${decimals}`;
  return { ok: true, value: shape[1] === "-" && value !== "0" ? `-${value}` : value };
}

/** Returns the digits before and after the decimal sign. */
function splitNumber(text: string, decimal: "." | "," | null): [string, string] | NumberReading {
  const signs = text.match(/[.,]/g) ?? [];
  const last = signs.at(-1);
  if (last === undefined) return grouped(text, APOSTROPHES_AND_SPACES, "");
  const other = last === "." ? "," : ".";
  const parts = text.split(last);
  // 1,234,567: a sign that repeats is for thousands.
  if (parts.length > 2) return text.includes(other) ? NOT_A_NUMBER : grouped(text, last, "");
  const [whole = "", decimals = ""] = parts;
  if (!/^\d+$/.test(decimals)) return NOT_A_NUMBER;
  if (text.includes(other)) return grouped(whole, other, decimals);
  const isOpen = decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  if (!isOpen || last === decimal) return grouped(whole, APOSTROPHES_AND_SPACES, decimals);
  return decimal === "." ? grouped(text, last, "") : AMBIGUOUS;
}

const APOSTROPHES_AND_SPACES = /['’ \u00a0\u202f]/;

/** Takes the signs between groups of three digits out of the whole part. */
function grouped(whole: string, signs: string | RegExp, decimals: string): [string, string] | NumberReading {
  const groups = whole.split(signs);
  if (!groups.every((group) => /^\d*$/.test(group))) return NOT_A_NUMBER;
  const isGrouped =
    groups.length === 1 || (groups[0] !== "" && groups.slice(1).every((one) => one.length === 3));
  return isGrouped ? [groups.join(""), decimals] : NOT_A_NUMBER;
}
