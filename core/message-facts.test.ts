import { describe, expect, test } from "vitest";
import {
  type CampaignRules,
  type Candidate,
  compileCampaign,
  mergeValues,
  messageFor,
  placeOf,
  type TenantRules,
} from "./message-facts.ts";
import { DEFAULT_SCHEDULE, everyDay } from "./quiet-hours.ts";

const tenant: TenantRules = {
  timezone: "Australia/Sydney",
  country: "AU",
  sendingPausedAt: null,
  quietHours: DEFAULT_SCHEDULE,
  trustTenantZone: false,
  capPerDay: 1,
  capPerWeek: null,
};
const campaign: CampaignRules = {
  body: "Hi {{first_name|there}}, your {{plan}} is ready",
  smartEncoding: false,
  quietHours: null,
  quietHoursOverrideReason: null,
  expiresAt: null,
  pausedAt: null,
};
const person: Candidate = {
  contactId: "1",
  phoneE164: "+61401000001",
  country: "AU",
  lineType: "MOBILE",
  firstName: null,
  lastName: null,
  email: null,
  city: null,
  state: null,
  postcode: null,
  custom: { plan: "Gold" },
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
const message = (
  candidate: Partial<Candidate>,
  rules: Partial<CampaignRules> = {},
  of: Partial<TenantRules> = {},
) =>
  messageFor({ ...person, ...candidate }, compileCampaign({ ...campaign, ...rules }), { ...tenant, ...of });

describe("the text", () => {
  test("rendered with fallbacks, counted in segments and priced", () => {
    expect(message({})).toMatchObject({
      text: "Hi there, your Gold is ready",
      encoding: "GSM-7",
      refusal: null,
    });
    expect(message({}).facts).toMatchObject({ segments: 1, priceMicros: 51_500 });
  });

  test("says once for the campaign whether somebody who cannot reply finds another way out", () => {
    expect(message({}).facts.offersWayOut).toBe(false);
    expect(message({}, { body: "Out: https://a.example/x" }).facts.offersWayOut).toBe(true);
  });

  test("a column of the contact wins over one of the file with its name", () => {
    expect(mergeValues({ ...person, firstName: "Ann", custom: { first_name: "Bob" } }).first_name).toBe(
      "Ann",
    );
  });

  test("a blank field without fallback, nothing but blanks, or too much is refused as content", () => {
    expect(message({ custom: {} })).toMatchObject({ missing: ["plan"], refusal: { missingField: "plan" } });
    expect(message({ firstName: " " }, { body: " {{first_name| }} " }).refusal).toEqual({ characters: 0 });
    const long = message({ custom: { plan: "x".repeat(1_601) } }, { body: "{{plan}}" });
    expect(long.refusal).toMatchObject({ characters: 1_601, limit: 1_600 });
    expect(message({ custom: { plan: "x".repeat(1_600) } }, { body: "{{plan}}" }).refusal).toBeNull();
  });

  test("smart encoding changes what is sent, and so what it costs", () => {
    const body = `${"Hello ".repeat(20)}“now”`;
    const [plain, smart] = [message({}, { body }), message({}, { body, smartEncoding: true })];
    expect(plain.encoding).toBe("UCS-2");
    expect(smart).toMatchObject({ encoding: "GSM-7", text: expect.stringContaining('"now"') });
    expect(smart.facts.segments).toBeLessThan(plain.facts.segments);
  });

  test("a country without a price has none, so that the gate refuses it", () => {
    expect(message({ country: null }).facts.priceMicros).toBeNull();
  });
});

describe("the hours", () => {
  test("a statute of the person's country comes on top of the tenant's and the campaign's own", () => {
    const evening = everyDay("17:00", "20:00");
    const { facts } = message({ country: "US", phoneE164: "+12065550100" }, { quietHours: evening });
    expect(facts.quietHours.schedules.slice(0, 2)).toEqual([DEFAULT_SCHEDULE, evening]);
    expect(facts.quietHours.schedules.length).toBeGreaterThan(2);
    expect(message({}).facts.quietHours.schedules).toEqual([DEFAULT_SCHEDULE]);
  });

  test("a kept zone counts; one that is none is worked out anew", () => {
    const kept = placeOf({ ...person, timezone: "Australia/Perth", timezoneSource: "postcode" }, tenant);
    expect(kept).toMatchObject({ zones: ["Australia/Perth"], source: "postcode" });
    const corrected = placeOf({ ...person, timezone: "Australia/Perth" }, tenant);
    expect(corrected.source).toBe("stated");
    const nonsense = placeOf({ ...person, timezone: "Mars/Olympus" }, tenant);
    expect(nonsense.zones.length).toBeGreaterThan(1);
    expect(placeOf(person, { ...tenant, trustTenantZone: true }).zones).toEqual(["Australia/Sydney"]);
  });
});

describe("what the gates look at", () => {
  test("a reply is no offer, and tells when the person wrote; a test is judged like the campaign itself", () => {
    const wroteAt = new Date("2026-11-23T04:00:00Z");
    expect(message({ wroteAt }, { kind: "reply" }).facts).toMatchObject({
      purpose: "transactional",
      answering: { wroteAt },
    });
    expect(message({}, { kind: "reply" }).facts).toMatchObject({ purpose: "transactional", answering: null });
    for (const kind of ["campaign", "test"] as const) {
      expect(message({ wroteAt }, { kind }).facts).not.toHaveProperty("purpose");
      expect(message({ wroteAt }, { kind }).facts).not.toHaveProperty("answering");
    }
  });

  test("everything that can stop the message is handed on", () => {
    const at = new Date("2026-11-23T00:00:00Z");
    const { facts } = message(
      {
        doNotContactSince: at,
        invalidReason: "Gone",
        alreadyInCampaign: true,
        recentHandOvers: [at],
        stickySenderId: "n",
      },
      { expiresAt: at, pausedAt: at, quietHoursOverrideReason: "Demo" },
      { sendingPausedAt: at },
    );
    expect(facts).toMatchObject({
      stickySenderId: "n",
      killSwitch: { tenantPausedAt: at, campaignPausedAt: at },
      phone: { invalidReason: "Gone" },
      doNotContact: { since: at, source: "sql" },
      frequency: { alreadyInCampaign: true, recentHandOvers: [at], perDay: 1, perWeek: null },
      expiry: { expiresAt: at },
      quietHours: { overrideReason: "Demo" },
    });
  });
});
