import { describe, expect, test } from "vitest";
import publicReplies from "./data/public-replies.json" with { type: "json" };
import { isSeen, repliesOf } from "./testing/measure-replies.ts";

const replies = repliesOf(publicReplies);

describe("the replies that were collected in public", () => {
  test("are many, in many languages, each once and with its source", () => {
    expect(replies.length).toBeGreaterThanOrEqual(1_500);
    const languages = new Set(
      replies.filter(({ right }) => right === "opt-out").map(({ language }) => language),
    );
    expect(languages.size).toBeGreaterThanOrEqual(24);
    expect(replies.every(({ source }) => source.length > 10)).toBe(true);
    expect(new Set(replies.map(({ language, text }) => `${language} ${text}`)).size).toBe(replies.length);
  });

  test("are about half seen, half kept aside", () => {
    const seen = replies.filter(isSeen).length / replies.length;
    expect(seen).toBeGreaterThan(0.45);
    expect(seen).toBeLessThan(0.55);
  });
});
