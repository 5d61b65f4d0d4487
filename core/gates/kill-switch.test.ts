import { expect, test } from "vitest";
import { EXAMPLE_NOW as now } from "./example.ts";
import { killSwitch } from "./kill-switch.ts";

const since = new Date("2026-11-23T03:00:00Z");
const ask = (tenantPausedAt: Date | null, campaignPausedAt: Date | null) =>
  killSwitch({ killSwitch: { tenantPausedAt, campaignPausedAt } }, now);

test("passes when nothing is paused", () => {
  expect(ask(null, null)).toEqual({ kind: "pass" });
});

test.each([
  ["tenant", since, null],
  ["tenant", since, since],
  ["campaign", null, since],
] as const)("holds for a minute at a time while the %s is paused", (paused, tenant, campaign) => {
  expect(ask(tenant, campaign)).toEqual({
    kind: "hold",
    reason: "Paused",
    until: new Date("2026-11-23T04:01:00Z"),
    looked: { paused, pausedAt: since.toISOString() },
    recheck: true,
  });
});
