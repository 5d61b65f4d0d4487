import { describe, expect, test } from "vitest";
import table from "../data/sender-rules.json" with { type: "json" };
import { exampleMobile } from "../testing/example-mobile.ts";
import { REGISTRATIONS } from "./registration.ts";
import { senderRuleInput } from "./sender-rule-input.ts";
import {
  faultSentence,
  nearestFault,
  needsRegistration,
  type RuledSender,
  type SenderFault,
  senderFault,
  senderRule,
  textFaults,
  textFaultsIn,
} from "./sender-rules.ts";

const number = (country: string, kind: RuledSender["kind"] = "long-code"): RuledSender => ({
  ...{ country, kind, phoneE164: "+1" },
});
const name = (
  country: string,
  registration: RuledSender["registration"],
  phoneE164 = "Acme",
): RuledSender => ({
  ...{ country, registration, phoneE164, kind: "alphanumeric" },
});
const judge = (sender: RuledSender, body = "Acme: sale", offersOptOutMethod = true) =>
  senderFault(
    sender,
    { offersOptOutMethod, textFaults: textFaultsIn(textFaults(body), sender.country) },
    sender.country,
  );

describe("the table", () => {
  test("has one row for each country, each with its source, its day and our confidence", () => {
    expect(new Set(table.rows.map(({ country }) => country)).size).toBe(table.rows.length);
    for (const row of table.rows) {
      expect(senderRuleInput.parse(row)).toEqual(row);
      // The worker's test sends to it.
      expect(exampleMobile(row.country)).toMatch(/^\+[1-9]/);
    }
    expect(table.version).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  test.each([
    [{ source: "http://example.com" }],
    [{ checkedOn: "soon" }],
    [{ names: "perhaps" }],
    [{ country: "Au" }],
    [{ mustSay: { oneOf: [] } }],
    [{ unknown: 1 }],
  ])("takes no row with %j", (change) => {
    expect(senderRuleInput.safeParse({ ...table.rows[0], ...change }).success).toBe(false);
  });
});

describe("a name", () => {
  const by = (names: string) => table.rows.filter((row) => row.names === names).map(({ country }) => country);

  test.each(by("registered"))("%s: goes only when it is registered", (country) => {
    expect(judge(name(country, "registered"), "[QC] STOP free")).toBeNull();
    for (const state of [...REGISTRATIONS.filter((each) => each !== "registered"), null, undefined])
      expect(judge(name(country, state), "[QC] STOP free"), String(state)).toBe("name-not-registered");
    expect(needsRegistration("Acme", country)).toBe(true);
  });

  test.each(by("refused"))("%s: never goes, whatever is said of it", (country) => {
    expect(judge(name(country, "registered"))).toBe("name-refused");
    expect(judge(number(country))).toBeNull();
  });

  test.each(["GB", "NZ", "HK", "DE"])("%s: goes without a register, unless one refused it", (country) => {
    expect(judge(name(country, "not-required"))).toBeNull();
    expect(judge(name(country, "registered"))).toBeNull();
    expect(judge(name(country, "refused"))).toBe("name-not-registered");
    expect(needsRegistration("Acme", country)).toBe(false);
  });

  test("with the sign of registered names must be registered", () => {
    expect(judge(name("HK", "not-required", "#Acme"))).toBe("name-not-registered");
    expect(judge(name("HK", "registered", "#Acme"))).toBeNull();
  });

  test("is refused as too general in any case, and as a whole only", () => {
    expect(judge(name("GB", "not-required", "INFO"))).toBe("generic-name");
    expect(judge(name("GB", "not-required", "Infosys"))).toBeNull();
  });

  test("needs an opt-out method that is no reply, for any purpose", () => {
    expect(judge(name("GB", "not-required"), "Acme: sale", false)).toBe("no-opt-out-method");
    expect(senderFault(name("DE", "not-required"), { purpose: "transactional" }, "DE")).toBe(
      "no-opt-out-method",
    );
  });
});

describe("a number", () => {
  test("texts its own country, and asks for no opt-out method: people reply to it", () => {
    expect(judge(number("AU"), "Acme: sale", false)).toBeNull();
    expect(senderFault(number("AU"), {}, "US")).toBe("other-country");
    expect(senderFault(number("AU"), {}, null)).toBe("other-country");
  });

  test("sends no marketing in Vietnam, and other texts", () => {
    expect(judge(number("VN"), "[QC] Acme")).toBe("number-refused");
    expect(senderFault(number("VN"), { purpose: "transactional" }, "VN")).toBeNull();
  });
});

describe("a text", () => {
  test.each([
    ["VN", name("VN", "registered"), "[QC] Acme: sale", "Acme: sale [QC]", "text-begins-wrong"],
    ["VN", name("VN", "registered"), "[ad] Acme: sale", "[AB] Acme: sale", "text-begins-wrong"],
    [
      "NZ",
      number("NZ", "short-code"),
      "Reply to this SMS will be charged",
      "Acme: reply STOP",
      "text-lacks-words",
    ],
    ["NZ", number("NZ", "short-code"), "Reply STOP (FREE)", "Acme: reply STOP", "text-lacks-words"],
    ["FR", number("FR"), "Acme: soldes. STOP 36105", "Acme: soldes", "text-lacks-words"],
    ["FR", { country: "FR", phoneE164: "+33" }, "stop", "Acme: soldes", "text-lacks-words"],
  ] as [string, RuledSender, string, string, SenderFault][])(
    "%s: has what the country wants, or does not go",
    (_, sender, good, bad, fault) => {
      expect(judge(sender, good)).toBeNull();
      expect(judge(sender, bad)).toBe(fault);
    },
  );

  test("owes its words only where they are asked of this kind of sender", () => {
    expect(judge(number("NZ"), "Acme: reply STOP")).toBeNull();
    expect(judge({ country: "NZ", phoneE164: "+64" }, "Acme: reply STOP")).toBeNull();
  });

  test("has no faults in countries that ask for nothing", () => {
    const faults = textFaults("Acme");
    expect([...faults.keys()].toSorted()).toEqual(["FR", "NZ", "VN"]);
    expect(textFaultsIn(faults, "AU")).toEqual([]);
    expect(textFaultsIn(faults, null)).toEqual([]);
    expect(textFaults("[QC] STOP free").size).toBe(0);
  });
});

describe("what an operator reads", () => {
  test("is the fault that is nearest to a text that goes", () => {
    expect(nearestFault(["name-refused", "name-not-registered", "other-country"])).toBe(
      "name-not-registered",
    );
    expect(nearestFault([])).toBe("other-country");
  });

  test.each([
    ["other-country", "AU", /^no number of yours can text AU\. Add one$/],
    ["name-refused", "BR", /^a sender name can't text BR \(carriers take no names/],
    ["name-not-registered", "ES", /not registered in ES \(the CNMC's register/],
    ["generic-name", "GB", /too general for GB/],
    ["number-refused", "VN", /marketing can't go from a number in VN \(Decree 91/],
    ["no-opt-out-method", "DE", /Put \{\{opt_out_link\}\} into the text/],
    ["text-begins-wrong", "VN", /must begin with \[QC\] or \[AD\] in VN/],
    ["text-lacks-words", "NZ", /lacks a word that it needs in NZ: charged, charges, cost, free/],
    ["text-lacks-words", "DE", /lacks a word/],
    ["text-begins-wrong", "DE", /must begin/],
  ] as [SenderFault, string, RegExp][])(
    "%s in %s names the rule and the remedy",
    (fault, country, sentence) => {
      expect(faultSentence(fault, country)).toMatch(sentence);
    },
  );
});

test("a country without a row has no rule", () => {
  expect(senderRule("DE")).toBeUndefined();
});
