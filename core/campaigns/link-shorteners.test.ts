import { describe, expect, test } from "vitest";
import table from "../data/link-shorteners.json" with { type: "json" };
import { shortenerWarnings } from "./link-shorteners.ts";

/** The shorteners that the warning about a text names. */
const publicShorteners = (text: string) =>
  shortenerWarnings(text).flatMap((sentence) => /\((.+)\)/.exec(sentence)![1]!.split(", "));

describe("a link of a public shortener", () => {
  test.each([
    ["https://bit.ly/3xYz", ["bit.ly"]],
    ["see BIT.LY/3xYz and tinyurl.com/a, bit.ly/b", ["bit.ly", "tinyurl.com"]],
    ["http://www.tinyurl.com/a", ["tinyurl.com"]],
    ["(t.ly/x)", ["t.ly"]],
    ["rb.gy?x", ["rb.gy"]],
  ])("is found in %j", (text, hosts) => expect(publicShorteners(text)).toEqual(hosts));

  test.each([
    "acme.example/bit.ly",
    "notbit.ly/x",
    "bit.ly.acme.example/x",
    "me@bit.ly/x",
    "bit.ly",
    "I use bit.ly.",
    "orbit.ly/x",
  ])("is not %j", (text) => expect(publicShorteners(text)).toEqual([]));

  test("is a warning with what to do, once", () => {
    expect(shortenerWarnings("bit.ly/a bit.ly/b")).toEqual([
      "Carriers filter texts with links of public shorteners (bit.ly): use a link of your own domain.",
    ]);
    expect(shortenerWarnings("acme.example/sale")).toEqual([]);
  });

  test("is looked for quickly in hostile texts", () => {
    for (const piece of ["a.", "a-", "bit.ly", "https://", "a/"])
      expect(publicShorteners(piece.repeat(800))).toEqual([]);
  });
});

test("each host of the list is written as it is compared, and each source has its day", () => {
  for (const host of table.hosts) expect(publicShorteners(`${host}/x`)).toEqual([host]);
  for (const { url, checkedOn } of table.sources) {
    expect(url).toMatch(/^https:/);
    expect(checkedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  }
});
