import { expect, it } from "vitest";
import { heldWords } from "./held-words.ts";

it("names what is held, kinds that are not known left out", () => {
  expect(heldWords({ messages: 200, contact: true, doNotContact: false, other: 1 })).toEqual([
    { term: "Contact", value: "Yes" },
    { term: "On the do-not-contact list", value: "No" },
    { term: "Messages", value: "200" },
  ]);
});
