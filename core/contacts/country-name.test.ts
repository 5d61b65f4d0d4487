import { expect, test } from "vitest";
import { readCountry } from "./country-name.ts";

const codeOf = (name: string) => {
  const read = readCountry(name);
  return read.kind === "country" ? read.code : null;
};

const NAMES: Readonly<Record<string, string>> = {
  AU: "Australia, AUS, aust, Aust., au",
  NZ: "New Zealand, NZL, aotearoa, N.Z.",
  US: "United States, United States of America, USA, U.S.A., america, us",
  CA: "Canada, CAN",
  GB: "United Kingdom, UK, U.K., Great Britain, GBR, England, Scotland, Wales, Northern Ireland",
  IE: "Ireland, IRL",
  FR: "France, FRA",
  IN: "India, IND",
  SG: "Singapore, SGP",
  HK: "Hong Kong, HKG",
  JP: "Japan, JPN",
  ES: "Spain, ESP",
  IT: "Italy, ITA",
  CH: "Switzerland, CHE",
  AT: "Austria, AUT",
  DE: "Germany, DEU",
  DK: "Denmark",
  SE: "Sweden",
  NO: "Norway",
  FI: "Finland",
  PT: "Portugal",
  PL: "Poland",
  BR: "Brazil",
  PH: "Philippines",
  NG: "Nigeria",
  TH: "Thailand",
  TW: "Taiwan",
  KR: "South Korea",
  GR: "Greece, gr",
};

test.each(Object.entries(NAMES))("%s is also called %s", (code, names) => {
  for (const name of names.split(", ")) expect(codeOf(` ${name}\t`), name).toBe(code);
});

test.each(["", "  ", "Atlantis", "ZZ", "constructor", "Australia and New Zealand"])("%j is none", (name) => {
  expect(codeOf(name)).toBeNull();
});

test.each([
  ["Belgium, Belgique, Belgien, BEL, be, 🇧🇪, +32, 0032, BE - Belgium, Belgium (BE)", "BE"],
  ["Türkiye, Turkey, Turkiye, TUR", "TR"],
  ["Côte d'Ivoire, Cote d’Ivoire, Ivory Coast, CIV", "CI"],
  ["Viet Nam, Vietnam, Việt Nam", "VN"],
  ["The Netherlands, Holland, NLD", "NL"],
  ["Österreich, Oesterreich, AT", "AT"],
  ["Россия, Russia, Russian Federation", "RU"],
  ["日本, Japan", "JP"],
  ["Deutschland, Allemagne, DEU", "DE"],
  ["St. Lucia, Saint Lucia", "LC"],
  ["Trinidad & Tobago, Trinidad and Tobago", "TT"],
  ["Australia, 036, 61, +61", "AU"],
  ["1, USA, United States of America", "US"],
  ["Kosovo, XK", "XK"],
])("%s are one country", (names, code) => {
  for (const name of names.split(", ")) expect(readCountry(name), name).toEqual({ kind: "country", code });
});

test.each(["", " ", "NULL", "n/a", "#N/A", "None", "-", "--", "(null)", "undefined", "nan"])(
  "%j says nothing",
  (cell) => {
    expect(readCountry(cell)).toEqual({ kind: "none" });
  },
);

test.each([
  ["NA", ["NA"]],
  ["Congo", ["CD", "CG"]],
  ["Korea", ["KP", "KR"]],
  ["44", ["GB", "BS"]],
])("%s is ambiguous", (cell, codes) => {
  expect(readCountry(cell)).toEqual({ kind: "several", codes });
});

test.each(["Xyz", "Other", "9999", "AU / NZ", "Australia, Belgium", "+999", "🇿🇿"])(
  "%s is not known",
  (cell) => {
    expect(readCountry(cell)).toEqual({ kind: "unknown" });
  },
);

test("a file full of invented countries is read too", () => {
  for (let n = 0; n < 1100; n++) expect(readCountry(`Atlantis ${n}`)).toEqual({ kind: "unknown" });
});
