import { describe, expect, it } from "vitest";
import { compareNumbers } from "../testing/compare-numbers.ts";
import { dateOrderOf, readDate } from "./calendar-date.ts";
import { fieldChange, newFieldInput, newFieldName, type TypedField, undefinedField } from "./field.ts";
import { decimalSignOf, readNumber } from "./number.ts";
import { isOfType, readValue, readValues } from "./value.ts";

const field = (type: TypedField["type"], choices: string[] = []): TypedField => ({
  name: "x",
  type,
  choices,
});

describe("a date", () => {
  const [day, month, open] = ["AU", "US", "CA"].map(dateOrderOf);
  it.each([
    ["2026-03-31", day, "2026-03-31"],
    ["2026/3/1 09:30", day, "2026-03-01"],
    ["3/4/2026", day, "2026-04-03"],
    ["3/4/2026", month, "2026-03-04"],
    ["03-04-2026, 9:00", month, "2026-03-04"],
    ["3.4.2026", month, "2026-04-03"],
    ["4/4/2026", open, "2026-04-04"],
    ["31/3/2026", open, "2026-03-31"],
    ["31 March 2026", day, "2026-03-31"],
    ["Tue, 31st Mar 2026", month, "2026-03-31"],
    ["March 31, 2026", day, "2026-03-31"],
    ["Sept 1, 2026", day, "2026-09-01"],
    ["29/02/2028", day, "2028-02-29"],
  ])("is read in the order of the country: %s", (text, order, date) => {
    expect(readDate(text, order!)).toEqual({ ok: true, date });
  });

  it.each([
    ["3/4/2026", open, /both ways/],
    ["4/13/2026", day, /no such day/],
    ["13/4/2026", month, /no such day/],
    ["29/2/2026", open, /no such day/],
    ["31/12/26", day, /four digits/],
    ["2026-02-30", day, /no such day/],
    ["31 Foo 2026", day, /no such day/],
    ["tomorrow", day, /not a date/],
  ])("is refused rather than guessed: %s", (text, order, problem) => {
    expect(readDate(text, order!)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});

describe("a number", () => {
  it.each([
    ["1,234.50", ".", "1234.5"],
    ["1.234,50", ",", "1234.5"],
    ["1,234", ".", "1234"],
    ["1,234", ",", "1.234"],
    ["1.234", ".", "1.234"],
    ["0.125", ",", "0.125"],
    ["12,5", ".", "12.5"],
    ["1,234,567", ",", "1234567"],
    ["1 234 567,8", ",", "1234567.8"],
    ["1’234’567", null, "1234567"],
    ["$ 99.00", ".", "99"],
    ["-$5", ".", "-5"],
    ["99 €", ",", "99"],
    ["−7", null, "-7"],
    ["+007", null, "7"],
    ["-0.0", null, "0"],
    [".5", null, "0.5"],
    ["1234.567", ",", "1234.567"],
  ] as const)("is read by the country's sign: %s", (text, sign, value) => {
    expect(readNumber(text, sign)).toEqual({ ok: true, value });
  });

  it.each([
    ["1.234", ",", /thousands or for decimals/],
    ["1,234", null, /thousands or for decimals/],
    ["1,23,456", ".", /not a number/],
    ["1,234.5.6", ".", /not a number/],
    ["1.234,5,6", ".", /not a number/],
    ["12,34.5", ".", /not a number/],
    ["1,2345", null, null],
    ["1 2345", null, /not a number/],
    [",123,456", ".", /not a number/],
    ["5.", ".", /not a number/],
    ["1'2.345.678", ".", /not a number/],
    ["about 5", ".", /not a number/],
    ["1234567890123", ".", /12 digits/],
    ["0.1234567", ".", /12 digits/],
  ] as const)("is refused where it can be two, or none: %s", (text, sign, problem) => {
    const reading = readNumber(text, sign);
    if (problem === null) expect(reading).toEqual({ ok: true, value: "1.2345" });
    else expect(reading).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it("is compared exactly", () => {
    expect(decimalSignOf("AU")).toBe(".");
    expect(decimalSignOf("DE")).toBe(",");
    expect(decimalSignOf("CH")).toBeNull();
    expect(compareNumbers("10", "9.999999")).toBe(1);
    expect(compareNumbers("-10", "-9")).toBe(-1);
    expect(compareNumbers("1.50", "1.5")).toBe(0);
  });
});

describe("a value", () => {
  it.each([
    [field("text"), "  Gold  card ", "Gold card"],
    [field("text"), " ", null],
    [field("number"), "1,250", "1250"],
    [field("date"), "3/4/2026", "2026-04-03"],
    [field("yes-no"), "TRUE", "yes"],
    [field("yes-no"), "nein", "no"],
    [field("choice", ["Gold", "Silver"]), "gold", "Gold"],
  ])("is stored in one form", (of, raw, value) => {
    expect(readValue(of, raw, "AU")).toEqual({ ok: true, value });
  });

  it.each([
    [field("text"), "x".repeat(501), /at most 500/],
    [field("date"), "soon", /not a date/],
    [field("yes-no"), "maybe", /yes or no/],
    [field("choice", ["Gold", "Silver"]), "Bronze", /one of: Gold, Silver\.$/],
    [field("choice", [..."abcdefghijk"]), "z", /a, b, c, d, e, f, g, h, i, j, …\.$/],
  ])("is refused in words", (of, raw, problem) => {
    expect(readValue(of, raw, "AU")).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it("from before its field had a type may not be of it", () => {
    expect(isOfType(field("text"), "x")).toBe(true);
    expect(isOfType(field("number"), "1.5")).toBe(true);
    expect(isOfType(field("number"), "1,5")).toBe(false);
    expect(isOfType(field("date"), "2026-01-01")).toBe(true);
    expect(isOfType(field("date"), "1/1/2026")).toBe(false);
    expect(["yes", "no", "ja"].map((value) => isOfType(field("yes-no"), value))).toEqual([true, true, false]);
    expect(isOfType(field("choice", ["Gold"]), "Gold")).toBe(true);
    expect(isOfType(field("choice", ["Gold"]), "gold")).toBe(false);
  });

  it("is read with the others of a form", () => {
    const fields = [{ ...field("number"), name: "points" }];
    expect(readValues(fields, { points: "7" }, "AU")).toEqual({ ok: true, values: { points: "7" } });
    expect(readValues(fields, { points: null }, "AU")).toEqual({ ok: true, values: { points: null } });
    expect(readValues(fields, { points: "x" }, "AU")).toMatchObject({ ok: false, name: "points" });
    expect(readValues(fields, { other: "x" }, "AU")).toMatchObject({ ok: false, name: "other" });
  });
});

describe("a field", () => {
  it("gets a merge name that no other field has", () => {
    expect(newFieldName("Member #", [])).toEqual({ ok: true, name: "member" });
    expect(newFieldName("Member", ["member"])).toMatchObject({ ok: false });
    expect(newFieldName("First name", [])).toMatchObject({ ok: false });
    expect(newFieldName("#", [])).toMatchObject({ ok: false });
    expect(undefinedField("member_no")).toMatchObject({ label: "Member no", type: "text", mergeable: true });
  });

  it("has choices if it is one", () => {
    const plan = { label: "Plan", type: "choice", choices: ["Gold"] };
    expect(newFieldInput.parse(plan)).toMatchObject({ mergeable: true });
    expect(newFieldInput.safeParse({ ...plan, choices: [] }).success).toBe(false);
    expect(newFieldInput.safeParse({ ...plan, type: "text" }).success).toBe(false);
    expect(newFieldInput.safeParse({ ...plan, choices: ["Gold", "gold"] }).success).toBe(false);
    expect(fieldChange.safeParse({ ...plan, mergeable: false }).success).toBe(true);
  });
});
