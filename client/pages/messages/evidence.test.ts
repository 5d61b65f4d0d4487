import { expect, test } from "vitest";
import { evidenceWhenSent, gateRows } from "./evidence.ts";

test("shows a refused text before the gates, which were not asked", () => {
  const verdict = {
    kind: "drop",
    gate: "content",
    reason: "Content",
    looked: { missingField: "first_name" },
  };
  const gates = [{ name: "kill-switch", answer: "not asked", looked: null }];
  const rows = gateRows({ gates, gate: "content", verdict } as never);
  expect(rows.map((row) => `${row.name}: ${row.answer}`)).toEqual([
    "content: drop",
    "kill-switch: not asked",
  ]);
  expect(rows[0]?.evidence).toEqual({ missingField: "first_name" });
});

test("shows the evidence only of messages that were sent", () => {
  expect(evidenceWhenSent({ kind: "send", looked: { consent: "express" } })).toEqual({ consent: "express" });
  expect(evidenceWhenSent({ kind: "send" })).toBeNull();
  expect(evidenceWhenSent(null)).toBeNull();
});
