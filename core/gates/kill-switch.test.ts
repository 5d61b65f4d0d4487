import { expect, test } from "vitest";
import { EXAMPLE_NOW as now } from "../testing/example.ts";
import { killSwitch } from "./kill-switch.ts";

const since = new Date("2026-11-23T03:00:00Z");
const ask = (
  tenantPausedAt: Date | null,
  campaignPausedAt: Date | null,
  restoreLockedAt: Date | null = null,
) => killSwitch({ killSwitch: { tenantPausedAt, campaignPausedAt, restoreLockedAt } }, now);

test("passes when nothing is paused", () => {
  expect(ask(null, null)).toEqual({ kind: "pass" });
});

test.each([
  ["tenant", since, null, null],
  ["tenant", since, since, null],
  ["campaign", null, since, null],
  ["restore", null, null, since],
  ["restore", new Date(0), new Date(0), since],
] as const)("holds for a minute at a time because of the %s", (paused, tenant, campaign, restored) => {
  expect(ask(tenant, campaign, restored)).toEqual({
    kind: "hold",
    reason: "Paused",
    until: new Date("2026-11-23T04:01:00Z"),
    looked: { paused, pausedAt: since.toISOString() },
    recheck: true,
  });
});
