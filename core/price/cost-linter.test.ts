import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isGsm7 } from "../text/gsm7.ts";
import { segments } from "../text/segments.ts";
import { parseTemplate, renderTemplate } from "../text/template.ts";
import { type LintOptions, startLint } from "./cost-linter.ts";
import { gsmSafeText } from "./cost-offenders.ts";
import { messagePriceMicros } from "./pricing.ts";

/** AU costs 51,500 micros a segment, US 8,300 and a carrier's fee. */
const AU = 51_500;
type Person = [values: Record<string, string | null>, country?: string | null];

function lint(body: string, people: readonly Person[], options: LintOptions = {}) {
  const run = startLint(parseTemplate(body), options);
  for (const [values, country = "AU"] of people) run.add(values, country);
  return run.report();
}

const name = (first_name: string): Person => [{ first_name }];
const greeting = `Hi {{first_name|there}}, ${"x".repeat(100)}`;

describe("values outside GSM-7", () => {
  test("one curly name in a text of a hundred characters costs one more segment", () => {
    expect(lint(greeting, [name("Zoë"), name("Zoë"), name("Mia"), name("René")])).toEqual({
      people: 4,
      template: [],
      ucs2: {
        people: 2,
        extraSegments: 2,
        extraMicros: 2 * AU,
        offenders: [
          { field: "first_name", value: "Zoë", people: 2, extraMicros: 2 * AU, replacement: "Zoe" },
        ],
      },
      longer: { people: 0, extraSegments: 0, extraMicros: 0, offenders: [] },
      unpriced: 0,
      complete: true,
    });
  });

  test("in a short text it changes the encoding, and costs nothing", () => {
    expect(lint("Hi {{first_name}}", [name("Zoë")]).ucs2).toMatchObject({ people: 1, extraMicros: 0 });
  });

  test("smart encoding replaces some of them", () => {
    const people = [name("D’Arcy"), name("Zoë")];
    expect(lint(greeting, people).ucs2.offenders.map(({ value }) => value)).toEqual(["D’Arcy", "Zoë"]);
    expect(lint(greeting, people, { smartEncoding: true }).ucs2.offenders.map(({ value }) => value)).toEqual([
      "Zoë",
    ]);
  });

  test("two values share the cost, and count once", () => {
    const body = `{{first_name}} {{last_name}} ${"x".repeat(100)}`;
    const { ucs2 } = lint(body, [[{ first_name: "Zoë", last_name: "Citroën" }]]);
    expect(ucs2).toMatchObject({ people: 1, extraSegments: 1, extraMicros: AU });
    expect(ucs2.offenders.map(({ field, extraMicros }) => [field, extraMicros])).toEqual([
      ["first_name", AU / 2],
      ["last_name", AU / 2],
    ]);
  });

  test("a field that occurs twice counts once, as formatted", () => {
    const { ucs2 } = lint(`{{first_name||upper}} {{first_name}} ${"x".repeat(99)}`, [name("zoë")]);
    expect(ucs2.offenders).toMatchObject([{ value: "ZOË", people: 1, replacement: "ZOE" }]);
  });

  test("a name without look-alikes has no replacement", () => {
    expect(lint(greeting, [name("美咲")]).ucs2.offenders).toMatchObject([
      { value: "美咲", replacement: null },
    ]);
  });

  test("if the template itself is not GSM-7, its characters are listed and no value counts", () => {
    const report = lint(`Hi {{first_name}} – ${"x".repeat(100)}`, [name("Zoë")]);
    expect(report.template).toEqual([{ char: "–", index: 4, codePoint: "U+2013", suggestion: "-" }]);
    expect(report.ucs2.people).toBe(0);
    expect(lint("Hi {{first_name|chérie á}}", [name("Zoë")]).ucs2.people).toBe(0);
  });
});

describe("values that are too long", () => {
  const body = `Hi {{first_name|you}}, {{city|}} ${"x".repeat(145)}`;

  test("the longest value counts for the segments beyond a blank one", () => {
    expect(
      lint(body, [[{ first_name: "Mia", city: "Wagga Wagga" }], [{ first_name: "Mia", city: "" }]]).longer,
    ).toEqual({
      people: 1,
      extraSegments: 1,
      extraMicros: AU,
      offenders: [{ field: "city", value: "Wagga Wagga", people: 1, extraMicros: AU, replacement: null }],
    });
  });

  test("a value outside GSM-7 counts for its length only as far as its replacement is too long", () => {
    const report = lint(body, [[{ first_name: "Mia", city: "Zoë" }]]);
    expect(report.ucs2).toMatchObject({ people: 1, extraSegments: 2 });
    expect(report.longer.people).toBe(0);
  });

  test("of several values the longest counts, in any position", () => {
    const blamed = (first_name: string, city: string) =>
      lint(body, [[{ first_name, city }]]).longer.offenders.map(({ value }) => value);
    expect(blamed("Maximiliana", "Perth")).toEqual(["Maximiliana"]);
    expect(blamed("Mia", "Wagga Wagga")).toEqual(["Wagga Wagga"]);
    expect(blamed("Matilda", "Bendigo")).toEqual(["Matilda"]);
  });

  test("a blank value beside one outside GSM-7 stays blank", () => {
    expect(lint(body, [[{ first_name: "Zoë", city: null }]]).ucs2).toMatchObject({
      people: 1,
      extraSegments: 2,
    });
  });

  test("a value may cost for its letters and, replaced, still for its length", () => {
    const report = lint(`{{first_name|}}${"x".repeat(158)}`, [name("Zoë")]);
    expect(report.ucs2).toMatchObject({ people: 1, extraSegments: 1, extraMicros: AU });
    expect(report.longer).toMatchObject({ people: 1, extraSegments: 1, offenders: [{ value: "Zoë" }] });
  });

  test("long fallbacks are no value's fault", () => {
    expect(
      lint(`{{first_name|${"y".repeat(30)}}} ${"x".repeat(131)}`, [name(""), name("Mia")]).longer.people,
    ).toBe(0);
  });

  test("blank values are no fault", () => {
    expect(lint("x".repeat(200), [[{}]]).longer.people).toBe(0);
    expect(lint(`{{first_name|${"y".repeat(161)}}}`, [[{ first_name: null }]]).longer.people).toBe(0);
  });
});

describe("money", () => {
  test("counts by country, sender type and card, and recipients without a price separately", () => {
    const zoe = { first_name: "Zoë" };
    const us = messagePriceMicros({ country: "US", segments: 1 })!;
    expect(lint(greeting, [[zoe, "US"]]).ucs2.extraMicros).toBe(us);
    const report = lint(greeting, [
      [zoe, null],
      [zoe, "XX"],
      [zoe, "AU"],
    ]);
    expect(report).toMatchObject({ unpriced: 2, ucs2: { people: 3, extraMicros: AU } });
    const card = {
      currency: "AUD",
      carrierFees: [],
      rates: [
        {
          country: "AU",
          direction: "outbound",
          effectiveFrom: null,
          microsPerSegment: 7,
          senderTypes: ["alphanumeric"],
        },
      ],
    } as const;
    expect(lint(greeting, [[zoe]], { card, price: { senderType: "alphanumeric" } }).ucs2.extraMicros).toBe(7);
    expect(lint(greeting, [[zoe]], { card }).unpriced).toBe(1);
  });
});

describe("a bounded report", () => {
  const spread = (count: number): Person[] =>
    Array.from({ length: count }, (_, index) => name(`Zoë${index}`));

  test("lists the most expensive values, up to the limit", () => {
    const people = [...spread(30), name("Chloë"), name("Chloë")];
    expect(lint(greeting, people).ucs2.offenders).toHaveLength(20);
    expect(lint(greeting, people, { offenders: 3 }).ucs2.offenders).toMatchObject([
      { value: "Chloë", people: 2 },
      { value: "Zoë0" },
      { value: "Zoë1" },
    ]);
  });

  test("stays bounded with many different values, keeps exact totals, and reports it", () => {
    const people = [name("Chloë"), name("Chloë"), ...spread(5_000), name("Chloë")];
    const report = lint(greeting, people);
    expect(report.ucs2).toMatchObject({ people: 5_003, extraSegments: 5_003, extraMicros: 5_003 * AU });
    expect(report.ucs2.offenders[0]).toMatchObject({ value: "Chloë", people: 3 });
    expect(report.complete).toBe(false);
    expect(lint(greeting, spread(2_000)).complete).toBe(true);
    expect(lint(greeting, spread(2_001)).complete).toBe(false);
    expect(lint(`{{first_name}}${"x".repeat(160)}`, spread(2_001)).complete).toBe(false);
  });

  test("a report does not change when more is added", () => {
    const run = startLint(parseTemplate(greeting));
    run.add({ first_name: "Zoë" }, "AU");
    const early = run.report();
    run.add({ first_name: "Zoë" }, "AU");
    expect(early.ucs2.offenders[0]!.people).toBe(1);
    expect(run.report().ucs2.offenders[0]!.people).toBe(2);
  });
});

test("the saving equals the prices, for any values", () => {
  const value = fc.string({ unit: "grapheme", maxLength: 30 });
  const body = `Dear {{first_name|you}} of {{city|there}}, ${"y".repeat(120)}`;
  const template = parseTemplate(body);
  fc.assert(
    fc.property(value, value, (first_name, city) => {
      const cost = (values: Record<string, string>) =>
        segments(renderTemplate(template, values).text).segments * AU;
      const { ucs2, longer } = lint(body, [[{ first_name, city }]]);
      const blank = cost({});
      expect(ucs2.extraMicros + longer.extraMicros).toBe(
        Math.max(ucs2.extraMicros, cost({ first_name, city }) - blank),
      );
      expect(ucs2.people === 1).toBe(!isGsm7(renderTemplate(template, { first_name, city }).text));
    }),
  );
});

test("safe text is GSM-7 and trimmed, and GSM-7 text does not change", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => isGsm7(gsmSafeText(text))));
  expect(gsmSafeText(" Zoë O’Neil 🙂 ")).toBe("Zoe O'Neil");
  expect(gsmSafeText("Mia")).toBe("Mia");
});
