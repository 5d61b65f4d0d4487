import { expect, test } from "vitest";
import { DRAW_MAX } from "../../campaigns/first-part/first-part.ts";
import { EXAMPLE_NOW, exampleAllowances, exampleFacts } from "../../testing/example.ts";
import { evaluate } from "../index.ts";
import { firstPart } from "./first-part.ts";

const kindOf = (draw: number | null, openDraws: number | null) =>
  firstPart({ firstPart: { draw, openDraws } }, EXAMPLE_NOW).kind;

test("passes a campaign without a first part", () => {
  expect(firstPart({}, EXAMPLE_NOW)).toEqual({ kind: "pass" });
});

test("passes the draws that are open, and holds all others", () => {
  expect([kindOf(0, 7), kindOf(7, 7), kindOf(8, 7), kindOf(DRAW_MAX, DRAW_MAX)]).toEqual([
    ...["pass", "pass", "hold", "pass"],
  ]);
});

test("holds everybody before the first part is chosen, and a message without a draw until all are open", () => {
  expect([kindOf(0, null), kindOf(null, 7), kindOf(null, DRAW_MAX)]).toEqual(["hold", "hold", "pass"]);
});

test("a hold is only checked again, so it is never too late before its expiry", () => {
  const expiresAt = new Date(EXAMPLE_NOW.getTime() + 60_000);
  const facts = exampleFacts({ firstPart: { draw: 8, openDraws: 7 }, expiry: { expiresAt } });
  expect(evaluate(facts, exampleAllowances(), EXAMPLE_NOW)).toMatchObject({
    ...{ kind: "hold", gate: "send-time", reason: "First part", until: expiresAt },
  });
  expect(evaluate(facts, exampleAllowances(), expiresAt)).toMatchObject({ kind: "drop", reason: "Expired" });
});

test("holds a message of an A/B test that has no text yet, also where its draw is open", () => {
  const of = (variant: number | null) =>
    firstPart({ firstPart: { draw: 8, openDraws: DRAW_MAX }, abTest: { variant } }, EXAMPLE_NOW).kind;
  expect([of(null), of(1)]).toEqual(["hold", "pass"]);
});
