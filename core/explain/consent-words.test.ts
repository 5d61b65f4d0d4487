import { expect, test } from "vitest";
import { consentWords, sourceWords } from "./consent-words.ts";

test("says a basis and a source in words, and shows what it does not know unchanged", () => {
  expect(["express", "withdrawn", "tacit"].map(consentWords)).toEqual([
    "Express: they asked for texts",
    "Withdrawn: not texted",
    "tacit",
  ]);
  expect(["link", "fax"].map(sourceWords)).toEqual(["their opt-out link", "fax"]);
});
