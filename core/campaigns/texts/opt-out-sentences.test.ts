import { expect, test } from "vitest";
import table from "../../data/opt-out-sentences.json" with { type: "json" };
import { classifyReply } from "../../replies/replies.ts";
import { languageTag } from "../../text/language.ts";
import { segments } from "../../text/segments.ts";
import { OPT_OUT } from "../opt-out-method.ts";
import { requiredWording } from "../wording.ts";
import { OPT_OUT_SENTENCES } from "./opt-out-sentences.ts";

test.each(table.rows)("“$text” tells people a word that opts them out, and says so in one segment", (row) => {
  const { country, language, text, reply, source } = row;
  expect(text).toContain(reply);
  expect(classifyReply(reply)).toBe("opt-out");
  expect(OPT_OUT.test(text)).toBe(true);
  const { word } = requiredWording(country || null);
  expect(text).toContain(word ?? "");
  expect(source.length).toBeGreaterThan(10);
  expect([language, languageTag(language) ?? ""]).toEqual([language, language]);
  expect(segments(text)).toMatchObject({ encoding: "GSM-7", segments: 1 });
});

test("there is one for everyone, and one for each country and language", () => {
  const keys = OPT_OUT_SENTENCES.map(({ country, language }) => `${country} ${language}`);
  expect(keys).toContain(" ");
  expect(new Set(keys).size).toBe(keys.length);
});
