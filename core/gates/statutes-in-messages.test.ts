import { describe, expect, test } from "vitest";
import { exampleAllowances } from "../testing/example.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../testing/example-contact.ts";
import { closedOn, everyDay, type Schedule } from "../time/quiet-hours.ts";
import { evaluate } from "./index.ts";
import { type Candidate, compileCampaign, messageFor } from "./message-facts.ts";

const WRITTEN = JSON.stringify({
  given: [{ basis: "express", at: "2026-01-01T00:00:00Z", how: "Web form", wording: true }],
});
const person = exampleCandidate({
  consentSummary: WRITTEN,
  phoneE164: "+12055550123",
  country: "US",
  lineType: "FIXED_LINE_OR_MOBILE",
  firstName: "Mia",
  state: "AL",
});
const campaign = compileCampaign(exampleCampaign({ body: "Hi {{first_name}}" }));
const ALL_DAY = everyDay("00:00", "24:00");
const tenant = exampleTenant({ timezone: "America/Chicago", country: "US" });

/** The verdict of the product's own path: facts from the contact, then all gates. */
function told(changes: Partial<Candidate>, at: string, quietHours: Schedule = ALL_DAY) {
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

  test("a tenant may close its own days", () => {
    const closed = closedOn(ALL_DAY, new Set([Date.UTC(2026, 10, 26) / 86_400_000]));
    expect(told({ phoneE164: "+14045550123", state: "GA" }, thanksgiving, closed)).toBe(
      "quiet-hours until 2026-11-27T13:00:00.000Z",
    );
  });

  test("the details of a consent record reach the gate", () => {
    const { facts } = messageFor({ ...person, consentSummary: null }, campaign, tenant);
    expect(evaluate(facts, exampleAllowances(), new Date(thanksgiving))).toMatchObject({
      kind: "drop",
      gate: "consent",
      looked: { fault: "no-evidence" },
    });
  });
});
