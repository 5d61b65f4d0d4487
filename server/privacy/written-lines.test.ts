import { expect, test } from "vitest";
import { isRightToLeft, writtenLines } from "./written-lines.ts";

const lines = (text: string, width = 100) => writtenLines(text, width, (line) => line.length);

test("leaves what is read from the left as it is, and breaks it between words", () => {
  expect(isRightToLeft("Zoë 李")).toBe(false);
  expect(lines("one two three", 8)).toEqual(["one two", "three"]);
  expect(lines("one\n\ntwo")).toEqual(["one", "", "two"]);
});

test("sets Hebrew from the right, and a number in it from the left", () => {
  expect(isRightToLeft("דוד")).toBe(true);
  expect(lines("דוד כהן")).toEqual(["ןהכ דוד"]);
  expect(lines("דוד 123 כהן")).toEqual(["ןהכ 123 דוד"]);
});

test("joins Arabic letters, and begins a broken text at its first line", () => {
  const [line] = lines("محمد");
  expect([...line!].map((sign) => sign.codePointAt(0)!.toString(16))).toEqual([
    "feaa",
    "fee4",
    "fea4",
    "fee3",
  ]);
  expect(lines("אבג דהו זחט", 7)).toEqual(["והד גבא", "טחז"]);
});
