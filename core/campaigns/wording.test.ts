import { describe, expect, test } from "vitest";
import table from "../data/required-wording.json" with { type: "json" };
import type { SenderType } from "../price/pricing.ts";
import { requiredWording, wordingProblems } from "./wording.ts";

const GOOD = "Acme: 20 % off today, acme.example/sale. Reply STOP to opt out.";
const check = (
  body: string,
  countries: string[],
  senderKinds: SenderType[] = ["mobile"],
  senderName: string | null = "Acme",
) => wordingProblems(body, { countries, senderKinds, senderName });

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
    expect(check("CAFÉ  ZOE: sale. Reply STOP", ["GB"], ["mobile"], " Cafe Zoë ").warnings).toEqual([]);
    expect(check("Sale on. Reply STOP", ["GB"], ["mobile"], null).warnings).toEqual([]);
    expect(check("Sale on. Reply STOP", ["GB"], ["mobile"], "  ").warnings).toEqual([]);
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

describe("a name as the sender", () => {
  test("cannot be answered: without another opt-out method the text is refused", () => {
    expect(check("Acme: sale. Reply STOP to opt out", ["GB"], ["alphanumeric"]).errors).toEqual([
      "A text from a sender name can't be answered (nobody can reply STOP to it): add a link, an address or a number where people can opt out.",
    ]);
    expect(check("Acme: sale", ["GB"], ["mobile", "alphanumeric"]).errors).toEqual([
      "A text from a sender name can't be answered: add a link, an address or a number where people can opt out.",
    ]);
    expect(check("Acme: STOP antworte", ["DE"], ["alphanumeric"]).errors[0]).toContain("nobody can reply");
    expect(check("Acme: sale. Opt out", ["GB"], ["alphanumeric"]).errors[0]).not.toContain(
      "nobody can reply",
    );
    expect(check("Acme: sale. Reply now", ["GB"], ["alphanumeric"]).errors[0]).not.toContain(
      "nobody can reply",
    );
  });

  test.each([
    "acme.example/stop",
    "http://acme.example",
    "stop@acme.example",
    "STOP au 36105",
    "text STOP to +61491570156",
    "call 0491 570 156",
    "call 1800 975 711",
  ])("%s is an opt-out method", (way) => {
    expect(check(`Acme: sale. Opt out: ${way}`, ["GB"], ["alphanumeric"]).errors).toEqual([]);
  });

  test("cannot text the US and Canada at all, and must be registered in Australia", () => {
    expect(check(GOOD, ["US", "CA", "AU", "US"], ["alphanumeric"]).errors).toEqual([
      "A sender name can't text people in US, CA: send from a number there.",
    ]);
    expect(check(GOOD, ["AU"], ["alphanumeric"]).warnings).toEqual([
      'In AU a sender name must be on the register of sender IDs: other names are shown as "Unverified".',
    ]);
    expect(check(GOOD, ["AU", "US"], ["mobile", "toll-free", "short-code"])).toMatchObject({ errors: [] });
  });
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

test("there is no warning about a register where none is needed", () => {
  expect(check(GOOD, ["NZ", "GB"], ["alphanumeric"])).toEqual({ errors: [], warnings: [] });
});

test("the laws of several countries are listed, and names are trimmed", () => {
  expect(check("Sale", ["IE", "DE"], ["mobile"], " Acme ").warnings).toEqual([
    'The text does not say who sends it: put "Acme" in it (ePrivacy Regulations 2011 reg. 13, as in GB; UWG s 7(2) no. 3 and 7(3) no. 4: who sends, and an opt-out method in every message).',
    'The text does not say how to opt out: add for example "Reply STOP to opt out" (ePrivacy Regulations 2011 reg. 13, as in GB; UWG s 7(2) no. 3 and 7(3) no. 4: who sends, and an opt-out method in every message).',
  ]);
  expect(check("Ac me: sale. Stop", ["GB"]).warnings).toHaveLength(1);
});

test("hostile texts are checked quickly", () => {
  for (const piece of ["a.", "a-", "@", "+1 ", "0 ", "http", "stop", "\u0301"]) {
    expect(check(piece.repeat(1_600), ["AU", "US"], ["alphanumeric"]).warnings.length).toBeGreaterThan(0);
  }
});

test("without countries there are no problems", () => {
  expect(check("", [])).toEqual({ errors: [], warnings: [] });
});

test("every row names its law and its confidence; other countries have the general row", () => {
  for (const row of table.rows) {
    expect(requiredWording(row.country)).toBe(row);
    expect(row.law.length).toBeGreaterThan(20);
    expect(row.confidence).not.toBe("");
  }
  expect(requiredWording("SG")).toMatchObject({ country: null, confidence: "policy" });
  expect(requiredWording(null).country).toBeNull();
  expect(table.version).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});
