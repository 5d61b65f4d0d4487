import { describe, expect, test } from "vitest";
import table from "../data/required-wording.json" with { type: "json" };
import type { RuledSender } from "./sender-rules.ts";
import { wordingProblems } from "./wording.ts";

const GOOD = "Acme: 20 % off today, acme.example/sale. Reply STOP to opt out.";
const check = (
  body: string,
  countries: string[],
  senders: readonly RuledSender[] = [],
  senderName: string | null = "Acme",
) => wordingProblems(body, { countries, senders, senderName });
const numberIn = (country: string): RuledSender => ({ country, phoneE164: "+1", kind: "long-code" });
const nameIn = (country: string, registration: RuledSender["registration"] = "registered"): RuledSender => ({
  ...{ country, phoneE164: "Acme", kind: "alphanumeric", registration },
});

test.each(["AU", "NZ", "CA", "GB", "IE", "DE", "FR", "SG"])(
  "%s: a text with name, link and STOP lacks nothing",
  (country) => {
    expect(check(GOOD, [country])).toEqual({ errors: [], warnings: [] });
  },
);

describe("who sends it", () => {
  test("must be in the text, in any spelling", () => {
    expect(check("Sale on. Reply STOP", ["GB"]).warnings).toEqual([
      'The text does not say who sends it: put "Acme" in it (PECR reg. 22(3)(c) and 23: who sends, and an opt-out method in every message, free but for the cost of sending it).',
    ]);
    expect(check("CAFÉ  ZOE: sale. Reply STOP", ["GB"], [], " Cafe Zoë ").warnings).toEqual([]);
    expect(check("Sale on. Reply STOP", ["GB"], [], null).warnings).toEqual([]);
    expect(check("Sale on. Reply STOP", ["GB"], [], "  ").warnings).toEqual([]);
  });

  test("must be reachable where the law requires it: by a link, an address or a number", () => {
    const bare = "Acme: sale on. Reply STOP to opt out";
    expect(check(bare, ["AU", "CA", "GB"]).warnings).toEqual([
      expect.stringMatching(
        /^The text does not say how to reach the sender: in AU, CA this must be in the text.*Spam Act.*CASL/,
      ),
    ]);
    for (const contact of [
      "acme.example/x",
      "https://acme.example",
      "hi@acme.example",
      "+61 2 5550 1234",
      "1300 975 707",
      "13 11 26",
      "131126",
      "02 5550 1234",
    ]) {
      expect(check(`${bare}, ${contact}`, ["AU"]).warnings, contact).toEqual([]);
    }
    for (const none of [
      "20 % off",
      "v1.2/3 done.",
      "only 5 left",
      "at 10.30",
      "from 09:00",
      "30000 fans",
      "+5 more",
      "1300 seats",
      "0 left (12)",
    ]) {
      expect(check(`${bare}, ${none}`, ["AU"]).warnings, none).toHaveLength(1);
    }
  });
});

describe("the way out", () => {
  test("must be said", () => {
    expect(check("Acme: sale, acme.example/x", ["SG"]).warnings).toEqual([
      'The text does not say how to opt out: add for example "Reply STOP to opt out" (recommended where nothing is known).',
    ]);
  });

  test.each(["stop", "Unsubscribe", "opt out", "opt-out", "optout", "unsub", "arrêt", "arret", "Abmelden"])(
    "%s says it",
    (word) => {
      expect(check(`Acme, acme.example/x ${word}`, ["AU"]).warnings).toEqual([]);
    },
  );

  test.each(["nonstop", "stopover", "opted"])("%s does not", (word) => {
    expect(check(`Acme, acme.example/x ${word}`, ["AU"]).warnings).toHaveLength(1);
  });

  test("France wants the word STOP", () => {
    expect(check("Acme: soldes. Désabonnement: opt-out acme.example/x", ["FR"]).warnings).toEqual([
      "In FR the opt-out instruction must contain the word STOP (CPCE L34-5: brand and the word STOP; alphanumeric senders name the operator's short code (36xxx)).",
    ]);
    expect(check("Acme: soldes", ["FR"]).warnings).toHaveLength(1);
  });
});

describe("each country is judged by the senders that would text it", () => {
  const LINKED = "Acme: sale. Opt out: {{opt_out_link}}";

  test("a name in Australia is no fault for a US audience that a US number serves", () => {
    expect(check(LINKED, ["AU", "US"], [nameIn("AU"), numberIn("US")]).errors).toEqual([]);
    expect(check(LINKED, ["AU", "US"], [nameIn("AU"), nameIn("US")]).errors).toEqual([
      "A sender name can't text US (carriers take no names as senders). Add a number there.",
    ]);
  });

  test("a name that can't be answered needs another opt-out method, unless a number goes instead", () => {
    expect(check("Acme: sale. Reply STOP", ["GB"], [nameIn("GB")]).errors).toEqual([
      "Nobody can reply to your sender name, and the text offers no other way to opt out. Put {{opt_out_link}} into the text, or add a number that can text GB.",
    ]);
    expect(check("Acme: sale. Reply STOP", ["GB"], [nameIn("GB"), numberIn("GB")]).errors).toEqual([]);
    expect(check(LINKED, ["GB"], [nameIn("GB")]).errors).toEqual([]);
  });

  test("a name that is not registered where it must be is named with its register", () => {
    expect(check(LINKED, ["SG", "SG"], [nameIn("SG", "not-required")]).errors).toEqual([
      expect.stringMatching(
        /^Your sender name is not registered in SG \(the SMS Sender ID Registry \(SSIR\)/,
      ),
    ]);
    expect(check(LINKED, ["SG"], [nameIn("SG")]).errors).toEqual([]);
  });

  test("a country without any sender of the tenant is no matter of the text", () => {
    expect(check(LINKED, ["SG", "US"], [numberIn("AU")]).errors).toEqual([]);
  });
});

test("a link of a public shortener is a warning", () => {
  expect(check(`${GOOD} https://bit.ly/x`, ["GB"]).warnings).toEqual([
    "Carriers filter texts with links of public shorteners (bit.ly): use a link of your own domain.",
  ]);
});

test("the first text of a programme in the US needs what the carriers require", () => {
  expect(check(GOOD, ["US"]).warnings).toEqual([
    "If this is the first text that people in US get from you, add: HELP, Msg & data rates may apply.",
  ]);
  expect(check(`${GOOD} HELP for help. Msg & data rates may apply`, ["US"]).warnings).toEqual([]);
  expect(check(`${GOOD} HELP for help.`, ["US"]).warnings).toEqual([
    "If this is the first text that people in US get from you, add: Msg & data rates may apply.",
  ]);
});

test("the laws of several countries are listed, and names are trimmed", () => {
  expect(check("Sale", ["IE", "DE"], [], " Acme ").warnings).toEqual([
    'The text does not say who sends it: put "Acme" in it (ePrivacy Regulations 2011 reg. 13, as in GB; UWG s 7(2) no. 3 and 7(3) no. 4: who sends, and an opt-out method in every message).',
    'The text does not say how to opt out: add for example "Reply STOP to opt out" (ePrivacy Regulations 2011 reg. 13, as in GB; UWG s 7(2) no. 3 and 7(3) no. 4: who sends, and an opt-out method in every message).',
  ]);
  expect(check("Ac me: sale. Stop", ["GB"]).warnings).toHaveLength(1);
});

test("hostile texts are checked quickly", () => {
  for (const piece of ["a.", "a-", "@", "+1 ", "0 ", "http", "stop", "\u0301"]) {
    expect(check(piece.repeat(1_600), ["AU", "US"], [nameIn("AU")]).warnings.length).toBeGreaterThan(0);
  }
});

test("without countries there are no problems", () => {
  expect(check("", [])).toEqual({ errors: [], warnings: [] });
});

test("every row has its own country, its law and its confidence", () => {
  expect(new Set(table.rows.map(({ country }) => country)).size).toBe(table.rows.length);
  for (const row of table.rows) {
    expect(row.law.length).toBeGreaterThan(20);
    expect(row.confidence).not.toBe("");
  }
  expect(table.version).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});
