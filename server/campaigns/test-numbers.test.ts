import { randomUUID } from "node:crypto";
import { recordOptOuts } from "@smscrm/db/contacts/opt-outs";
import { transact } from "@smscrm/db/postgres/connection";
import { claimForSending } from "@smscrm/db/send/claim";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ShownMessage } from "../inbox/conversation.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let ann: Caller;
let bob: Caller;
let campaignId: string;
let mia: string;

const MINE = "+61491570110";
const OPEN = Array(7).fill({ open: "00:00", close: "24:00" });
const NEVER = Array(7).fill(null);

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "operator"]);
  ann = await server.signIn("operator@acme.example.com");
  bob = await server.signIn("owner@acme.example.com");
  [mia] = (await addContacts(server.sql, tenantId, [FICTION[0]!])) as [string];
  await server.sql`update contacts set first_name = 'Mia' where id = ${mia}`;
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+61480001000', 'AU', 1000, 1000)`;
  const draft = { ...DRAFT, body: "Hi {{first_name}}, Acme opens. Reply STOP to opt out" };
  campaignId = (await ann.mutate<{ id: string }>("campaigns.create", draft)).data.id;
});
afterAll(() => server.close());

const hours = (week: unknown[]) =>
  server.sql`update tenants set quiet_hours = ${server.sql.json(week as never)} where id = ${tenantId}`;
beforeEach(() => hours(OPEN));

type Coded = { id: string; sendJobId: string };
/** Asks for a code, and reads it from the text that the carrier would get. */
async function askedCode(caller: Caller, phone: string) {
  const sent = await caller.mutate<Coded>("testNumbers.sendCode", { phone });
  expect(sent.status, sent.message).toBe(200);
  const { messages } = await claimForSending(server.sql, tenantId, [sent.data.sendJobId]);
  expect(messages).toMatchObject([{ to: phone }]);
  return { id: sent.data.id, code: /code for test texts is (\d{6})/.exec(messages[0]!.body)![1]! };
}
async function verified(caller: Caller, phone: string): Promise<string> {
  const { id, code } = await askedCode(caller, phone);
  expect((await caller.mutate("testNumbers.confirm", { id, code })).status).toBe(200);
  return id;
}
const test = (caller: Caller, testNumberId: string, more: object = {}) =>
  caller.mutate<{ sendJobIds: string[] }>("campaigns.sendTests", {
    campaignId,
    tests: [{ testId: randomUUID(), testNumberId }],
    ...more,
  });
interface ClaimedRow {
  status: string;
  gate: string | null;
  verdict: { looked: Record<string, unknown> };
}
/** Sends a test, and returns the row that its claim leaves. */
async function claimed(caller: Caller, testNumberId: string, more: object = {}) {
  const sent = await test(caller, testNumberId, more);
  expect(sent.status, sent.message).toBe(200);
  const [jobId] = sent.data.sendJobIds;
  const { messages } = await claimForSending(server.sql, tenantId, [jobId!]);
  const [row] = await server.sql<ClaimedRow[]>`
    select status, gate, verdict from send_jobs where id = ${jobId!}`;
  return { ...row!, messages };
}

describe("a test number", () => {
  it("is a member's own once they typed the code that was texted to it", async () => {
    const { id, code } = await askedCode(ann, MINE);
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    expect((await test(ann, id)).code).toBe("BAD_REQUEST");
    expect(await ann.mutate("testNumbers.confirm", { id, code: wrong })).toMatchObject({
      code: "BAD_REQUEST",
    });
    expect(await bob.mutate("testNumbers.confirm", { id, code })).toMatchObject({ code: "NOT_FOUND" });
    expect((await ann.mutate("testNumbers.confirm", { id, code })).status).toBe(200);
    expect((await bob.query("testNumbers.list")).data).toMatchObject([
      { id, phone: MINE, owner: "acme operator", isMine: false },
    ]);
    expect(await bob.mutate("testNumbers.sendCode", { phone: MINE })).toMatchObject({ code: "CONFLICT" });
    // Teammates read the conversation, and no code in it.
    const { data } = await bob.query<{ items: ShownMessage[] }>("inbox.turns", { phone: MINE });
    expect(data.items.map(({ body }) => body).join()).toMatch(/code for test texts is ••••••/);
  });

  it("has five guesses a code and three codes a day, also for two requests at once", async () => {
    const phone = "+61491570156";
    const { id, code } = await askedCode(bob, phone);
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    await Promise.all([1, 2, 3, 4, 5].map(() => bob.mutate("testNumbers.confirm", { id, code: wrong })));
    expect((await bob.mutate("testNumbers.confirm", { id, code })).message).toMatch(/no longer valid/);
    const more = await Promise.all([1, 2, 3].map(() => bob.mutate("testNumbers.sendCode", { phone })));
    expect(more.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
    await bob.mutate("testNumbers.remove", { id });
    expect((await bob.mutate("testNumbers.sendCode", { phone })).status).toBe(429);
  });
});

describe("a test on a number", () => {
  let mine: string;
  beforeAll(async () => {
    await hours(OPEN);
    const [row] = await server.sql`select id from test_numbers where phone_e164 = ${MINE}`;
    mine = (row!.id as string) ?? (await verified(ann, MINE));
  });

  it("has the chosen person's values, and costs and counts like any message", async () => {
    const asMia = await claimed(ann, mine, { contactId: mia });
    expect(asMia.messages).toMatchObject([{ to: MINE, body: "Hi Mia, Acme opens. Reply STOP to opt out" }]);
    const ofAudience = await claimed(ann, mine);
    // Of the audience, not the contact of the test number, which has no consent.
    expect(ofAudience.messages[0]!.body).toMatch(/^Hi Mia,/);
    const [reserved] =
      await server.sql`select count(*)::int as n from send_attempts where to_phone = ${MINE}`;
    expect(reserved!.n).toBeGreaterThan(1);
    // No campaign reaches the number of a teammate: it has no consent.
    const [contact] = await server.sql`
      select consent_basis from contacts where tenant_id = ${tenantId} and phone_e164 = ${MINE}`;
    expect(contact!.consent_basis).toBe("unknown");
  });

  it("is sent once for one id", async () => {
    const again = { tests: [{ testId: randomUUID(), testNumberId: mine }] };
    const answers = await Promise.all([1, 2, 3].map(() => test(ann, mine, again)));
    expect(new Set(answers.map(({ data }) => data.sendJobIds[0])).size).toBe(1);
    const [jobs] = await server.sql`
      select count(*)::int as n from send_jobs where campaign_id = ${again.tests[0]!.testId}`;
    expect(jobs!.n).toBe(1);
  });

  it("goes in quiet hours to the member who asked for it, which is recorded, and not to a teammate", async () => {
    await hours(NEVER);
    const own = await claimed(ann, mine, { contactId: mia });
    expect(own).toMatchObject({
      status: "sending",
      verdict: { looked: { requested: true, requestedByOwnerAt: expect.any(String) } },
    });
    const ofBob = await claimed(bob, mine, { contactId: mia });
    expect(ofBob).toMatchObject({ status: "queued", gate: "quiet-hours", messages: [] });
    const [audit] = await server.sql`
      select detail from audit_log where action = 'campaign.test' order by id desc limit 1`;
    expect(audit!.detail).toMatchObject({ testNumberId: mine, byOwner: false });
  });

  it("is held by the kill switch and an empty budget, and refused once the number is removed or opted out", async () => {
    await server.sql`update tenants set sending_paused_at = now() where id = ${tenantId}`;
    expect(await claimed(ann, mine)).toMatchObject({ status: "queued", gate: "kill-switch" });
    await server.sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    await server.sql`update tenants set daily_budget_cents = 0 where id = ${tenantId}`;
    // The next day's budget comes after the test's hour.
    expect(await claimed(ann, mine, { contactId: mia })).toMatchObject({
      status: "failed",
      verdict: { looked: { blockedBy: "budget" } },
      messages: [],
    });
    await server.sql`update tenants set daily_budget_cents = 100000 where id = ${tenantId}`;

    const queued = await test(ann, mine, { contactId: mia });
    await ann.mutate("testNumbers.remove", { id: mine });
    await claimForSending(server.sql, tenantId, queued.data.sendJobIds);
    const [row] = await server.sql`select gate from send_jobs where id = ${queued.data.sendJobIds[0]!}`;
    expect(row!.gate).toBe("consent");
    expect((await test(ann, mine)).code).toBe("BAD_REQUEST");

    const again = await verified(ann, MINE);
    await transact(server.sql, (tx) =>
      recordOptOuts(tx, {
        source: "reply",
        people: [{ tenantId, phoneE164: MINE, note: "STOP", evidence: {} }],
      }),
    );
    expect(await claimed(ann, again, { contactId: mia })).toMatchObject({
      status: "failed",
      gate: "do-not-contact",
      messages: [],
    });
  });
});

it("a custom role sends tests without the right to launch", async () => {
  const role = await bob.mutate<{ id: string }>("roles.create", {
    name: "Writer",
    actions: ["contacts.read", "campaigns.read", "messages.read", "campaigns.test"],
  });
  expect(role.status, role.message).toBe(200);
  await server.sql`
    update memberships set role = 'viewer', custom_role_id = ${role.data.id}
    where tenant_id = ${tenantId} and user_id = (select id from users where email = 'operator@acme.example.com')`;
  const sent = await ann.mutate("campaigns.sendTest", { testId: randomUUID(), campaignId, contactId: mia });
  expect(sent.status, sent.message).toBe(200);
  expect((await ann.mutate("campaigns.launch", { id: campaignId })).code).toBe("FORBIDDEN");
});
