import { expect, test } from "vitest";
import {
  confirmsOptIn,
  keywordFault,
  keywordOf,
  questionFault,
  signUpQuestion,
  signUpQuestionFault,
} from "./opt-in.ts";

test.each([
  ["join", "JOIN"],
  [" Join! ", "JOIN"],
  ["“VIP”", "VIP"],
  ["Größe", "GRÖSSE"],
  ["join now", null],
  ["J", null],
  ["", null],
])("%j is the keyword %j", (text, keyword) => {
  expect(keywordOf(text)).toBe(keyword);
});

test("a keyword is one word that means nothing else", () => {
  expect(keywordFault("join")).toBeNull();
  expect(keywordFault("join us")).toMatch(/one word/);
  expect(keywordFault("Stop")).toMatch(/STOP already means something/);
  expect(keywordFault("yes")).toMatch(/YES already/);
});

test.each(["YES", "yes", " Yes! ", "y", "“YES”", "Yes 👍"])("%j confirms", (text) => {
  expect(confirmsOptIn(text)).toBe(true);
});
test.each(["yes please", "yes but not at night", "no", "yesterday", "", "ok", "START"])(
  "%j does not",
  (text) => {
    expect(confirmsOptIn(text)).toBe(false);
  },
);

test("the question says how to agree and how to stop", () => {
  expect(questionFault("Acme: reply YES to get weekly offers. Reply STOP to opt out")).toBeNull();
  expect(questionFault("Acme: want offers? Reply STOP to opt out")).toMatch(/how to agree/);
  expect(questionFault("Acme: reply YES to get offers")).toMatch(/how to opt out/);
});

test("the question of a form asks for a YES or has the link, and says how to stop", () => {
  const stop = "Reply STOP to opt out.";
  expect(signUpQuestionFault(`Acme: reply YES to get offers. ${stop}`)).toBeNull();
  expect(signUpQuestionFault(`Acme: confirm at {{link}}. ${stop}`)).toBeNull();
  expect(signUpQuestionFault(`Acme: confirm. ${stop}`)).toMatch("Say how to agree");
  expect(signUpQuestionFault("Acme: confirm at {{link}}.")).toMatch("Say how to opt out");
  expect(signUpQuestionFault(`Hi {{first_name}}, {{link}}. ${stop}`)).toMatch("Only {{link}}");
  expect(signUpQuestion("a {{link}} b", "https://x.example/y/1")).toBe("a https://x.example/y/1 b");
});
