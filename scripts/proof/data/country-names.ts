import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { countryKey } from "@smscrm/core/contacts/country-name";

/**
 * Writes core/data/country-names.json: the names of countries in the languages of CLDR (through Intl, so run it on a
 * runtime with full ICU, such as Node) and in i18n-iso-countries, which also has the formal names and the
 * three-letter codes of ISO 3166-1. Run it after an update of either: `node scripts/proof/data/country-names.ts`.
 */
const require = createRequire(import.meta.url);
const iso = require("i18n-iso-countries") as {
  getAlpha3Codes(): Record<string, string>;
  getNumericCodes(): Record<string, string>;
  getSupportedLanguages(): string[];
};

/** Kosovo has no code of ISO 3166-1. CLDR and libphonenumber use this one. */
const codes = [...new Set([...Object.values(iso.getAlpha3Codes()), "XK"])].sort();

/**
 * Returns every language of two or three letters that Intl knows, with the scripts and regions that spell
 * differently.
 */
function locales(): string[] {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const two = letters.flatMap((a) => letters.map((b) => a + b));
  const all = [...two, ...two.flatMap((pair) => letters.map((c) => pair + c))];
  const variants = ["zh-Hant", "zh-Hant-HK", "sr-Latn", "uz-Cyrl", "bs-Cyrl", "az-Cyrl", "de-CH", "de-AT"];
  const regional = [
    "en-AU",
    "en-GB",
    "en-CA",
    "es-MX",
    "es-419",
    "fr-CA",
    "pt-PT",
    "pt-BR",
    "nl-BE",
    "yue-Hans",
  ];
  return Intl.DisplayNames.supportedLocalesOf([...all, ...variants, ...regional]);
}

const named = new Map<string, Set<string>>();

/** German and Nordic names are also typed without their special letters. */
const spelledOut = (name: string) =>
  name.replace(/[äæ]/gi, "ae").replace(/[öø]/gi, "oe").replace(/ü/gi, "ue").replace(/å/gi, "aa");

/** Names with accents such as "Áo", and those that are another country's code, such as "Nga". */
const shortNames = new Map<string, string>();

function note(name: string | undefined, code: string, style = "short"): void {
  if (!name || name === code) return;
  for (const spelling of [name, spelledOut(name)]) {
    const key = countryKey(spelling);
    if (key.length < 2) continue;
    // Two or three Latin letters may be an ISO code, so these keep their accents.
    if (/^[a-z]{2,3}$/.test(key)) {
      const short = spelling.normalize("NFC").toLowerCase();
      if (short !== key || (style === "long" && Object.hasOwn(iso.getAlpha3Codes(), key.toUpperCase())))
        shortNames.set(short, code);
      continue;
    }
    named.set(key, (named.get(key) ?? new Set()).add(code));
  }
}

for (const locale of locales()) {
  for (const style of ["long", "short"] as const) {
    const names = new Intl.DisplayNames(locale, { type: "region", style, fallback: "none" });
    for (const code of codes) note(names.of(code), code, style);
  }
}
for (const language of iso.getSupportedLanguages()) {
  const { countries } = require(`i18n-iso-countries/langs/${language}.json`) as {
    countries: Record<string, string | string[]>;
  };
  for (const [code, names] of Object.entries(countries)) for (const name of [names].flat()) note(name, code);
}

/** `names`: by code, those that no other country has; `shared`: names of several countries, with each of them. */
const names: Record<string, string[]> = Object.fromEntries(codes.map((code) => [code, []]));
const shared: Record<string, string[]> = {};
for (const [key, owners] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const [only, ...others] = [...owners].sort();
  if (others.length > 0) shared[key] = [only!, ...others];
  else names[only!]!.push(key);
}
const source =
  "Written by scripts/proof/data/country-names.ts from CLDR (Intl) and i18n-iso-countries 7.14.0 (MIT).";
const file = fileURLToPath(new URL("../../../core/data/country-names.json", import.meta.url));
const data = {
  source,
  alpha3: iso.getAlpha3Codes(),
  numeric: iso.getNumericCodes(),
  short: Object.fromEntries(shortNames),
  shared,
  names: {},
};
const listed = Object.entries(names).map(([code, keys]) => `    "${code}": ${JSON.stringify(keys)}`);
const text = JSON.stringify(data, null, 1).replace('"names": {}', `"names": {\n${listed.join(",\n")}\n }`);
writeFileSync(file, `${text}\n`);
