import { expect, test } from "vitest";
import { senderWords, whyNoTexts } from "./sender-words.ts";

test.each([
  ["+61400000001", "+61 400 000 001", null],
  ["whatsapp:+61400000001", "WhatsApp +61 400 000 001", /another channel/],
  ["messenger:10847", "Messenger 10847", /another channel/],
  ["viber:10847", "viber 10847", /another channel/],
  ["+614••••••06#c2VhbGVk", "+61 4•• ••• •06", null],
  ["whatsapp:+614••••••06#c2VhbGVk", "WhatsApp +61 4•• ••• •06", /another channel/],
  ["24444", "Short code 24444", /short code/],
  ["Vodafone", "Vodafone (sender name)", /sender name/],
])("%s is shown as %s", (address, words, why) => {
  expect(senderWords(address)).toBe(words);
  if (why) expect(whyNoTexts(address)).toMatch(why);
  else expect(whyNoTexts(address)).toBeNull();
});
