import { segments } from "@smscrm/core/text/segments";
import { expect, test } from "vitest";
import { groupCostly, insertAt, piecesOf } from "./body-pieces.ts";

const look = (body: string) => piecesOf(body, segments(body).nonGsm);

test("each costly character is a piece, and the pieces joined are the body", () => {
  const body = "Hi {{first_name|there}}, it’s on 🎉 today";
  const pieces = look(body);
  expect(pieces.map((piece) => piece.text).join("")).toBe(body);
  expect(pieces.filter((piece) => piece.kind === "costly").map((piece) => piece.text)).toEqual(["’", "🎉"]);
  expect(pieces.filter((piece) => piece.kind === "field").map((piece) => piece.text)).toEqual([
    "{{first_name|there}}",
  ]);
});

test("an unclosed field is plain text", () => {
  expect(look("Hi {{first_name")).toEqual([{ text: "Hi {{first_name", kind: "plain" }]);
});

test("repeated characters are offered once, with their number and replacement", () => {
  expect(groupCostly(segments("‘a’ ’b").nonGsm)).toEqual([
    { char: "‘", suggestion: "'", times: 1 },
    { char: "’", suggestion: "'", times: 2 },
  ]);
});

test("a field takes the place of the selection", () => {
  expect(insertAt("Hi NAME!", 3, 7, "{{first_name}}")).toEqual({ body: "Hi {{first_name}}!", caret: 17 });
});
