import { expect, test } from "vitest";
import { countryOfName } from "./country-name.ts";

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
  for (const name of names.split(", ")) expect(countryOfName(` ${name}\t`), name).toBe(code);
});

test.each(["", "  ", "Atlantis", "ZZ", "constructor", "Australia and New Zealand"])("%j is none", (name) => {
  expect(countryOfName(name)).toBeNull();
});
