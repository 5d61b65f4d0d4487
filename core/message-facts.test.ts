import { describe, expect, test } from "vitest";
import { exampleAllowances } from "./gates/example.ts";
import { evaluate } from "./gates/index.ts";
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

const now = new Date("2026-11-23T04:00:00Z");
const candidate = (changes: Partial<Candidate> = {}): Candidate => ({
  contactId: "contact-1",
  phoneE164: "+61491570006",
  country: "AU",
  lineType: "MOBILE",
  firstName: "Mia",
  lastName: "Jones",
  email: "mia@example.com",
  city: "Perth",
  state: "WA",
  postcode: "6000",
  custom: { Seat: "12A" },
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
  ...changes,
});
const tenant = (changes: Partial<TenantRules> = {}): TenantRules => ({
  timezone: "Australia/Sydney",
  country: "AU",
  sendingPausedAt: null,
  quietHours: DEFAULT_SCHEDULE,
  trustTenantZone: false,
  capPerDay: 1,
  capPerWeek: 4,
  ...changes,
});
const campaign = (changes: Partial<CampaignRules> = {}) =>
  compileCampaign({
    body: "Hi {{first_name}}, it is us.",
    smartEncoding: false,
    quietHours: null,
    quietHoursOverrideReason: null,
    expiresAt: null,
    pausedAt: null,
    ...changes,
  });
const american = { phoneE164: "+12055550123", country: "US", state: "AL", postcode: null, city: null };

test("all that the gates look at, gathered from the contact, the campaign and the tenant", () => {
  const since = new Date("2026-10-01T00:00:00Z");
  const earlier = new Date("2026-11-22T00:00:00Z");
  const strict = everyDay("10:00", "12:00");
  const { facts, text, encoding, missing, refusal } = messageFor(
    candidate({
      stickySenderId: "sender-9",
      doNotContactSince: since,
      recentHandOvers: [earlier],
      alreadyInCampaign: true,
      invalidReason: "30005",
      consentBasis: "inferred",
      consentExpiresAt: since,
      consentDetails: { purposes: ["marketing"], evidence: null },
    }),
    campaign({ quietHours: strict, quietHoursOverrideReason: "flood", expiresAt: now, pausedAt: earlier }),
    tenant({ sendingPausedAt: since }),
  );
  expect({ text, encoding, missing, refusal }).toEqual({
    text: "Hi Mia, it is us.",
    encoding: "GSM-7",
    missing: [],
    refusal: null,
  });
  expect(facts).toEqual({
    stickySenderId: "sender-9",
    killSwitch: { tenantPausedAt: since, campaignPausedAt: earlier },
    phone: { e164: "+61491570006", country: "AU", lineType: "MOBILE", invalidReason: "30005" },
    doNotContact: { since, source: "sql" },
    consent: { basis: "inferred", expiresAt: since, purposes: ["marketing"], evidence: null },
    frequency: { alreadyInCampaign: true, recentHandOvers: [earlier], perDay: 1, perWeek: 4 },
    expiry: { expiresAt: now },
    quietHours: {
      schedules: [DEFAULT_SCHEDULE, strict],
      zones: ["Australia/Perth"],
      zoneSource: "postcode",
      overrideReason: "flood",
    },
    segments: 1,
    priceMicros: 51_500,
  });
});

test("a record on the do-not-contact list names its source where there is one", () => {
  const { facts } = messageFor(
    candidate({ doNotContactSince: now, doNotContactSource: "STOP" }),
    campaign(),
    tenant(),
  );
  expect(facts.doNotContact).toEqual({ since: now, source: "STOP" });
  expect(messageFor(candidate(), campaign(), tenant()).facts.doNotContact).toBeNull();
});

describe("statutes stand beside the tenant's hours", () => {
  const opensIn = (changes: Partial<Candidate>, at: Date) => {
    const { facts } = messageFor(
      candidate(changes),
      campaign(),
      tenant({ quietHours: everyDay("00:00", "24:00") }),
    );
    const verdict = evaluate(facts, exampleAllowances(), at);
    return verdict.kind === "hold" && verdict.gate === "quiet-hours"
      ? verdict.until.toISOString()
      : verdict.kind;
  };

  test("the federal hours and the state's", () => {
    expect(opensIn(american, new Date("2026-11-23T13:30:00Z"))).toBe("2026-11-23T14:00:00.000Z");
  });

  test("on Thanksgiving nobody in Alabama is texted, and everybody in Georgia may be", () => {
    const thanksgiving = new Date("2026-11-26T18:00:00Z");
    expect(opensIn(american, thanksgiving)).toBe("2026-11-27T14:00:00.000Z");
    expect(opensIn({ ...american, phoneE164: "+14045550123", state: "GA" }, thanksgiving)).toBe("hold");
  });

  test("none where the country is not known", () => {
    const { facts } = messageFor(candidate({ country: null }), campaign(), tenant());
    expect(facts.quietHours.schedules).toEqual([DEFAULT_SCHEDULE]);
    expect(facts.priceMicros).toBeNull();
  });
});

describe("the text", () => {
  const prepare = (body: string, changes: Partial<Candidate> = {}, smartEncoding = false) =>
    messageFor(candidate(changes), campaign({ body, smartEncoding }), tenant());

  test("standard fields win over a file's columns of the same name", () => {
    expect(mergeValues(candidate({ custom: { first_name: "X", seat: "12A" } }))).toEqual({
      first_name: "Mia",
      last_name: "Jones",
      phone: "+61491570006",
      email: "mia@example.com",
      city: "Perth",
      state: "WA",
      postcode: "6000",
      seat: "12A",
    });
  });

  test("is counted and sent as smart encoding makes it, where that is on", () => {
    expect(prepare("“Hi”")).toMatchObject({ text: "“Hi”", encoding: "UCS-2" });
    expect(prepare("“Hi”", {}, true)).toMatchObject({ text: '"Hi"', encoding: "GSM-7" });
    const long = prepare("x".repeat(161));
    expect(long.facts).toMatchObject({ segments: 2, priceMicros: 103_000 });
  });

  test.each([
    [
      "Hi {{first_name}} {{city}}",
      { firstName: null, city: " " },
      { missingField: "first_name", missingFields: 2 },
    ],
    ["{{first_name|}} ", { firstName: null }, { characters: 0 }],
    ["x".repeat(1_601), {}, { characters: 1_601, limit: 1_600 }],
    ["x".repeat(1_600), {}, null],
  ])("%.30s is refused for what it is", (body, changes, refusal) => {
    expect(prepare(body, changes).refusal).toEqual(refusal);
  });
});

describe("where the person is", () => {
  test("a valid zone on the contact wins, and the region is still known for the statutes", () => {
    const place = placeOf(candidate({ timezone: "Europe/London", timezoneSource: "area-code" }), tenant());
    expect(place).toEqual({ zones: ["Europe/London"], source: "area-code", region: "WA" });
  });

  test("a zone that somebody typed without saying where from counts as stated", () => {
    expect(placeOf(candidate({ timezone: "Europe/London" }), tenant()).source).toBe("stated");
  });

  test("a name that is no zone is worked out anew", () => {
    expect(placeOf(candidate({ timezone: "Mars/Base", timezoneSource: "stated" }), tenant())).toEqual({
      zones: ["Australia/Perth"],
      source: "postcode",
      region: "WA",
    });
  });

  test("the tenant's zone where it vouches for it, and the state before it", () => {
    const nowhere = candidate({ state: null, postcode: null });
    expect(placeOf(nowhere, tenant({ trustTenantZone: true }))).toMatchObject({
      zones: ["Australia/Sydney"],
      source: "tenant-default",
    });
    expect(placeOf(nowhere, tenant()).source).toBe("unknown");
    expect(placeOf(candidate({ postcode: null }), tenant()).source).toBe("state");
    expect(placeOf(candidate({ ...american, state: null }), tenant()).source).toBe("area-code");
  });
});
