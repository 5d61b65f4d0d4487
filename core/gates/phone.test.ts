import { expect, test } from "vitest";
import { EXAMPLE_NOW, exampleFacts } from "../testing/example.ts";
import { phone } from "./phone.ts";

const ask = (changes: Partial<ReturnType<typeof exampleFacts>["phone"]>) =>
  phone({ phone: { ...exampleFacts().phone, ...changes } }, EXAMPLE_NOW);

test.each(["MOBILE", "FIXED_LINE_OR_MOBILE", "VOIP", null])("passes a number of type %s", (lineType) => {
  expect(ask({ lineType })).toEqual({ kind: "pass" });
});

test.each([
  "FIXED_LINE",
  "TOLL_FREE",
  "PREMIUM_RATE",
  "SHARED_COST",
  "PERSONAL_NUMBER",
  "PAGER",
  "UAN",
  "VOICEMAIL",
])("refuses a %s: no carrier delivers a text there", (lineType) => {
  expect(ask({ lineType })).toEqual({
    kind: "drop",
    reason: "Invalid phone",
    looked: { fault: "line-type", lineType, country: "AU" },
  });
});

test("refuses a number without a country: it can be neither priced nor timed", () => {
  expect(ask({ country: null })).toEqual({
    kind: "drop",
    reason: "Invalid phone",
    looked: { fault: "country" },
  });
});

test("refuses a number that the carrier called invalid, with its code", () => {
  expect(ask({ invalidReason: "21614" })).toEqual({
    kind: "drop",
    reason: "Invalid phone",
    looked: { fault: "carrier", invalidReason: "21614" },
  });
});

test.each([
  "",
  "0491570006",
  "+0491570006",
  "+614915",
  "+6149157000600000",
  "+61 491 570 006",
  "x+61491570006",
])("refuses %j: not E.164", (e164) => {
  expect(ask({ e164 })).toEqual({
    kind: "drop",
    reason: "Invalid phone",
    looked: { fault: "format" },
  });
});

test.each(["+6491570", "+614915700060000"])("takes %s, the shortest and longest of E.164", (e164) => {
  expect(ask({ e164 })).toEqual({ kind: "pass" });
});
