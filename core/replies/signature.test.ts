import { expect, test } from "vitest";
import { classifyReply } from "./replies.ts";
import { splitSignature } from "./signature.ts";

test.each([
  ["Please stop.\nKind regards\nJan Weber", "Please stop.\n", "Jan Weber"],
  ["Bitte stoppen.\n\nMit freundlichen Grüßen,\nJan", "Bitte stoppen.\n\n", "Jan"],
  ["No más. Saludos\n\n- María G.", "No más. ", "- María G."],
  ["Отпишите меня.\nС уважением\nАнна", "Отпишите меня.\n", "Анна"],
])("%j is signed", (text, body, name) => expect(splitSignature(text)).toEqual({ body, name }));

test.each([
  ["no closing", "Please stop.\nJan Weber"],
  ["nothing under the closing", "Please stop. Kind regards"],
  ["a sentence under the closing", "Gracias.\nSaludos,\nNo nos contacten más."],
  ["a closing inside a word", "Please stop.\nDisregards\nJan"],
])("%s: the text stays as it is", (_, text) =>
  expect(splitSignature(text)).toEqual({ body: text, name: "" }),
);

test("a signature changes nothing, and an opt-out under a closing is none", () => {
  expect(
    classifyReply("Sehr geehrte Damen und Herren,\nbitte stoppen.\nMit freundlichen Grüßen\nJan Weber"),
  ).toBe("opt-out");
  expect(classifyReply("Gracias.\nSaludos,\nNo nos contacten más.")).toBe("opt-out");
  expect(classifyReply("Thanks.\nRegards\nStop")).toBe("opt-out");
  expect(classifyReply("See you at 5.\nCheers\nJan")).toBe("none");
});
