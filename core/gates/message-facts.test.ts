import { describe, expect, test } from "vitest";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../testing/example-contact.ts";
import { DEFAULT_SCHEDULE, everyDay } from "../time/quiet-hours.ts";
import {
  type CampaignRules,
  type Candidate,
  campaignFor,
  compileCampaign,
  mergeValues,
  messageFor,
  type TenantRules,
} from "./message-facts.ts";

const tenant = exampleTenant({ timezone: "Australia/Sydney", capPerDay: 1 });
const campaign = exampleCampaign({ body: "Hi {{first_name|there}}, your {{plan}} is ready" });
const person = exampleCandidate({ contactId: "1", phoneE164: "+61401000001", custom: { plan: "Gold" } });
const message = (
  candidate: Partial<Candidate>,
  rules: Partial<CampaignRules> = {},
  of: Partial<TenantRules> = {},
) =>
  messageFor({ ...person, ...candidate }, compileCampaign({ ...campaign, ...rules }), { ...tenant, ...of });

test("the suppression lists that a number is on, and those that cover where the person may be, are facts", () => {
  const list = {
    ...{ id: "1", name: "List", register: "OTHER", country: "AU", downloadedOn: "2026-11-20" },
    ...{ expiresAt: null, afterExpiry: "hold" as const },
  };
  const suppression = (changes: Partial<Candidate>, lists = [list]) =>
    message(changes, {}, { suppressionLists: lists }).facts.suppression;
  expect(suppression({}, [])).toBeUndefined();
  expect(suppression({}, [{ ...list, country: "NZ" }])).toBeUndefined();
  expect(suppression({})).toEqual({ listed: [], covering: [list] });
  expect(suppression({ suppressedBy: JSON.stringify([{ id: "1" }]) }, [])).toEqual({
    listed: [{ id: "1" }],
    covering: [],
  });
});

test("the question of a sign-up form knows when the form was filled in", () => {
  const signedUpAt = new Date("2026-11-29T00:00:00Z");
  expect(message({}, { kind: "sign-up", signedUpAt }).facts.signedUpAt).toBe(signedUpAt);
  expect(message({}, { kind: "sign-up" }).facts.signedUpAt).toBeNull();
  expect(message({}).facts.signedUpAt).toBeUndefined();
});

test("the platform's limit on hours applies beside the tenant's, and no override passes it", () => {
  const limit = everyDay("10:00", "18:00");
  const { quietHours } = message(
    {},
    { quietHoursOverrideReason: "Demo" },
    { sendingHoursLimit: limit },
  ).facts;
  expect(quietHours.schedules).toEqual([DEFAULT_SCHEDULE, limit]);
  expect(quietHours.overrideReason).toBeNull();
});

describe("the text", () => {
  test("rendered with fallbacks, counted in segments and priced", () => {
    expect(message({})).toMatchObject({
      text: "Hi there, your Gold is ready",
      encoding: "GSM-7",
      refusal: null,
    });
    expect(message({}).facts).toMatchObject({ segments: 1, priceMicros: 51_500 });
  });

  test("says once per campaign whether the text offers another opt-out method", () => {
    expect(message({}).facts.offersOptOutMethod).toBe(false);
    expect(message({}, { body: "Out: {{opt_out_link}}" }).facts.offersOptOutMethod).toBe(true);
  });

  test("a standard field wins over a custom field of the same name", () => {
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

const locationOf = (candidate: Candidate, of: TenantRules) => {
  const { zones, zoneSource } = messageFor(candidate, compileCampaign(campaign), of).facts.quietHours;
  return { zones, source: zoneSource };
};

describe("the hours", () => {
  test("a statute of the person's country comes on top of the tenant's and the campaign's own", () => {
    const evening = everyDay("17:00", "20:00");
    const { facts } = message({ country: "US", phoneE164: "+12065550100" }, { quietHours: evening });
    expect(facts.quietHours.schedules.slice(0, 2)).toEqual([DEFAULT_SCHEDULE, evening]);
    expect(facts.quietHours.schedules.length).toBeGreaterThan(2);
    expect(message({}).facts.quietHours.schedules).toEqual([DEFAULT_SCHEDULE]);
  });

  test("a stored zone counts; an invalid one is derived again", () => {
    const kept = locationOf({ ...person, timezone: "Australia/Perth", timezoneSource: "postcode" }, tenant);
    expect(kept).toMatchObject({ zones: ["Australia/Perth"], source: "postcode" });
    const corrected = locationOf({ ...person, timezone: "Australia/Perth" }, tenant);
    expect(corrected.source).toBe("stated");
    const nonsense = locationOf({ ...person, timezone: "Mars/Olympus" }, tenant);
    expect(nonsense.zones.length).toBeGreaterThan(1);
    expect(locationOf(person, { ...tenant, trustTenantZone: true }).zones).toEqual(["Australia/Sydney"]);
  });
});

describe("the facts for the gates", () => {
  test("a reply is transactional and knows when the person wrote; a test is evaluated like its campaign", () => {
    const wroteAt = new Date("2026-11-23T04:00:00Z");
    expect(message({ wroteAt }, { kind: "reply" }).facts).toMatchObject({
      purpose: "transactional",
      answering: { wroteAt },
    });
    expect(message({}, { kind: "reply" }).facts).toMatchObject({ purpose: "transactional", answering: null });
    const offer = { purpose: "marketing", topic: "Offers" } as const;
    expect(message({}, offer).facts).toMatchObject(offer);
    expect(message({}, { purpose: "service" }).facts).toMatchObject({ purpose: "service", topic: null });
    expect(message({ wroteAt }, { kind: "reply", ...offer }).facts).toMatchObject({
      purpose: "transactional",
      topic: null,
    });
    for (const kind of ["campaign", "test"] as const) {
      expect(message({ wroteAt }, { kind }).facts).not.toHaveProperty("purpose");
      expect(message({ wroteAt }, { kind }).facts).not.toHaveProperty("answering");
    }
  });

  test("campaigns and flows don't text a number that was merged away; what is for that number goes", () => {
    const merged = { mergedInto: "an id" };
    for (const kind of [undefined, "campaign", "flow"] as const)
      expect(message(merged, { ...(kind && { kind }) }).facts.frequency).toMatchObject(merged);
    for (const kind of ["reply", "answer", "confirmation", "sign-up", "test", "code"] as const)
      expect(message(merged, { kind }).facts.frequency).not.toHaveProperty("mergedInto");
  });

  test("everything that can stop the message is passed on", () => {
    const at = new Date("2026-11-23T00:00:00Z");
    const { facts } = message(
      {
        doNotContactSince: at,
        invalidReason: "Gone",
        alreadyInCampaign: true,
        recentSubmissions: [at],
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
      frequency: { alreadyInCampaign: true, recentSubmissions: [at], perDay: 1, perWeek: null },
      expiry: { expiresAt: at },
      quietHours: { overrideReason: "Demo" },
    });
  });
});

describe("automatic answers", () => {
  const since = new Date("2026-11-28T12:00:00Z");

  test("a confirmation names the opt-out that it confirms, and answers that", () => {
    const { facts } = message(
      { doNotContactSince: new Date(), doNotContactSource: "reply" },
      { kind: "confirmation", confirmsOptOutOf: since },
    );
    expect(facts).toMatchObject({
      confirmsOptOutOf: since,
      answering: { wroteAt: since },
      purpose: "transactional",
    });
  });

  test("without an opt-out there is nothing to confirm", () => {
    const { facts } = message({ doNotContactSince: since, wroteAt: since }, { kind: "confirmation" });
    expect(facts).toMatchObject({ confirmsOptOutOf: null, answering: null });
  });

  test("an answer refers to the person's message", () => {
    expect(message({ wroteAt: since }, { kind: "answer" }).facts.answering).toEqual({ wroteAt: since });
  });
});

test("a tenant's zone stored on a contact counts only while the tenant's settings say so", () => {
  const kept = { timezone: "Australia/Sydney", timezoneSource: "tenant-default" } as const;
  expect(locationOf({ ...person, ...kept }, tenant).zones).toHaveLength(5);
  expect(locationOf({ ...person, ...kept }, { ...tenant, trustTenantZone: true }).zones).toEqual([
    "Australia/Sydney",
  ]);
});

describe("an A/B test", () => {
  const rules = { ...campaign, body: "A {{first_name|you}}" };
  const compiled = compileCampaign({
    ...{ ...rules, texts: [{ variant: 2, language: "", body: "B {{opt_out_link}}" }] },
    ...{ firstPart: { openDraws: 100 }, abState: { testDraws: 10, winner: null, stopped: [] } },
  });
  const textOf = (asked: { draw?: number; variant?: number }) =>
    campaignFor(compiled, { ...person, ...asked }).template.fields.map(({ name }) => name);

  test("gives each message its own text, and the gates whether it has one", () => {
    expect(textOf({ draw: 3, variant: 2 })).toEqual(["opt_out_link"]);
    expect(textOf({ draw: 3, variant: 1 })).toEqual(["first_name"]);
    expect(textOf({ draw: 50, variant: 2 })).toEqual(["first_name"]);
    expect(textOf({})).toEqual(["first_name"]);
    expect(compiled.hasOptOutLink).toBe(true);
    const facts = (draw: number) => messageFor({ ...person, draw, variant: 2 }, compiled, tenant).facts;
    expect([facts(3).abTest, facts(50).abTest]).toEqual([{ variant: 2 }, { variant: null }]);
    expect(messageFor(person, compiled, tenant).facts.abTest).toEqual({ variant: null });
  });

  test("is none for a campaign with one text", () => {
    const one = compileCampaign(rules);
    expect(campaignFor(one, { ...person, draw: 3, variant: 2 })).toBe(one);
    expect(messageFor(person, one, tenant).facts.abTest).toBeUndefined();
  });
});
