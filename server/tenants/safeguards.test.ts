import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Preflight } from "../campaigns/preflight/run.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { SafeguardsStatus } from "./safeguards-router.ts";

/** Texts go to the carrier, as far as the server knows: nothing here sends. */
let server: TestServer;
let tenantId: string;
let owner: Caller;
let viewer: Caller;

beforeAll(async () => {
  server = await startTestServer({ carrier: "twilio" });
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  await addContacts(server.sql, tenantId, [...FICTION]);
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+61480001000', 'AU', 1000, 1000)`;
  await server.sql`update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}
    where id = ${tenantId}`;
});
afterAll(() => server.close());

const draft = async () => (await owner.mutate<{ id: string }>("campaigns.create", DRAFT)).data.id;
const preflight = async (id: string) => (await owner.query<Preflight>("campaigns.preflight", { id })).data;
const setTrial = (isOn: boolean, by = owner) => by.mutate<SafeguardsStatus>("safeguards.setTrial", { isOn });
const launch = (id: string, more = {}) =>
  owner.mutate<{ status: string }>("campaigns.launch", { id, ...more });
const actions = async () =>
  (
    await server.sql<{ action: string }[]>`
      select action from audit_log where tenant_id = ${tenantId} and action like 'settings.%' order by id`
  ).map(({ action }) => action);

describe("trial mode", () => {
  it("begins and ends with an audit entry, once, and only who may change settings does it", async () => {
    expect((await setTrial(true, viewer)).status).toBe(403);
    const begun = await setTrial(true);
    expect(begun.data).toEqual({
      ...{ trialSince: expect.any(String), teamNumbers: 0, inboxLimit: null, inboxIsFull: false },
    });
    expect((await setTrial(true)).data.trialSince).toBe(begun.data.trialSince);
    expect((await viewer.query<SafeguardsStatus>("safeguards.status")).data.trialSince).toBe(
      begun.data.trialSince,
    );
    expect((await setTrial(false)).data.trialSince).toBeNull();
    expect(await actions()).toEqual(["settings.trial-begin", "settings.trial-end"]);
  });

  it("is in the preflight's sums and warnings, and a launch in it needs no word about tests", async () => {
    await setTrial(true);
    const id = await draft();
    const checked = await preflight(id);
    expect(checked).toMatchObject({
      ...{ audience: FICTION.length, now: { count: 0 }, asksAboutTestList: false },
      refused: [{ gate: "phone", reason: "Trial mode", count: FICTION.length }],
    });
    expect(checked.warnings.join(" ")).toMatch(/Trial mode is on: only your team's own numbers/);
    expect((await launch(id)).data).toMatchObject({ status: "launching" });
    await setTrial(false);
    expect((await owner.query<{ isTrial: boolean }>("campaigns.get", { id })).data.isTrial).toBe(true);
  });

  it("lets the team's number through in the preflight", async () => {
    const [user] = await server.sql<{ id: string }[]>`
      select user_id as id from memberships where tenant_id = ${tenantId} and role = 'owner'`;
    await server.sql`
      insert into test_numbers (tenant_id, user_id, phone_e164, contact_id, verified_at)
      select ${tenantId}, ${user!.id}, phone_e164, id, now() from contacts
      where tenant_id = ${tenantId} and phone_e164 = ${FICTION[0]}`;
    await setTrial(true);
    expect(await preflight(await draft())).toMatchObject({
      now: { count: 1 },
      refused: [{ reason: "Trial mode", count: FICTION.length - 1 }],
    });
    await setTrial(false);
    await server.sql`delete from test_numbers where tenant_id = ${tenantId}`;
  });
});

describe("a list for tests", () => {
  it("is said in the preflight, and its launch or schedule must confirm that it is meant", async () => {
    const id = await draft();
    const checked = await preflight(id);
    expect(checked).toMatchObject({ testList: { looked: 5, tests: 5 }, asksAboutTestList: true });
    expect(checked.warnings.join(" ")).toMatch(/This looks like a list for tests: all of the 5 people/);
    const refused = await launch(id);
    expect(refused.status).toBe(412);
    expect(refused.message).toMatch(/list for tests.*confirm that the campaign is meant for it/);
    const at = new Date(Date.now() + 3_600_000).toISOString();
    expect((await owner.mutate("campaigns.schedule", { id, at })).status).toBe(412);
    expect((await owner.mutate("campaigns.schedule", { id, at, testListMeant: true })).status).toBe(200);
    await owner.mutate("campaigns.unschedule", { id });
    expect((await launch(id, { testListMeant: true })).data).toMatchObject({ status: "launching" });
  });

  it("is none among people of whom a few are tests", async () => {
    await addContacts(
      server.sql,
      tenantId,
      Array.from({ length: 20 }, (_, at) => `+6141234${String(5_000 + at)}`),
    );
    const id = await draft();
    expect(await preflight(id)).toMatchObject({ testList: null, asksAboutTestList: false });
    expect((await launch(id)).data).toMatchObject({ status: "launching" });
  });
});

describe("the inbox limit", () => {
  const set = (inboxLimit: unknown, by = owner) =>
    by.mutate<SafeguardsStatus>("safeguards.setInboxLimit", { inboxLimit });

  it("is set with an audit entry, and the preflight says that marketing waits", async () => {
    expect((await set(1, viewer)).status).toBe(403);
    for (const wrong of [0, 2_001, 1.5, "5"]) expect((await set(wrong)).status).toBe(400);
    for (const [nth, from] of ["+61412345001", "+61412345002"].entries())
      await server.sql`
        insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind)
        values (${tenantId}, ${`SM${String(nth).padStart(32, "0")}`}, ${from}, '+61480001000', 'Hello?', 'none')`;
    expect((await set(1)).data).toMatchObject({ inboxLimit: 1, inboxIsFull: true });
    const id = await draft();
    expect((await preflight(id)).warnings.join(" ")).toMatch(/More than 1 conversation waits for an answer/);
    await set(null);
    expect((await preflight(id)).warnings.join(" ")).not.toMatch(/conversation/);
    expect((await actions()).filter((action) => action === "settings.inbox-limit")).toHaveLength(2);
  });
});
