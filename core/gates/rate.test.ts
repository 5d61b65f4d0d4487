import { expect, test } from "vitest";
import { exampleAllowances, exampleFacts, exampleSender, EXAMPLE_NOW as now } from "../testing/example.ts";
import type { Allowances } from "./gate.ts";
import { rate } from "./rate.ts";

const ask = (changes: Partial<Allowances>) => rate(exampleFacts(), now, exampleAllowances(changes));
const inMs = (ms: number) => new Date(now.getTime() + ms);

test("passes while a suitable number and the tenant each have a token", () => {
  expect(ask({})).toEqual({ kind: "pass" });
  expect(ask({ senders: [exampleSender({ tokens: 0 }), exampleSender({ tokens: 1 })] })).toEqual({
    kind: "pass",
  });
});

test("waits for the first suitable number", () => {
  const senders = [
    exampleSender({ tokens: -9 }),
    exampleSender({ tokens: 0 }),
    exampleSender({ tokens: 10, country: "US" }),
    exampleSender({ tokens: 10, warmUpLeft: 0 }),
    // This text may not go from a name.
    exampleSender({ tokens: 10, kind: "alphanumeric" as const, registration: "registered" as const }),
  ];
  expect(ask({ senders })).toEqual({
    kind: "hold",
    reason: "Rate limit",
    until: inMs(100),
    looked: { limit: "sender", tenantTokens: 100 },
  });
});

test("waits for the tenant, or for whichever of both is later", () => {
  expect(ask({ tenantTokens: -1 })).toMatchObject({ until: inMs(20), looked: { limit: "tenant" } });
  const owing = [exampleSender({ tokens: -9 })];
  expect(ask({ tenantTokens: -1, senders: owing })).toMatchObject({
    until: inMs(1_000),
    looked: { limit: "sender" },
  });
  expect(ask({ tenantTokens: -999, senders: owing })).toMatchObject({ until: inMs(10_000) });
});

test("checks again in a minute at a rate of zero", () => {
  expect(ask({ tenantTokens: 0, tenantSegmentsPerSecond: 0 })).toMatchObject({ until: inMs(60_000) });
  expect(ask({ tenantTokens: Number.NaN })).toMatchObject({ until: inMs(60_000) });
});
