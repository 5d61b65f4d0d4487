import { describe, expect, test } from "vitest";
import { EXAMPLE_NOW, exampleAllowances } from "../testing/example.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../testing/example-contact.ts";
import { evaluateMessage } from "./index.ts";
import { type CampaignRules, compileCampaign, messageFor, type TenantRules } from "./message-facts.ts";

const TEAM = "+61491570156";
const candidate = exampleCandidate({ timezone: "Australia/Perth", timezoneSource: "stated" });

const verdict = (rules: Partial<TenantRules>, campaign: Partial<CampaignRules> = {}, phoneE164 = TEAM) =>
  evaluateMessage(
    messageFor(
      { ...candidate, phoneE164 },
      compileCampaign(exampleCampaign(campaign)),
      exampleTenant({ capPerDay: null, capPerWeek: null, ...rules }),
    ),
    exampleAllowances(),
    EXAMPLE_NOW,
  );

describe("in trial mode", () => {
  const trial = { trialNumbers: [TEAM] };

  test("the team's own numbers get texts, through all other gates", () => {
    expect(verdict(trial)).toMatchObject({ kind: "send" });
    expect(verdict(trial, { launchedAsTrialFor: [TEAM] })).toMatchObject({ kind: "send" });
    expect(verdict(trial, { pausedAt: EXAMPLE_NOW })).toMatchObject({ reason: "Paused" });
  });

  test("nobody else gets what was launched then, and what was under way waits", () => {
    expect(verdict(trial, { launchedAsTrialFor: [TEAM] }, "+61491570006")).toMatchObject({
      kind: "drop",
      gate: "phone",
      reason: "Trial mode",
    });
    expect(verdict(trial, {}, "+61491570006")).toMatchObject({
      ...{ kind: "hold", gate: "phone", reason: "Trial mode", recheck: true },
      until: new Date(EXAMPLE_NOW.getTime() + 60_000),
    });
  });

  test("a team without a number of its own texts nobody", () => {
    expect(verdict({ trialNumbers: [] }, { launchedAsTrialFor: [] })).toMatchObject({ reason: "Trial mode" });
  });

  test("the code that verifies a number as the team's goes before it is one", () => {
    const code = { kind: "code", requested: { byOwnerAt: null }, launchedAsTrialFor: [TEAM] } as const;
    expect(verdict(trial, code, "+61491570006")).toMatchObject({ kind: "send" });
  });
});

test("after the trial, what was launched in it still reaches only the team", () => {
  const after = { trialNumbers: null };
  expect(verdict(after, { launchedAsTrialFor: [TEAM] })).toMatchObject({ kind: "send" });
  expect(verdict(after, { launchedAsTrialFor: [TEAM] }, "+61491570006")).toMatchObject({
    reason: "Trial mode",
  });
  expect(verdict(after, { launchedAsTrialFor: null }, "+61491570006")).toMatchObject({ kind: "send" });
});

describe("while more conversations are open than the team takes", () => {
  const full = { inboxFullAbove: 50 };

  test("a campaign of marketing waits, and is asked again in a minute", () => {
    expect(verdict(full)).toMatchObject({
      ...{ kind: "hold", gate: "rate", reason: "Inbox full", looked: { limit: 50 }, recheck: true },
      until: new Date(EXAMPLE_NOW.getTime() + 60_000),
    });
    expect(verdict({ inboxFullAbove: null })).toMatchObject({ kind: "send" });
  });

  test.each([
    { purpose: "transactional" },
    { kind: "test", requested: { byOwnerAt: null } },
    { kind: "sign-up", signedUpAt: EXAMPLE_NOW },
  ] as const)("but not %j", (campaign) => {
    expect(verdict(full, campaign)).not.toMatchObject({ reason: "Inbox full" });
  });
});
