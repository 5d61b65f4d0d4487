import { expect, test } from "vitest";
import { decide } from "../claim/decisions.ts";
import { EXAMPLE_NOW, exampleAllowances, exampleFacts } from "../testing/example.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../testing/example-contact.ts";
import { evaluate, type MessageFacts } from "./index.ts";
import { compileCampaign, messageFor } from "./message-facts.ts";
import { requestedUntil } from "./requested.ts";

/** 23:00 in Perth. */
const NIGHT = new Date("2026-11-23T15:00:00Z");
const minutesBefore = (now: Date, minutes: number) => new Date(now.getTime() - minutes * 60_000);
const verdict = (changes: Partial<MessageFacts>, now = EXAMPLE_NOW) =>
  evaluate(exampleFacts({ consents: [], ...changes }), exampleAllowances(), now);
const byOwner = (now: Date, minutes = 1) => ({ requested: { byOwnerAt: minutesBefore(now, minutes) } });
const byTeammate = { requested: { byOwnerAt: null } };

test("a requested test needs no other consent, and no cap counts", () => {
  expect(verdict({})).toMatchObject({ kind: "drop", gate: "consent" });
  expect(verdict({ requested: null })).toMatchObject({ kind: "drop", gate: "consent" });
  const recent = Array.from({ length: 9 }, (_, at) => minutesBefore(EXAMPLE_NOW, at));
  const frequency = { alreadyInCampaign: false, recentSubmissions: recent, perDay: 1, perWeek: 4 };
  expect(verdict({ ...byTeammate, frequency }).kind).toBe("send");
});

test("it never goes after STOP, past the budget, or against the kill switch", () => {
  const asked = byOwner(EXAMPLE_NOW);
  const since = minutesBefore(EXAMPLE_NOW, 5);
  expect(verdict({ ...asked, doNotContact: { since, source: "reply" } })).toMatchObject({
    kind: "drop",
    gate: "do-not-contact",
  });
  expect(verdict({ ...asked, consents: [{ basis: "withdrawn", expiresAt: null }] })).toMatchObject({
    kind: "drop",
    gate: "consent",
  });
  expect(verdict({ ...asked, killSwitch: { tenantPausedAt: since, campaignPausedAt: null } })).toMatchObject({
    gate: "kill-switch",
  });
  const { budget } = exampleAllowances();
  const poor = exampleAllowances({ budget: { ...budget, dailyLeftMicros: 0 } });
  expect(evaluate(exampleFacts(asked), poor, EXAMPLE_NOW)).toMatchObject({ kind: "hold", gate: "budget" });
});

test("it goes at night if the owner of the number asked for it within the hour, and only then", () => {
  expect(verdict(byOwner(NIGHT, 59), NIGHT).kind).toBe("send");
  for (const facts of [byOwner(NIGHT, 60), byOwner(NIGHT, -1), byTeammate]) {
    expect(verdict(facts, NIGHT)).toMatchObject({ kind: "hold", gate: "quiet-hours" });
  }
  expect(requestedUntil(byOwner(NIGHT, 20), NIGHT)).toEqual(new Date(NIGHT.getTime() + 40 * 60_000));
});

test("the carrier may try until that hour is over, and the platform's limit of hours stays", () => {
  const campaign = compileCampaign({
    ...exampleCampaign(),
    kind: "test",
    requested: { byOwnerAt: minutesBefore(NIGHT, 20) },
  });
  const job = { ...exampleCandidate(), jobId: "j", campaignId: "c", attempts: 0, askedNumberId: null };
  const tenant = { ...exampleTenant(), now: NIGHT } as unknown as Parameters<typeof decide>[0];
  const [decided] = decide(tenant, [job], new Map([["c", campaign]]), new Map(), exampleAllowances());
  expect(decided).toMatchObject({
    verdict: { kind: "send" },
    endsAt: new Date(NIGHT.getTime() + 40 * 60_000),
  });
  const limited = { ...exampleTenant(), sendingHoursLimit: { from: "09:00", to: "17:00" } } as never;
  expect(messageFor(exampleCandidate(), campaign, limited).facts.requested).toEqual({ byOwnerAt: null });
});

test("a test has another person's values, and goes to its own number", () => {
  const campaign = compileCampaign({
    ...exampleCampaign(),
    kind: "test",
    body: "Hi {{first_name}}, {{phone}}",
  });
  const mergeAs = {
    ...{ firstName: "Mia", lastName: null, email: null, city: null, state: null, postcode: null },
    custom: {},
  };
  const candidate = { ...exampleCandidate({ firstName: "Ada" }), mergeAs };
  const message = messageFor(candidate, campaign, exampleTenant());
  expect(message.text).toBe(`Hi Mia, ${candidate.phoneE164}`);
  expect(message.facts.phone.e164).toBe(candidate.phoneE164);
});
