import { describe, expect, test } from "vitest";
import { isFictionNumber } from "./fiction-number.ts";

describe("a number that a regulator set aside for fiction", () => {
  test.each([
    "+12025550100",
    "+14155550199",
    "+447700900000",
    "+447700900999",
    "+46701740605",
    "+46701740699",
    "+491713920042",
    "+4917604069001",
    "+491749464308",
    "+61491570006",
    "+61491579455",
  ])("is %s", (phone) => expect(isFictionNumber(phone)).toBe(true));

  test.each([
    // The next numbers beside them may be somebody's.
    ["+12025550099", "+12025550200", "+12025551100", "+447700901000", "+46701740604", "+46701740700"],
    ["+491713920142", "+491749464309", "+61491570007", "+61491570005", "+61412345678", "+6149157000", ""],
  ])("is none of its neighbours", (...phones) =>
    expect(phones.filter((phone) => isFictionNumber(phone))).toEqual([]),
  );
});
