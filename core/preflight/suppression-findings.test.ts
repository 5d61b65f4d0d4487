import { expect, test } from "vitest";
import { evaluate, type MessageFacts } from "../gates/index.ts";
import type { SuppressionList } from "../suppression/standing.ts";
import { EXAMPLE_NOW, exampleAllowances, exampleFacts } from "../testing/example.ts";
import { createSuppressionFindings, suppressionWarnings } from "./suppression-findings.ts";

const list = (id: string, more: Partial<SuppressionList> = {}): SuppressionList => ({
  ...{ id, name: `List ${id}`, register: "OTHER", country: "AU", downloadedOn: "2026-11-20" },
  ...{ expiresAt: null, afterExpiry: "hold" },
  ...more,
});

test("says how many each list stops, holds, or lets go unchecked", () => {
  const expired = { expiresAt: EXAMPLE_NOW };
  const findings = createSuppressionFindings(EXAMPLE_NOW);
  const add = (changes: Partial<MessageFacts>) => {
    const facts = exampleFacts(changes);
    findings.add(facts, evaluate(facts, exampleAllowances(), EXAMPLE_NOW));
  };
  const listed = { listed: [list("a")], covering: [] };
  add({});
  add({ suppression: listed });
  add({ suppression: listed });
  add({ suppression: listed, doNotContact: { since: EXAMPLE_NOW, source: "reply" } });
  add({ suppression: { listed: [], covering: [list("b", expired)] } });
  const going = { listed: [], covering: [list("a"), list("c", { ...expired, afterExpiry: "warn" })] };
  for (let n = 0; n < 3; n++) add({ suppression: going });
  add({ suppression: going, purpose: "service" });
  add({ suppression: going, consents: [] });
  const result = findings.result();
  expect(
    result.map(({ listId, listed: stopped, held, unchecked }) => [listId, stopped, held, unchecked]),
  ).toEqual([
    ["c", 0, 0, 3],
    ["a", 2, 0, 0],
    ["b", 0, 1, 0],
  ]);
  expect(suppressionWarnings(result)).toEqual([
    "3 people are texted without a current list: the suppression list “List c” of 20 November 2026 has expired, and you chose to go on.",
    "2 people are on the suppression list “List a” of 20 November 2026 and won’t get this.",
    "1 person waits because the suppression list “List b” of 20 November 2026 has expired. Upload a new one under Do not contact → Suppression lists.",
  ]);
});
