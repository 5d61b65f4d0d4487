import { describe, expect, test } from "vitest";
import data from "../data/country-names.json" with { type: "json" };
import { readCountry } from "./country-name.ts";

const LANGUAGES =
  "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka kk km " +
  "kn ko ky lo lt lv mi mk ml mn mr ms my nb ne nl nn pa pl pt ro ru si sk sl sq sr sv sw ta te th tr uk ur uz vi " +
  "zh zh-Hant zu";
const codes = Object.keys(data.names);

/** Abbreviations that are also another country's ISO code. A code is read as a code. */
const CODES_ALSO = ["RU", "AS"];

/** Every name that CLDR has for a country in a language, in the forms in which files have them. */
function* namesIn(language: string): Generator<{ code: string; form: string }> {
  for (const style of ["long", "short"] as const) {
    const names = new Intl.DisplayNames(language, { type: "region", style, fallback: "none" });
    for (const code of codes) {
      const name = names.of(code);
      if (!name || name === code || CODES_ALSO.includes(name)) continue;
      const forms = [name, name.toUpperCase(), name.toLowerCase(), name.normalize("NFD"), `"${name}"`];
      // "NGA" is Nigeria's code, and "Nga" is Russia in Vietnamese.
      for (const form of forms) if (form !== "NGA") yield { code, form };
    }
  }
}

describe("a name of CLDR is its country or refused, never another country", () => {
  test.each(LANGUAGES.split(" "))("%s", (language) => {
    const wrong: string[] = [];
    let named = 0;
    let known = 0;
    for (const { code, form } of namesIn(language)) {
      const read = readCountry(form);
      named++;
      if (read.kind !== "country") continue;
      if (read.code === code) known++;
      else wrong.push(`${form} is ${code}, and was read as ${read.code}`);
    }
    expect(wrong).toEqual([]);
    expect(known / named).toBeGreaterThan(0.97);
  });
});

test.each([
  ["Áo", "AT"],
  ["Bỉ", "BE"],
  ["Mỹ", "US"],
  ["Çin", "CN"],
  ["Çad", "TD"],
  ["KAYMAN ADALARI", "KY"],
])("%s is %s, whatever code it resembles", (name, code) => {
  expect(readCountry(name)).toEqual({ kind: "country", code });
});

test("a name that only its case tells from a code is ambiguous, and a capital code is a code", () => {
  expect(readCountry("Nga")).toEqual({ kind: "several", codes: ["NG", "RU"] });
  expect(readCountry("A.S")).toEqual({ kind: "several", codes: ["AS", "US"] });
  expect(readCountry("NGA")).toEqual({ kind: "country", code: "NG" });
  expect(readCountry("Bé")).toEqual({ kind: "unknown" });
});
