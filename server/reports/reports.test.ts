import { timeOrderedId } from "@smscrm/db/postgres/time-ordered-ids";
import { countChanges } from "@smscrm/db/reports/count";
import { addDueMails, takeMail } from "@smscrm/db/reports/mails";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { openMailer } from "../mail/mailer.ts";
import { startMailServer, type TestMailServer } from "../testing/mail-server.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { Report } from "./report.ts";
import { sendNextReport } from "./send-report.ts";

let server: TestServer;
let mail: TestMailServer;
let tenantId: string;
let owner: Caller;
let viewer: Caller;
let other: Caller;

/** A Wednesday in Sydney; its last week is 16 to 22 November. */
const NOW = new Date("2026-11-25T02:00:00Z");
const PERIOD = { period: "custom", from: "2026-11-16", to: "2026-11-22" };

beforeAll(async () => {
  mail = await startMailServer();
  server = await startTestServer({ mailer: openMailer({ url: mail.url, from: "Acme <texts@example.com>" }) });
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  await createTenant(server.sql, "other");
  owner = await server.signIn("owner@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  other = await server.signIn("owner@other.example.com");
  await send();
  while ((await countChanges(server.dependencies.pipeline))?.more !== false);
});
afterAll(async () => {
  await server.close();
  await mail.close();
});

/** Four messages of that week, one of the week before: one delivered, one refused by the carrier, one open, one not sent. */
async function send(): Promise<void> {
  const { sql } = server;
  const contacts = await addContacts(sql, tenantId, FICTION);
  const [number] = await sql<{ id: string }[]>`
    insert into sending_numbers (tenant_id, phone_e164, country, label, segments_per_second)
    values (${tenantId}, '+61480000001', 'AU', 'Shop', 10) returning id`;
  const [campaign] = await sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status) values (${tenantId}, 'Spring', 'Hi', '{"kind":"all"}', 'completed') returning id`;
  const messages = [
    { at: "2026-11-16T23:00:00Z", state: "accepted", status: "delivered" },
    { at: "2026-11-17T00:00:00Z", state: "rejected", status: null },
    { at: "2026-11-21T05:00:00Z", state: "accepted", status: "sent" },
    { at: "2026-11-21T05:00:00Z", state: null, status: null },
    { at: "2026-11-10T05:00:00Z", state: "accepted", status: "delivered" },
  ];
  for (const [n, { at, state, status }] of messages.entries()) {
    const [job] = await sql<{ id: string }[]>`
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
      values (${tenantId}, ${campaign!.id}, ${contacts[n]!}, ${FICTION[n]!}, 'AU') returning id`;
    if (!state) {
      await sql`update send_jobs set status = 'failed', failure_reason = 'Consent', gate = 'consent', final_at = ${at} where id = ${job!.id}`;
      continue;
    }
    const id = timeOrderedId(new Date(at));
    await sql`
      insert into send_attempts (id, tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone, body,
        segments, validity_seconds, budget_day, budget_month, reserved_micros, spent_micros, claimed_at, state, carrier_status, final_at)
      values (${id}, ${tenantId}, ${job!.id}, ${campaign!.id}, 1, ${number!.id}, '+61480000001', ${FICTION[n]!}, 'Hi', 1, 300,
        '2026-11-16', '2026-11-01', 0, ${state === "accepted" ? 50_000 : 0}, ${at}, ${state}, ${status}, ${status === "delivered" ? at : null})`;
    await sql`
      update send_jobs set last_attempt_id = ${id}, attempts = 1, status = ${state === "rejected" ? "failed" : status === "delivered" ? "delivered" : "sent"},
        failure_reason = ${state === "rejected" ? "Provider error" : null}, gate = ${state === "rejected" ? "carrier" : null}, sent_at = ${at}
      where id = ${job!.id}`;
  }
}

const view = (by: Caller, asked: object = {}) => by.query<Report>("reports.view", { ...PERIOD, ...asked });

describe("a report", () => {
  it("has the figures of the tenant's local days, compared with the equally long period before", async () => {
    const { data } = await view(owner);
    expect(data).toMatchObject({
      before: { from: "2026-11-09", to: "2026-11-15" },
      zone: "Australia/Sydney",
      totals: {
        sent: 3,
        delivered: 1,
        failed: 1,
        open: 1,
        notSent: 1,
        costMicros: 100_000,
        estimatedMicros: 100_000,
      },
      totalsBefore: { sent: 1, delivered: 1 },
      rows: [{ name: "Spring", sent: 3, notSent: 1 }],
    });
    // 23:00 UTC on the 16th is the 17th in Sydney.
    expect(data.days.map(({ day }) => day)).toEqual(["2026-11-17", "2026-11-21"]);
    expect((await view(owner, { by: "sender" })).data.rows[0]).toMatchObject({ name: "Shop", sent: 3 });
    expect((await view(owner, { by: "hour" })).data.rows.map(({ key, sent }) => [key, sent])).toContainEqual([
      "10",
      1,
    ]);
  });

  it("opens as many messages as each of its figures says, by every dimension", async () => {
    let opened = 0;
    for (const by of [
      "campaign",
      "audience",
      "template",
      "sender",
      "country",
      "hour",
      "weekday",
      "failed",
      "notSent",
    ]) {
      const { rows } = (await view(owner, { by })).data;
      for (const row of rows)
        for (const figure of ["sent", "delivered", "failed", "open", "notSent"] as const) {
          const counted = { figure, from: PERIOD.from, to: PERIOD.to, by, key: row.key };
          const { data } = await owner.query<{ items: unknown[] }>("messages.list", { counted });
          expect([by, row.key, figure, data.items.length]).toEqual([by, row.key, figure, row[figure]]);
          opened += data.items.length;
        }
    }
    expect(opened).toBeGreaterThan(40);
  });

  it("shows nothing of another organisation", async () => {
    expect((await view(other)).data).toMatchObject({ totals: { sent: 0, notSent: 0 }, rows: [] });
    const counted = { figure: "sent", from: PERIOD.from, to: PERIOD.to };
    expect((await other.query("messages.list", { counted })).data).toMatchObject({ items: [] });
  });

  it("shows no money to a role that may not see the budget, and no file with it", async () => {
    const [role] = await server.sql<{ id: string }[]>`
      insert into custom_roles (tenant_id, name, actions) values (${tenantId}, 'Analyst', '{campaigns.read,messages.read,contacts.export}') returning id`;
    const analyst = await server.signIn("viewer@acme.example.com");
    await server.sql`update memberships set custom_role_id = ${role!.id} where tenant_id = ${tenantId} and role = 'viewer'`;
    const { data } = await view(analyst);
    expect(data.totals).toMatchObject({ sent: 3, costMicros: null, estimatedMicros: null });
    expect(data.rows[0]).toMatchObject({ costMicros: null });
    const header = async (by: Caller) => {
      const { path } = (
        await by.mutate<{ path: string }>("exports.start", { list: "report", filter: PERIOD })
      ).data;
      return (await server.app.request(path, { headers: { cookie: by.cookie } })).text();
    };
    expect(await header(analyst)).not.toMatch(/cost/);
    expect(await header(owner)).toMatch(/,cost,.*\r\n.*,Spring,3,1,1,1,1,0,0,0,3,0\.1,0\.1,\r\n$/);
    await server.sql`update memberships set custom_role_id = null where tenant_id = ${tenantId}`;
  });

  it("refuses what is no period, and what it does not know", async () => {
    for (const wrong of [
      { period: "custom" },
      { period: "custom", from: "2026-11-02", to: "2026-11-01" },
      { period: "custom", from: "2024-01-01", to: "2026-11-01" },
      { period: "custom", from: "2026-02-30", to: "2026-03-01" },
      { period: "custom", from: "\u0000", to: "2026-03-01" },
      { by: "phone" },
      { phone: "x".repeat(20_000) },
    ])
      expect((await owner.query("reports.view", wrong)).status, JSON.stringify(wrong).slice(0, 60)).toBe(400);
  });
});

describe("a report by mail", () => {
  const due = () => addDueMails(server.dependencies.pipeline, NOW);
  const sendAll = async () => {
    while (await sendNextReport(server.dependencies));
  };
  const asked = (daysAgo: number) => server.sql`
    update report_schedules set created_at = ${new Date(NOW.getTime() - daysAgo * 86_400_000)} where tenant_id = ${tenantId}`;

  it("comes once for each week that ends after it was turned on, from however many processes", async () => {
    await owner.mutate("reports.setMail", { cadence: "week", isOn: true });
    expect((await owner.query("reports.mails")).data).toEqual({ cadences: ["week"], canMail: true });
    await asked(1);
    expect(await due()).toBe(0);
    await asked(9);
    await Promise.all([due(), due()]);
    await Promise.all([sendAll(), sendAll(), sendAll()]);
    await due();
    await sendAll();
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]!.to).toEqual(["owner@acme.example.com"]);
    expect(mail.mails[0]!.text).toMatch(/from 2026-11-16 to 2026-11-22/);
    expect(mail.mails[0]!.text).toMatch(/Sent: 3 \(before: 1\)/);
    expect(mail.mails[0]!.text).toMatch(/Cost: \w+ 0\.10/);
    expect(mail.mails[0]!.text).not.toMatch(/\+61/);
  });

  it("is sent by another process if one dies with it, and again if the mail server refused it", async () => {
    await server.sql`delete from report_mails`;
    await due();
    expect(await takeMail(server.dependencies.pipeline)).not.toBeNull();
    // That process is gone. Until its time is over nobody else sends.
    expect(await sendNextReport(server.dependencies)).toBe(false);
    await server.sql`update report_mails set taken_until = now() - interval '1 second'`;
    mail.refuse(true);
    expect(await sendNextReport(server.dependencies)).toBe(true);
    expect(mail.mails).toHaveLength(1);
    mail.refuse(false);
    await server.sql`update report_mails set taken_until = now() - interval '1 second'`;
    await sendAll();
    expect(mail.mails).toHaveLength(2);
    expect(await server.sql`select tries from report_mails where sent_at is not null`).toEqual([
      { tries: 3 },
    ]);
  });

  it("goes to nobody who has left or may not see reports any more", async () => {
    await viewer.mutate("reports.setMail", { cadence: "week", isOn: true });
    await asked(9);
    await server.sql`delete from report_mails`;
    await due();
    await server.sql`update users set disabled_at = now() where email = 'viewer@acme.example.com'`;
    await server.sql`
      update memberships set role = 'agent' where tenant_id = ${tenantId} and user_id = (select id from users where email = 'owner@acme.example.com')`;
    await sendAll();
    expect(mail.mails).toHaveLength(2);
    expect(
      await server.sql`select count(*)::int as n from report_mails where dropped_reason is not null`,
    ).toEqual([{ n: 2 }]);
    await server.sql`
      delete from memberships where tenant_id = ${tenantId} and user_id = (select id from users where email = 'viewer@acme.example.com')`;
    expect(await server.sql`select 1 from report_schedules where tenant_id = ${tenantId}`).toHaveLength(1);
    await server.sql`
      update memberships set role = 'owner' where tenant_id = ${tenantId}`;
  });

  it("can't be turned on where the server sends no mail", async () => {
    const app = createApp({ ...server.dependencies, mailer: null });
    const answer = await app.request("/trpc/reports.setMail", {
      method: "POST",
      headers: { cookie: owner.cookie, "content-type": "application/json" },
      body: JSON.stringify({ cadence: "month", isOn: true }),
    });
    expect(await answer.text()).toMatch(/This server sends no mail/);
  });
});

describe("the public page about the service", () => {
  it("does not exist unless it is turned on", async () => {
    expect((await server.app.request("/status")).status).toBe(404);
  });

  it("shows the installation's figures and incidents, nothing of an organisation, and is made once a minute", async () => {
    const { sql } = server;
    await sql`
      insert into alerts (tenant_id, rule, severity, state, summary, value, since, judged_at, opened_at, resolved_at) values
        (null, 'queue-depth', 'critical', 'resolved', 'secret figures', 1, now(), now(), now() - interval '2 days', now() - interval '1 day'),
        (${tenantId}, 'failure-rate', 'warning', 'open', 'acme', 1, now(), now(), now(), null)`;
    await sql`
      insert into service_minutes (minute, service, instance) values (date_trunc('minute', now()), 'api', 'x')`;
    await sql`
      insert into service_hours (hour, deliveries, queue_delay_seconds)
      values (date_trunc('hour', now()) - interval '3 hours', ${[0, 0, 90, 0, 10, ...Array<number>(19).fill(0)]}::int[], 4)`;
    const app = createApp({ ...server.dependencies, publicStatusPage: true });
    const first = await app.request("/status");
    const html = await first.text();
    expect(first.status).toBe(200);
    expect(first.headers.get("cache-control")).toBe("public, max-age=60");
    expect(html).toMatch(/Service status: normal/);
    expect(html).toMatch(/half in 3 s, 95 % in 5 s/);
    expect(html).toMatch(/More than 10,000 messages wait in the queue/);
    expect(html).not.toMatch(/acme|secret figures|Failure rate/i);
    await sql`update alerts set resolved_at = null, state = 'open' where tenant_id is null`;
    expect(await (await app.request("/status")).text()).toBe(html);
    expect(
      await (await createApp({ ...server.dependencies, publicStatusPage: true }).request("/status")).text(),
    ).toMatch(/Service status: impaired/);
  });
});
