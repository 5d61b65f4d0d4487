import { randomUUID } from "node:crypto";
import type { BudgetStatus } from "@smscrm/core/price/budget";
import { launchScheduled } from "@smscrm/db/campaigns/campaign-schedule";
import type { Campaign } from "@smscrm/db/campaigns/campaigns";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import type { ThroughputPoint } from "@smscrm/db/campaigns/throughput";
import { ingestStatusEvents } from "@smscrm/db/carrier/webhooks";
import type { Page } from "@smscrm/db/postgres/page";
import { claimForSending } from "@smscrm/db/send/claim";
import { settleSends } from "@smscrm/db/send/settle";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ShownMessage } from "../inbox/conversation.ts";
import type { MessageRow } from "../messages/router.ts";
import type { Summary } from "../tenants/home-router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { Preflight } from "./preflight/run.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let contactIds: string[];

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  contactIds = await addContacts(server.sql, tenantId, FICTION);
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+61480001000', 'AU', 1000, 1000)`;
  await server.sql`update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}
    where id = ${tenantId}`;
});
afterAll(() => server.close());

const draft = async (change: object = {}) =>
  (await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, ...change })).data.id;
const get = async (id: string) => (await owner.query<Campaign>("campaigns.get", { id })).data;
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
/** Makes the campaign due now. */
const due = (id: string) =>
  server.sql`update campaigns set scheduled_at = now() - interval '1 second' where id = ${id}`;

describe("a scheduled campaign", () => {
  it("is launched at its time, once, by the worker, and the audit log records it", async () => {
    const id = await draft();
    expect((await owner.mutate("campaigns.schedule", { id, at: inHours(2) })).status).toBe(200);
    expect(await get(id)).toMatchObject({ status: "scheduled", launchedAt: null, launchedBy: "acme owner" });
    expect(await launchScheduled(server.sql)).toEqual([]);
    await due(id);
    const launched = await Promise.all([launchScheduled(server.sql), launchScheduled(server.sql)]);
    expect(launched.flat()).toEqual([{ id }]);
    expect(await get(id)).toMatchObject({ status: "launching", launchedAt: expect.any(String) });
    const audit = await owner.query<Page<{ action: string; actor: string | null }>>("audit.list", {});
    expect(audit.data.items.slice(0, 2)).toMatchObject([
      { action: "campaign.launch", actor: null },
      { action: "campaign.schedule", actor: "acme owner" },
    ]);
    expect((await owner.mutate("campaigns.unschedule", { id })).code).toBe("CONFLICT");
  });

  it("waits while sending is paused", async () => {
    const id = await draft();
    await owner.mutate("campaigns.schedule", { id, at: inHours(1) });
    await due(id);
    await server.sql`update tenants set sending_paused_at = now() where id = ${tenantId}`;
    expect(await launchScheduled(server.sql)).toEqual([]);
    await server.sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    expect(await launchScheduled(server.sql)).toEqual([{ id }]);
  });

  it("can be changed, launched by hand or deleted only after it is unscheduled", async () => {
    const id = await draft();
    await owner.mutate("campaigns.schedule", { id, at: inHours(1) });
    const { updatedAt } = await get(id);
    for (const [path, input] of [
      ["campaigns.update", { ...DRAFT, id, updatedAt }],
      ["campaigns.launch", { id }],
      ["campaigns.remove", { id }],
      ["campaigns.schedule", { id, at: inHours(3) }],
    ] as const) {
      expect((await owner.mutate(path, input)).code, path).toBe("CONFLICT");
    }
    expect((await owner.mutate("campaigns.unschedule", { id })).status).toBe(200);
    expect(await get(id)).toMatchObject({ status: "draft", scheduledAt: null });
    expect((await owner.mutate("campaigns.remove", { id })).status).toBe(200);
  });

  it("is refused for a past time, a time too far ahead, a time after its expiry, and to a viewer", async () => {
    const id = await draft({ expiresAt: inHours(5) });
    for (const at of [inHours(-1), inHours(24 * 366), inHours(6)]) {
      expect((await owner.mutate("campaigns.schedule", { id, at })).code).toBe("BAD_REQUEST");
    }
    const viewer = await server.signIn("viewer@acme.example.com");
    expect((await viewer.mutate("campaigns.schedule", { id, at: inHours(1) })).code).toBe("FORBIDDEN");
  });

  it("is checked as of its launch time, with the budget of that day", async () => {
    const id = await draft();
    await server.sql`update budgets set daily_spent_cents = 100000, local_day = (now() at time zone 'Australia/Sydney')::date
      where tenant_id = ${tenantId}`;
    const now = await owner.query<Preflight>("campaigns.preflight", { id });
    expect(now.data).toMatchObject({ now: { count: 0 }, waits: [{ reason: "Budget", count: 5 }] });
    const later = await owner.query<Preflight>("campaigns.preflight", { id, at: inHours(48) });
    expect(later.data).toMatchObject({ now: { count: 5 }, waits: [] });
    expect(new Date(later.data.launchAt!).getTime()).toBeGreaterThan(Date.now() + 47 * 3_600_000);
    // It was checked now, whenever it is launched.
    expect(new Date(later.data.evaluatedAt).getTime()).toBeLessThan(Date.now() + 60_000);
    expect(now.data.launchAt).toBeNull();
    // A tenant that changed its zone may have spent from a later day already. A claim on that day counts it.
    await server.sql`update budgets set local_day = local_day + 3 where tenant_id = ${tenantId}`;
    const spent = await owner.query<Preflight>("campaigns.preflight", { id, at: inHours(48) });
    expect(spent.data).toMatchObject({ now: { count: 0 }, waits: [{ reason: "Budget", count: 5 }] });
    await server.sql`update budgets set daily_spent_cents = 0, local_day = local_day - 3 where tenant_id = ${tenantId}`;
  });

  it("is checked with what a moved tenant's number has sent on that day already", async () => {
    const id = await draft();
    const at = inHours(48);
    await server.sql`
      update sending_numbers set warm_up_schedule = array_fill(5, array[30]), sent_today = 5,
        warm_up_started_on = (now() at time zone 'Australia/Sydney')::date,
        sent_on = (${at}::timestamptz at time zone 'Australia/Sydney')::date
      where tenant_id = ${tenantId}`;
    const spent = await owner.query<Preflight>("campaigns.preflight", { id, at });
    expect(spent.data).toMatchObject({ now: { count: 0 }, waits: [{ reason: "Warm-up", count: 5 }] });
    const dayAfter = await owner.query<Preflight>("campaigns.preflight", { id, at: inHours(72) });
    expect(dayAfter.data).toMatchObject({ now: { count: 5 }, waits: [] });
    await server.sql`
      update sending_numbers set warm_up_schedule = null, warm_up_started_on = null, sent_today = 0, sent_on = null
      where tenant_id = ${tenantId}`;
  });
});

describe("a test", () => {
  it("goes to one contact as the campaign would, and does not count as the campaign's message", async () => {
    const id = await draft({ name: "Spring" });
    const input = { testId: randomUUID(), campaignId: id, contactId: contactIds[0] };
    const sent = await owner.mutate<{ sendJobId: string }>("campaigns.sendTest", input);
    const again = await owner.mutate<{ sendJobId: string }>("campaigns.sendTest", input);
    expect(again.data).toEqual(sent.data);
    const { messages } = await claimForSending(server.sql, tenantId, [sent.data.sendJobId]);
    expect(messages).toMatchObject([{ to: FICTION[0], body: expect.stringContaining("Hi Mia") }]);
    expect(await get(id)).toMatchObject({ status: "draft", audienceCount: 0 });
    const row = (await owner.query<Page<MessageRow>>("messages.list", { phone: FICTION[0] })).data.items[0];
    expect(row).toMatchObject({ campaignName: "Test of Spring", campaignKind: "test" });
  });

  it("to a contact on the do-not-contact list is refused by the gate", async () => {
    const id = await draft();
    await owner.mutate("doNotContact.add", { phone: FICTION[4], note: "asked on the phone" });
    const input = { testId: randomUUID(), campaignId: id, contactId: contactIds[4] };
    const sent = await owner.mutate<{ sendJobId: string }>("campaigns.sendTest", input);
    expect(await claimForSending(server.sql, tenantId, [sent.data.sendJobId])).toMatchObject({ dropped: 1 });
    // The conversation shows the text as the contact would have read it, not the template.
    const { data } = await owner.query<Page<ShownMessage>>("inbox.turns", { phone: FICTION[4] });
    expect(data.items[0]!.body).toMatch(/^Hi \w+/);
    expect(data.items[0]!.body).not.toContain("{{");
  });
});

describe("a campaign that was sent", () => {
  let id: string;
  let since: string;

  beforeAll(async () => {
    id = await draft({ name: '=Sale; "big"' });
    await owner.query("campaigns.preflight", { id });
    since = new Date().toISOString();
    await owner.mutate("campaigns.launch", { id });
    await freezeNextChunk(server.sql, id, 1);
    const jobs = await server.sql<{ id: string }[]>`select id from send_jobs where campaign_id = ${id}`;
    const { messages } = await claimForSending(
      server.sql,
      tenantId,
      jobs.map((job) => job.id),
    );
    const done = { carrierStatus: "queued", submittedAt: new Date(), code: null, httpStatus: 201 } as const;
    await settleSends(
      server.sql,
      messages.map(({ attemptId }, at) => ({ attemptId, state: "accepted", sid: `SM${at}`, ...done })),
    );
    await ingestStatusEvents(server.sql, [
      {
        attemptId: messages[0]!.attemptId,
        messageSid: "SM0",
        messageStatus: "delivered",
        errorCode: null,
        payload: {},
      },
      {
        attemptId: messages[1]!.attemptId,
        messageSid: "SM1",
        messageStatus: "undelivered",
        errorCode: 30003,
        payload: {},
      },
    ]);
  });

  it("shows throughput beside the forecast", async () => {
    const { data } = await owner.query<{ points: ThroughputPoint[]; forecast: Campaign["forecast"] }>(
      "campaigns.pace",
      { id },
    );
    const sum = (of: (point: ThroughputPoint) => number) =>
      data.points.reduce((total, point) => total + of(point), 0);
    expect([sum((p) => p.submitted), sum((p) => p.delivered), sum((p) => p.undelivered)]).toEqual([4, 1, 1]);
    expect(data.forecast).toMatchObject({ costMicros: expect.any(Number), evaluatedAt: expect.any(String) });
    expect(data.forecast!.curve.at(-1)!.sent).toBe(4);
  });

  it("is compared with the forecast for the way in which it was launched", async () => {
    // Monday is the first. Sending is open only on the day after tomorrow.
    const open = (new Date().getUTCDay() + 1) % 7;
    const quietHours = Array.from({ length: 7 }, (_, day) =>
      day === open ? { open: "12:00", close: "13:00" } : null,
    );
    const other = await draft({ quietHours });
    const foreseen = async () => {
      const { data } = await owner.query<{ forecast: Campaign["forecast"] }>("campaigns.pace", { id: other });
      return (new Date(data.forecast!.finishAt!).getTime() - Date.now()) / 3_600_000;
    };
    for (const anyway of [false, true, false])
      expect((await owner.query("campaigns.preflight", { id: other, anyway })).status).toBe(200);
    expect(await foreseen()).toBeGreaterThan(12);
    const reason = "Everybody here asked for it at night";
    await owner.mutate("campaigns.launch", { id: other, quietHoursOverrideReason: reason });
    expect(await foreseen()).toBeLessThan(1);
  });

  it("is exported whole, safe to open in a spreadsheet, and the audit log records the export", async () => {
    const response = await server.app.request(`/campaigns/${id}/messages.csv`, {
      headers: { cookie: owner.cookie },
    });
    expect(response.headers.get("content-type")).toMatch("text/csv");
    const lines = (await response.text()).trim().split("\r\n");
    expect(lines[0]).toMatch(/^\ufeff?phone,first_name/);
    expect(lines).toHaveLength(1 + FICTION.length);
    expect(lines.filter((line) => line.includes(",delivered,")).length).toBe(1);
    expect(lines.some((line) => line.includes("Do not contact"))).toBe(true);
    const audit = await owner.query<Page<{ action: string }>>("audit.list", {});
    expect(audit.data.items[0]).toMatchObject({ action: "campaign.export" });
  });

  it("is exported from a replica that follows closely, and the name says up to when the file is complete", async () => {
    const asOf = new Date("2026-11-02T03:04:05.678Z");
    const { database, reports } = server.dependencies;
    const replica = { ...database };
    const asked = vi.spyOn(replica, "asTenant");
    vi.spyOn(reports, "source").mockResolvedValueOnce({ database: replica, asOf });
    const response = await server.app.request(`/campaigns/${id}/messages.csv`, {
      headers: { cookie: owner.cookie },
    });
    expect(response.headers.get("x-as-of")).toBe(asOf.toISOString());
    expect(response.headers.get("content-disposition")).toContain("as-of-2026-11-02T03-04-05.678Z.csv");
    expect((await response.text()).trim().split("\r\n")).toHaveLength(1 + FICTION.length);
    expect(asked).toHaveBeenCalledOnce();
  });

  it("lists queued messages by status across all campaigns", async () => {
    const other = await draft({ name: "Held" });
    await server.sql`update campaigns set status = 'paused', launched_at = now() where id = ${other}`;
    await server.sql`insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, hold_reason)
      select tenant_id, ${other}, id, phone_e164, country, 'Paused' from contacts where tenant_id = ${tenantId}`;
    const list = async (input: object) => (await owner.query<Page<MessageRow>>("messages.list", input)).data;
    const [counted] = await server.sql`select count(*)::int as queued from send_jobs where status = 'queued'`;
    expect((await list({ status: "queued" })).items).toHaveLength(counted!.queued);
    expect((await list({ status: "queued", reason: "Paused" })).items.map((row) => row.campaignName)).toEqual(
      FICTION.map(() => "Held"),
    );
    expect((await list({ status: "unknown" })).items).toEqual([]);
    const first = await list({ status: "queued", reason: "Paused", limit: 3 });
    const second = await list({ status: "queued", reason: "Paused", limit: 3, cursor: first.nextCursor });
    const ids = [...first.items, ...second.items].map((row) => row.id);
    expect(new Set(ids).size).toBe(FICTION.length);
    expect(second.nextCursor).toBeNull();
  });

  it("can't be exported by another tenant", async () => {
    const url = `/campaigns/${id}/messages.csv`;
    expect((await server.app.request(url)).status).toBe(401);
    await createTenant(server.sql, "other");
    const other = await server.signIn("owner@other.example.com");
    expect((await server.app.request(url, { headers: { cookie: other.cookie } })).status).toBe(404);
    expect(
      (await server.app.request("/campaigns/x/messages.csv", { headers: { cookie: owner.cookie } })).status,
    ).toBe(404);
  });

  it("can be filtered by when it was queued, and the day's figures match the rows that they count", async () => {
    const list = async (input: object) =>
      (await owner.query<Page<MessageRow>>("messages.list", { campaignId: id, ...input })).data.items;
    expect(await list({ since })).toHaveLength(5);
    expect(await list({ until: since })).toHaveLength(0);
    const { data } = await owner.query<Summary>("home.summary");
    const rows = async (input: object) =>
      (await owner.query<Page<MessageRow>>("messages.list", { submittedSince: data.today.since, ...input }))
        .data.items;
    expect(data.today).toMatchObject({ submitted: (await rows({})).length, optOuts: 1 });
    expect(data.today.delivered).toBe((await rows({ status: "delivered" })).length);
    expect(data.today.failed).toBe((await rows({ status: "failed" })).length);
    expect(data.pace.reduce((sum, point) => sum + point.submitted, 0)).toBe(data.today.submitted);
    expect(data.zones.map((row) => row.country)).toContain("AU");
  });
});

it("changes a budget at once, with the reason on record", async () => {
  const short = await owner.mutate("budget.change", { dailyBudgetCents: 1, reason: "" });
  expect(short.code).toBe("BAD_REQUEST");
  const changed = await owner.mutate<BudgetStatus>("budget.change", {
    dailyBudgetCents: 123_456,
    reason: "Election day",
  });
  expect(changed.data.dailyBudgetMicros).toBe(1_234_560_000);
  expect(changed.data.monthlyBudgetMicros).toBe(10_000_000_000);
  const audit = await owner.query<Page<{ action: string; detail: object }>>("audit.list", {});
  expect(audit.data.items[0]).toMatchObject({ action: "budget.change", detail: { reason: "Election day" } });
  const viewer = await server.signIn("viewer@acme.example.com");
  expect((await viewer.mutate("budget.change", { dailyBudgetCents: 1, reason: "no" })).code).toBe(
    "FORBIDDEN",
  );
});
