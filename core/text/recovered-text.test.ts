import { expect, test } from "vitest";
import { matcherOf } from "./recovered-text.ts";

const fits = (body: string, text: string, smartEncoding = false) => matcherOf(body, smartEncoding).fits(text);

test.each([
  ["Sale today. Reply STOP", "Sale today. Reply STOP"],
  ["Hi {{first_name}}, sale today", "Hi Ann, sale today"],
  ["Hi {{first_name|there}}, sale today", "Hi , sale today"],
  ["{{first_name}}, sale at {{city}}. Bye {{last_name}}", "Ann, sale at Perth, WA. Bye Lee"],
  ["Hi {{a}}{{b}}!", "Hi you two!"],
  ["Sale\n\ntoday", "Sale today"],
  [" Sale today ", "Sale today"],
  ["Hi {{first_name}} ", "Hi Ann"],
  ["{{first_name}} hi", "hi"],
  ["Sale today", "Sent from your Twilio trial account - Sale today"],
  ["{{text}}", "whatever it is"],
])("%j may have become %j", (body, text) => {
  expect(fits(body, text)).toBe(true);
});

test.each([
  ["Sale today", "Sale tomorrow"],
  ["Sale today", "Sale today!"],
  ["Hi {{first_name}}, sale today", "Hello Ann, sale today"],
  ["Hi {{first_name}}, sale today", "Hi Ann, sale tomorrow"],
  ["A {{a}} B {{b}} C", "A x C y B z C!"],
  ["A {{a}} B {{b}} C", "A x y C"],
  ["A {{a}} B {{b}} B {{c}} C", "A x B y C"],
  ["abc{{a}}bcd", "abcd"],
])("%j never became %j", (body, text) => {
  expect(fits(body, text)).toBe(false);
});

test("smart encoding replaces characters on both sides", () => {
  expect(fits("It’s {{first_name}}", "It's Ann", true)).toBe(true);
  expect(fits("It’s {{first_name}}", "It's Ann")).toBe(false);
});

test("more fixed text means more certainty", () => {
  expect(matcherOf("Hi {{first_name}}, sale", false).certainty).toBe(9);
  expect(matcherOf("{{text}}", false).certainty).toBe(0);
});
