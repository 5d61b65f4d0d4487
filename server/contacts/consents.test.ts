import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Preflight } from "../campaigns/preflight/run.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { PurposeStanding, ShownConsent } from "./consents.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let operator: Caller;
let viewer: Caller;
let stranger: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "operator", "viewer"]);
  await createTenant(server.sql, "other");
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  stranger = await server.signIn("owner@other.example.com");
  await owner.mutate("topics.set", { topics: ["Offers", "Events"] });
});
afterAll(() => server.close());

let last = 0;
async function newContact(country = "US"): Promise<string> {
  const phone = `+1205555${String(1_000 + ++last)}`;
  const [id] = await addContacts(server.sql, tenantId, [phone]);
  await server.sql`
    update contacts set country = ${country}, consent_basis = 'unknown', consent_summary = null where id = ${id!}`;
  return id!;
}

interface Page {
  consentBasis: string;
  consents: ShownConsent[];
  standings: PurposeStanding[];
  preferences: { subject: string; source: string; recordedBy: string | null }[];
}
const page = async (id: string) => (await owner.query<Page>("contacts.get", { id })).data;
const standing = async (id: string, purpose: string) =>
  (await page(id)).standings.find((one) => one.purpose === purpose)!;
const audit = async (action: string) =>
  (
    await server.sql`select detail, object_id as "objectId" from audit_log where action = ${action} order by id desc limit 1`
  )[0];

describe("consents of a contact", () => {
  it("are recorded with their parts, shown with their end, and decide what may be sent", async () => {
    const id = await newContact();
    expect(await standing(id, "marketing")).toMatchObject({ allowed: false, fault: "unknown" });
    const spoken = await operator.mutate<{ id: string }>("contacts.addConsent", {
      ...{ id, basis: "express", note: "Said so on the phone", givenOn: "2026-05-01" },
    });
    expect(await standing(id, "marketing")).toMatchObject({
      allowed: false,
      fault: "no-wording",
      country: "US",
    });
    expect(await standing(id, "transactional")).toMatchObject({ allowed: true });
    await operator.mutate("contacts.addConsent", {
      ...{
        id,
        basis: "express",
        note: "Web form",
        wording: "I agree to marketing texts",
        endsOn: "2030-01-01",
      },
    });
    expect(await standing(id, "marketing")).toMatchObject({
      allowed: true,
      endsAt: "2030-01-01T00:00:00.000Z",
    });
    const { consents, consentBasis } = await page(id);
    expect(consentBasis).toBe("express");
    expect(consents).toMatchObject([
      {
        method: "Web form",
        wording: "I agree to marketing texts",
        isInForce: true,
        recordedBy: "acme operator",
      },
      { method: "Said so on the phone", givenAt: "2026-05-01T00:00:00.000Z", isInForce: true, endsAt: null },
    ]);
    expect(await audit("consent.add")).toMatchObject({ objectId: id, detail: { basis: "express" } });

    const withdraw = { id, consentId: consents[0]!.id, note: "They called" };
    expect(await viewer.mutate("contacts.withdrawConsent", withdraw)).toMatchObject({ code: "FORBIDDEN" });
    expect(await stranger.mutate("contacts.withdrawConsent", withdraw)).toMatchObject({ code: "NOT_FOUND" });
    expect(await operator.mutate("contacts.withdrawConsent", withdraw)).toMatchObject({ status: 200 });
    expect(await operator.mutate("contacts.withdrawConsent", withdraw)).toMatchObject({ code: "CONFLICT" });
    expect(await standing(id, "marketing")).toMatchObject({ allowed: false, fault: "no-wording" });
    expect((await page(id)).consents.map(({ isInForce }) => isInForce)).toEqual([false, false, true]);
    expect(await audit("consent.withdraw")).toMatchObject({ detail: { note: "They called" } });
    await operator.mutate("contacts.withdrawConsent", { ...withdraw, consentId: spoken.data.id });
    expect(await page(id)).toMatchObject({ consentBasis: "unknown" });
  });

  it("end by the law of the country", async () => {
    const id = await newContact("CA");
    const sold = { id, basis: "inferred", note: "Receipt", event: { kind: "purchase", on: "2026-01-15" } };
    await operator.mutate("contacts.addConsent", sold);
    expect((await page(id)).consents[0]).toMatchObject({
      event: "purchase",
      endsAt: "2028-01-15T00:00:00.000Z",
    });
  });

  it("refuse a topic that is not the tenant's, and a person on the do-not-contact list", async () => {
    const id = await newContact();
    const consent = { id, basis: "express", note: "Web form" };
    expect(await operator.mutate("contacts.addConsent", { ...consent, topics: ["News"] })).toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining('There is no topic "News"'),
    });
    await server.sql`insert into do_not_contact (tenant_id, phone_e164) select tenant_id, phone_e164 from contacts where id = ${id}`;
    expect(await operator.mutate("contacts.addConsent", consent)).toMatchObject({ code: "CONFLICT" });
  });
});

describe("preferences", () => {
  it("are set by purpose and topic, with a note and an audit entry, and lifted again", async () => {
    const id = await newContact("AU");
    const set = (change: object) =>
      operator.mutate("contacts.setPreference", { id, wanted: false, note: "They called", ...change });
    expect(await set({ purpose: "marketing", topic: "Offers" })).toMatchObject({ data: { changed: true } });
    expect(await set({ purpose: "marketing", topic: "Offers" })).toMatchObject({ data: { changed: false } });
    expect(await set({ purpose: "service" })).toMatchObject({ data: { changed: true } });
    expect((await page(id)).preferences).toMatchObject([
      { subject: "marketing:Offers", source: "operator", recordedBy: "acme operator" },
      { subject: "service" },
    ]);
    expect(await standing(id, "service")).toMatchObject({ allowed: false, fault: "refused" });
    expect(await audit("preference.set")).toMatchObject({ detail: { subject: "service", wanted: false } });
    expect(await set({ purpose: "service", wanted: true })).toMatchObject({ data: { changed: true } });
    expect((await page(id)).preferences).toHaveLength(1);
    expect(await set({ purpose: "service", topic: "Offers" })).toMatchObject({ code: "BAD_REQUEST" });
    expect(await set({ purpose: "emergency" })).toMatchObject({ status: 400 });
    expect(await set({ purpose: "marketing", topic: "News" })).toMatchObject({ code: "BAD_REQUEST" });
    expect(
      await viewer.mutate("contacts.setPreference", { id, purpose: "marketing", wanted: false, note: "No!" }),
    ).toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("topics and opt-in keywords", () => {
  it("are the tenant's own, changed by those who may change settings", async () => {
    expect((await stranger.query<{ topics: string[] }>("topics.list")).data.topics).toEqual([]);
    expect(await operator.mutate("topics.set", { topics: [] })).toMatchObject({ code: "FORBIDDEN" });
    expect(await owner.mutate("topics.set", { topics: ["Offers", "offers"] })).toMatchObject({ status: 400 });
    expect(await owner.mutate("topics.set", { topics: ["A: b"] })).toMatchObject({ status: 400 });
    expect(await audit("topics.set")).toMatchObject({ detail: { before: [], after: ["Offers", "Events"] } });

    const question = "Acme: reply YES to get our offers by text. Reply STOP to opt out";
    const set = (change: object) => owner.mutate("optIn.set", { keyword: "join", question, ...change });
    expect(await set({ topics: ["Offers"] })).toMatchObject({
      data: { keyword: "JOIN", topics: ["Offers"] },
    });
    expect(await set({ keyword: "stop" })).toMatchObject({ code: "BAD_REQUEST" });
    expect(await set({ question: "Join us" })).toMatchObject({ code: "BAD_REQUEST" });
    expect(await set({ topics: ["News"] })).toMatchObject({ code: "BAD_REQUEST" });
    expect((await owner.query<{ keywords: unknown[] }>("optIn.list")).data.keywords).toEqual([
      { keyword: "JOIN", question, topics: ["Offers"] },
    ]);
    expect((await stranger.query<{ keywords: unknown[] }>("optIn.list")).data.keywords).toEqual([]);
    expect(await owner.mutate("optIn.remove", { keyword: "JOIN" })).toMatchObject({ status: 200 });
    expect(await owner.mutate("optIn.remove", { keyword: "JOIN" })).toMatchObject({ code: "NOT_FOUND" });
    for (let n = 0; n < 20; n++) await set({ keyword: `JOIN${n}` });
    expect(await set({ keyword: "ONEMORE" })).toMatchObject({ code: "BAD_REQUEST" });
    expect(await set({ keyword: "JOIN3" })).toMatchObject({ status: 200 });
  });
});

describe("the purpose of a campaign", () => {
  const draft = {
    ...{
      name: "News",
      body: "Acme: hello. Reply STOP to opt out",
      audience: { kind: "tags", tags: ["lapse"] },
    },
    ...{ quietHours: null, expiresAt: null, smartEncoding: false },
  };
  const create = (change: object, by = operator) =>
    by.mutate<{ id: string }>("campaigns.create", { ...draft, ...change });

  it("is marketing unless it says otherwise; only an owner declares an emergency", async () => {
    const { id } = (await create({})).data;
    expect((await owner.query("campaigns.get", { id })).data).toMatchObject({
      purpose: "marketing",
      topic: null,
    });
    expect(await create({ purpose: "emergency" })).toMatchObject({ code: "FORBIDDEN" });
    expect(await create({ purpose: "emergency" }, owner)).toMatchObject({ status: 200 });
    expect(await create({ topic: "Offers" })).toMatchObject({ status: 200 });
    expect(await create({ topic: "News" })).toMatchObject({ code: "BAD_REQUEST" });
    expect(await create({ purpose: "service", topic: "Offers" })).toMatchObject({ code: "BAD_REQUEST" });
  });

  it("decides the preflight, which says whose consent is missing and whose ends soon", async () => {
    const soon = new Date(Date.now() + 10 * 86_400_000);
    const ids = [await newContact(), await newContact(), await newContact("AU"), await newContact("AU")];
    await server.sql`update contacts set tags = '{lapse}', consent_basis = 'express' where id = any(${ids.slice(0, 3)})`;
    await server.sql`
      update contacts set tags = '{lapse}', consent_basis = 'express', consent_expires_at = ${soon} where id = ${ids[3]!}`;
    const { id } = (await create({})).data;
    const preflight = (await operator.query<Preflight>("campaigns.preflight", { id })).data;
    expect(preflight).toMatchObject({
      purpose: "marketing",
      consent: { lapsing: 1, missing: [{ country: "US", fault: "no-evidence", count: 2 }] },
    });
    expect(preflight.warnings).toContainEqual(
      expect.stringMatching(/^2 people in the United States have no proof of their consent on record/),
    );
    expect(preflight.warnings).toContainEqual(
      expect.stringMatching(/^The consent of 1 person ends within 30 days, the first on/),
    );
    const service = (await create({ purpose: "service" })).data;
    expect((await operator.query<Preflight>("campaigns.preflight", { id: service.id })).data).toMatchObject({
      purpose: "service",
      consent: { missing: [] },
    });
  });
});
