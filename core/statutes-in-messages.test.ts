import { describe, expect, test } from "vitest";
import { exampleAllowances } from "./gates/example.ts";
import { evaluate } from "./gates/index.ts";
import { type Candidate, compileCampaign, messageFor } from "./message-facts.ts";
import { closedOn, everyDay } from "./quiet-hours.ts";

const person: Candidate = {
  contactId: "contact-1",
  phoneE164: "+12055550123",
  country: "US",
  lineType: "FIXED_LINE_OR_MOBILE",
  firstName: "Mia",
  lastName: null,
  email: null,
  city: null,
  state: "AL",
  postcode: null,
  custom: {},
  timezone: null,
  timezoneSource: "unknown",
  consentBasis: "express",
  consentExpiresAt: null,
  invalidReason: null,
  doNotContactSince: null,
  doNotContactSource: null,
  recentHandOvers: [],
  alreadyInCampaign: false,
  stickySenderId: null,
};
const campaign = compileCampaign({
  body: "Hi {{first_name}}",
  smartEncoding: false,
  quietHours: null,
  quietHoursOverrideReason: null,
  expiresAt: null,
  pausedAt: null,
});
const tenant = {
  timezone: "America/Chicago",
  country: "US",
  sendingPausedAt: null,
  quietHours: everyDay("00:00", "24:00"),
  trustTenantZone: false,
  capPerDay: null,
  capPerWeek: null,
};

/** What the product's own path says: facts from the contact, then all gates. */
function told(
  changes: Partial<Candidate>,
  at: string,
  quietHours: typeof tenant.quietHours | ReturnType<typeof closedOn> = tenant.quietHours,
) {
  const { facts } = messageFor({ ...person, ...changes }, campaign, { ...tenant, quietHours });
  const verdict = evaluate(facts, exampleAllowances(), new Date(at));
  return verdict.kind === "hold" ? `${verdict.gate} until ${verdict.until.toISOString()}` : verdict.kind;
}

describe("public holidays, through the path of every message", () => {
  const thanksgiving = "2026-11-26T18:00:00Z";

  test("Alabama closes on Thanksgiving, until the morning after", () => {
    expect(told({}, thanksgiving)).toBe("quiet-hours until 2026-11-27T14:00:00.000Z");
  });

  test("Georgia does not: the message goes on to the sender", () => {
    expect(told({ phoneE164: "+14045550123", state: "GA" }, thanksgiving)).toMatch(/^sender until/);
  });

  test("a tenant may close days of its own", () => {
    const closed = closedOn(tenant.quietHours, new Set([Date.UTC(2026, 10, 26) / 86_400_000]));
    expect(told({ phoneE164: "+14045550123", state: "GA" }, thanksgiving, closed)).toBe(
      "quiet-hours until 2026-11-27T13:00:00.000Z",
    );
  });

  test("what else a consent record says reaches the gate", () => {
    const { facts } = messageFor({ ...person, consentDetails: { evidence: null } }, campaign, tenant);
    expect(evaluate(facts, exampleAllowances(), new Date(thanksgiving))).toMatchObject({
      kind: "drop",
      gate: "consent",
      looked: { fault: "no-evidence" },
    });
  });
});
