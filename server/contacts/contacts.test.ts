import type { ContactRow } from "@smscrm/db/contacts/contacts";
import type { ThreadMessage } from "@smscrm/db/inbox/conversations";
import type { Page } from "@smscrm/db/postgres/page";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message, MessageRow } from "../messages/router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let ids: string[];

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme");
  owner = await server.signIn("owner@acme.example.com");
  ids = await addContacts(server.sql, tenantId, FICTION);
});
afterAll(() => server.close());

const list = async (input: object) => (await owner.query<Page<ContactRow>>("contacts.list", input)).data;
const phonesOf = (page: Page<ContactRow>) => page.items.map(({ phone }) => phone);

describe("contacts", () => {
  it("are listed newest first, in pages that skip nobody and repeat nobody", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<ContactRow> = await list({ limit: 2, cursor });
      seen.push(...phonesOf(page));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(FICTION.length);
    expect(new Set(seen)).toEqual(new Set(FICTION));
  });

  it("who opted out are exactly those on the do-not-contact list", async () => {
    expect((await list({ optedOut: true })).items).toEqual([]);
    await owner.mutate("doNotContact.add", { phone: "0491 570 156", note: "asked on the phone" });
    expect(phonesOf(await list({ optedOut: true }))).toEqual([FICTION[1]]);
    expect(phonesOf(await list({ optedOut: false }))).not.toContain(FICTION[1]);
    const everybody = await list({});
    expect(everybody.items.filter(({ optedOut }) => optedOut).map(({ phone }) => phone)).toEqual([
      FICTION[1],
    ]);
    const on = await owner.query<Page<{ phone: string; createdBy: string }>>("doNotContact.list", {});
    expect(on.data.items).toMatchObject([{ phone: FICTION[1], createdBy: "acme owner", source: "operator" }]);
    await owner.mutate("doNotContact.remove", { phone: FICTION[1], note: "asked again" });
    expect((await list({ optedOut: true })).items).toEqual([]);
  });

  it("are found by the beginning of a name and by a number as people write it", async () => {
    await owner.mutate("contacts.update", {
      id: ids[0],
      firstName: "Žofie",
      lastName: "O'Brien",
      tags: ["vip"],
    });
    for (const search of ["žof", "o'b", "Žofie O", "0491 570 006", "+61 491 570 006", "570006"]) {
      expect(phonesOf(await list({ search })), search).toEqual([FICTION[0]]);
    }
    expect((await list({ search: "100%_" })).items).toEqual([]);
    expect(phonesOf(await list({ tag: "vip" }))).toEqual([FICTION[0]]);
    expect((await owner.query("contacts.tags")).data).toEqual([{ tag: "vip", contacts: 1 }]);
  });

  it("are added once, with the evidence of their consent", async () => {
    const person = {
      phone: "0491 570 110",
      consentBasis: "express",
      consentEvidence: "signed form in the shop",
    };
    const added = await owner.mutate<{ id: string }>("contacts.add", person);
    const { data } = await owner.query("contacts.get", { id: added.data.id });
    expect(data).toMatchObject({
      phone: "+61491570110",
      consents: [{ basis: "express", source: "operator", evidence: { note: "signed form in the shop" } }],
    });
    expect(await owner.mutate("contacts.add", person)).toMatchObject({ code: "CONFLICT" });
    expect((await owner.mutate("contacts.add", { ...person, phone: "02 5550 1234" })).message).toMatch(
      /landline/,
    );
    expect((await owner.mutate("contacts.add", { ...person, phone: "12" })).code).toBe("BAD_REQUEST");
  });

  it("have a conversation with sent and received messages, newest first, in pages", async () => {
    const jobId = await sentMessage();
    await server.sql`
      insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, contact_id, kind)
      values (${tenantId}, 'SMreply', ${FICTION[0]}, '+61444000100', 'When?', ${ids[0]!}, 'none')`;
    const first = await owner.query<Page<ThreadMessage>>("contacts.conversation", { id: ids[0], limit: 1 });
    expect(first.data.items).toMatchObject([{ direction: "in", body: "When?", kind: "none" }]);
    const next = await owner.query<Page<ThreadMessage>>("contacts.conversation", {
      id: ids[0],
      limit: 1,
      cursor: first.data.nextCursor,
    });
    expect(next.data).toMatchObject({
      items: [{ direction: "out", body: "Hi Mia", sendJobId: jobId, campaign: { name: "Sale" } }],
      nextCursor: null,
    });
  });
});

async function campaign(): Promise<string> {
  const [row] = await server.sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, launched_at)
    values (${tenantId}, 'Sale', 'Hi', '{"kind":"all"}', 'running', now()) returning id`;
  return row!.id;
}

async function sentMessage(): Promise<string> {
  const campaignId = await campaign();
  const [number] = await server.sql<{ id: string }[]>`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    values (${tenantId}, '+61444000100', 'AU', 10) returning id`;
  const [job] = await server.sql<{ id: string }[]>`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, verdict)
    values (${tenantId}, ${campaignId}, ${ids[0]!}, ${FICTION[0]}, 'AU', 'sent', '{"kind":"send"}') returning id`;
  await server.sql`
    insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
      body, segments, validity_seconds, state, budget_day, budget_month, reserved_micros, claimed_at, handed_over_at)
    values (${tenantId}, ${job!.id}, ${campaignId}, 1, ${number!.id}, '+61444000100', ${FICTION[0]}, 'Hi Mia', 1, 300,
      'sending', now()::date, now()::date, 0, now(), now())`;
  await server.sql`update send_attempts set state = 'accepted' where send_job_id = ${job!.id}`;
  return job!.id;
}

describe("messages", () => {
  it("explain in a sentence why they wait or were not sent, and which gates were asked", async () => {
    const campaignId = await campaign();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const hold = {
      kind: "hold",
      gate: "quiet-hours",
      reason: "Quiet hours",
      until,
      looked: { zone: "Australia/Perth", zones: 1, zoneSource: "stated", localTime: "21:40", opens: true },
    };
    const drop = {
      kind: "drop",
      gate: "consent",
      reason: "Consent",
      looked: { fault: "none", basis: "none", country: "AU" },
    };
    await server.sql`
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, failure_reason, hold_reason,
        gate, verdict, not_before)
      values
        (${tenantId}, ${campaignId}, ${ids[1]!}, ${FICTION[1]}, 'AU', 'queued', null, 'Quiet hours', 'quiet-hours',
          ${server.sql.json(hold)}, ${until}),
        (${tenantId}, ${campaignId}, ${ids[2]!}, ${FICTION[2]}, 'AU', 'failed', 'Consent', null, 'consent',
          ${server.sql.json(drop)}, null)`;
    const { data } = await owner.query<Page<MessageRow>>("messages.list", { campaignId });
    const [refused, held] = data.items.sort((a, b) => a.status.localeCompare(b.status));
    expect(held!.sentence).toMatch(/^Held: .*Mia/);
    expect(refused!.sentence).toMatch(/^Not sent/);
    const detail = await owner.query<Message>("messages.get", { id: held!.id });
    expect(detail.data.gates.map(({ answer }) => answer)).toEqual([
      ...Array(7).fill("pass"),
      "hold",
      ...Array(3).fill("not asked"),
    ]);
    for (const [filter, id] of [
      [{ status: "failed" }, refused!.id],
      [{ reason: "Quiet hours" }, held!.id],
      [{ phone: "0491 570 157" }, refused!.id],
      [{ search: "570157" }, refused!.id],
      [{ search: FICTION[1]!.slice(-6) }, held!.id],
    ] as const) {
      const found = await owner.query<Page<MessageRow>>("messages.list", { campaignId, ...filter });
      expect(found.data.items.map((row) => row.id)).toEqual([id]);
    }
    const nobody = await owner.query("messages.list", { campaignId, search: "Nobody" });
    expect(nobody.data).toEqual({ items: [], nextCursor: null, peopleLimit: null });
    const byName = await owner.query<Page<MessageRow>>("messages.list", { search: "zofie" });
    expect(byName.data.items.map((row) => row.phone)).toEqual([FICTION[0]]);
    // All are this organisation's: another's people are not searched.
    expect((await owner.query<Page<MessageRow>>("messages.list", { search: "491" })).data.items.length).toBe(
      3,
    );
  });

  it("are counted for their campaign alone", async () => {
    const rows = await owner.query<Page<{ waiting: number; failed: number; sent: number }>>(
      "campaigns.list",
      {},
    );
    const counts = rows.data.items.map(({ waiting, failed, sent }) => ({ waiting, failed, sent }));
    expect(counts).toEqual([
      { waiting: 1, failed: 1, sent: 0 },
      { waiting: 0, failed: 0, sent: 1 },
    ]);
  });
});

describe("settings, budget, numbers and the audit log", () => {
  it("record what was changed, by whom, and both values", async () => {
    expect(
      (await owner.mutate("settings.update", { dailyBudgetCents: 1234.5, timezone: "Australia/Perth" })).data,
    ).toMatchObject({
      dailyBudgetCents: 1234.5,
      timezone: "Australia/Perth",
      monthlyBudgetCents: 1_000_000,
    });
    expect((await owner.mutate("settings.update", { timezone: "Mars/Olympus" })).code).toBe("BAD_REQUEST");
    expect((await owner.query("budget.status")).data).toMatchObject({
      dailyBudgetMicros: 12_345_000,
      dailySpentMicros: 0,
    });
    const log = await owner.query<Page<{ action: string; detail: unknown; actor: string }>>("audit.list", {
      limit: 1,
    });
    expect(log.data.items).toMatchObject([
      { action: "settings.update", actor: "acme owner", detail: { before: { dailyBudgetCents: 100_000 } } },
    ]);
    const older = await owner.query<Page<unknown>>("audit.list", { limit: 1, cursor: log.data.nextCursor });
    expect(older.data.items).toHaveLength(1);
  });

  async function assigned(phone: string): Promise<string> {
    const [row] = await server.sql<{ id: string }[]>`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      select id, ${phone}, 'AU', 10 from tenants where name = 'acme' returning id`;
    return row!.id;
  }

  it("start and stop the warm-up of a number", async () => {
    const id = await assigned("+61444000200");
    const find = async () => {
      const all = await owner.query<{ id: string }[]>("numbers.list");
      return all.data.find((each) => each.id === id);
    };
    await owner.mutate("numbers.update", { id, warmUp: true });
    expect(await find()).toMatchObject({ phone: "+61444000200", warmUpLimitToday: 100, sentToday: 0 });
    await owner.mutate("numbers.update", { id, warmUp: false, label: "Main", status: "resting" });
    expect(await find()).toMatchObject({ warmUpLimitToday: null, label: "Main", status: "resting" });
  });

  it("return a number that the program paused to use", async () => {
    const id = await assigned("+61444000201");
    await server.sql`update sending_numbers set rested_until = now() + interval '1 hour', rest_reason = 'it fails' where id = ${id}`;
    const find = async () =>
      (await owner.query<{ id: string }[]>("numbers.list")).data.find((each) => each.id === id);
    expect(await find()).toMatchObject({ inUse: false, restReason: "it fails" });
    await owner.mutate("numbers.update", { id, status: "active" });
    expect(await find()).toMatchObject({ inUse: true, restedUntil: null, restReason: null });
    const asName = await owner.mutate("numbers.update", { id, registration: "registered" });
    expect(asName).toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringMatching(/Only a sender name/),
    });
  });

  it("accept a sender name, and use it once it is registered", async () => {
    const name = { phone: "Acme", kind: "alphanumeric", country: "AU", segmentsPerSecond: 10 };
    const { id } = (await owner.mutate<{ id: string }>("numbers.add", name)).data;
    const find = async () =>
      (await owner.query<{ id: string }[]>("numbers.list")).data.find((each) => each.id === id);
    expect(await find()).toMatchObject({ inUse: false, registration: "not-registered" });
    const entry = { registrationReference: "ACMA-1", registeredOn: "2026-07-01" };
    await owner.mutate("numbers.update", { id, registration: "registered", ...entry });
    expect(await find()).toMatchObject({ inUse: true, registration: "registered", ...entry });
    expect(await owner.mutate("numbers.add", { ...name, phone: "ACME" })).toMatchObject({ code: "CONFLICT" });
    const refused = await owner.mutate("numbers.add", { ...name, country: "US" });
    expect(refused.message).toMatch(/Carriers in US do not accept sender names/);
    expect((await owner.mutate("numbers.add", { ...name, phone: "UNVERIFIED" })).message).toMatch(
      /Unverified/,
    );
  });
});
