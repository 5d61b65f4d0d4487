import { createHmac } from "node:crypto";
import { assignNumber, takeNumberBack } from "@smscrm/db/senders/number-assignment";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Caller,
  createTenant,
  PUBLIC_URL,
  startTestServer,
  type TestServer,
  TOKEN,
} from "../testing/test-api.ts";

// ACMA's numbers for fiction.
const PERSON = "+61491570006";

let server: TestServer;
let one: { id: string; owner: Caller };
let other: { id: string; admin: Caller; viewer: Caller };
let number: string;
let numbers = 0;

beforeAll(async () => {
  server = await startTestServer();
  const oneId = await createTenant(server.sql, "one");
  const otherId = await createTenant(server.sql, "other", ["admin", "viewer"]);
  one = { id: oneId, owner: await server.signIn("owner@one.example.com") };
  other = {
    id: otherId,
    admin: await server.signIn("admin@other.example.com"),
    viewer: await server.signIn("viewer@other.example.com"),
  };
});
afterAll(() => server.close());

beforeEach(async () => {
  numbers += 1;
  number = `+614440009${String(numbers).padStart(2, "0")}`;
  await server.sql`delete from do_not_contact`;
});

let sids = 0;
/** Sends a signed text from a handset. */
async function text(body: string, to = number): Promise<void> {
  sids += 1;
  const params: Record<string, string> = {
    MessageSid: `SM${String(sids).padStart(32, "0")}`,
    From: PERSON,
    To: to,
    Body: body,
  };
  const signed = Object.keys(params)
    .sort()
    .reduce((all, name) => all + name + params[name], `${PUBLIC_URL}/webhooks/twilio/inbound`);
  const response = await server.app.request("/webhooks/twilio/inbound", {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": createHmac("sha1", TOKEN).update(signed).digest("base64"),
    },
    body: new URLSearchParams(params).toString(),
  });
  expect(response.status).toBe(200);
}

const assign = (tenantId: string) =>
  assignNumber(server.sql, {
    tenantId,
    phone: number,
    kind: "long-code",
    country: "AU",
    label: null,
    segmentsPerSecond: 10,
    by: "operator@console",
  });

const listed = async (tenantId: string) =>
  (await server.sql`select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${PERSON}`)
    .length === 1;

/** Makes the tenant send the person a text from the number. */
async function sentBy(tenantId: string): Promise<void> {
  const [sender] = await server.sql<{ id: string }[]>`
    select id from sending_numbers where tenant_id = ${tenantId} and phone_e164 = ${number}`;
  const [contact] = await server.sql<{ id: string }[]>`
    insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis)
    values (${tenantId}, ${PERSON}, 'AU', 'MOBILE', 'express')
    on conflict (tenant_id, phone_e164) do update set country = 'AU' returning id`;
  const [campaign] = await server.sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, launched_at)
    values (${tenantId}, 'Sale', 'Hi', '{"kind":"all"}', 'running', now()) returning id`;
  const [job] = await server.sql<{ id: string }[]>`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    values (${tenantId}, ${campaign!.id}, ${contact!.id}, ${PERSON}, 'AU') returning id`;
  await server.sql`
    insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
      body, segments, validity_seconds, state, budget_day, budget_month, reserved_micros, claimed_at)
    values (${tenantId}, ${job!.id}, ${campaign!.id}, 1, ${sender!.id}, ${number}, ${PERSON}, 'Hi', 1, 300, 'accepted',
      now()::date, date_trunc('month', now())::date, 0, now())`;
}

describe("a number of nobody", () => {
  it("is shown to no tenant's viewer, in the diagnosis or elsewhere", async () => {
    await text("STOP");
    for (const path of ["system.diagnosis", "system.status", "numbers.list", "home.overview", "inbox.list"]) {
      const answer = await other.viewer.query(path, {});
      expect(JSON.stringify(answer), path).not.toContain(number.slice(1));
    }
  });

  it("can't be claimed by a tenant's admin, who gets the same answer for a number that is assigned", async () => {
    const asking = (phone: string) =>
      other.admin.mutate("numbers.add", { phone, kind: "long-code", country: "AU", segmentsPerSecond: 10 });
    const free = await asking(number);
    expect(free.code).toBe("FORBIDDEN");
    expect(free.message).toContain(`pnpm ops number assign NUMBER --tenant ${other.id}`);
    await assign(one.id);
    expect(await asking(number)).toEqual(free);
    const direct = server.dependencies.database.asTenant(other.id, (tx) =>
      tx.execute(
        `insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second) values ('${other.id}', '+61444000899', 'AU', 1)`,
      ),
    );
    await expect(direct).rejects.toThrow();
  });

  it("keeps a STOP, which takes effect once the number is assigned", async () => {
    await text("STOP");
    expect(await assign(one.id)).toEqual({ outcome: "assigned", texts: 1, optOuts: 1 });
    expect(await listed(one.id)).toBe(true);
    expect(await listed(other.id)).toBe(false);
    const audit = await one.owner.query<{ items: { action: string }[] }>("audit.list", {});
    expect(audit.data.items[0]).toMatchObject({
      action: "number.assign",
      detail: { by: "operator@console" },
    });
  });
});

it("a diagnosis counts a tenant's own repeated webhooks, not its neighbour's", async () => {
  await server.sql`
    insert into webhook_events (tenant_id, kind, message_sid, message_status, signature_valid, outcome, payload, times_received)
    values (${one.id}, 'inbound', 'SMrepeated', 'received', true, 'merged', '{}', 9)`;
  const said = async (caller: Caller) => JSON.stringify(await caller.query("system.diagnosis"));
  expect(await said(one.owner)).toContain("1 event came more than three times");
  expect(await said(other.viewer)).toContain("No event came more than three times");
});

describe("a number that changes hands", () => {
  it("is one tenant's at a time", async () => {
    await assign(one.id);
    expect(await assign(other.id)).toMatchObject({ outcome: "taken", tenantId: one.id });
    const both = await Promise.all([
      takeNumberBack(server.sql, { phone: number, tenantId: null, by: "a" }),
      takeNumberBack(server.sql, { phone: number, tenantId: null, by: "b" }),
    ]);
    expect(both.filter(Boolean)).toHaveLength(1);
    const outcomes = (await Promise.all([assign(one.id), assign(other.id)])).map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(["assigned", "taken"]);
  });

  it("applies a STOP to all who texted the person from it, and to nobody else", async () => {
    await assign(one.id);
    await sentBy(one.id);
    await takeNumberBack(server.sql, { phone: number, tenantId: one.id, by: "operator" });
    await text("STOP");
    expect(await listed(one.id), "while it is nobody's").toBe(true);
    await server.sql`delete from do_not_contact`;
    await assign(other.id);
    await text("STOP");
    expect(await listed(one.id), "the former tenant").toBe(true);
    expect(await listed(other.id), "the present one").toBe(true);
    await server.sql`delete from do_not_contact`;
    await text("Where is my order?");
    const mine = await server.sql`select tenant_id from inbound_messages where body = 'Where is my order?'`;
    expect(mine).toEqual([{ tenant_id: other.id }]);
  });

  it("is not in the former tenant's list, and can't be put back into use there", async () => {
    await assign(one.id);
    const [row] = await server.sql<{ id: string }[]>`
      select id from sending_numbers where tenant_id = ${one.id} and phone_e164 = ${number}`;
    await takeNumberBack(server.sql, { phone: number, tenantId: null, by: "operator" });
    const list = await one.owner.query<{ phone: string }[]>("numbers.list");
    expect(list.data.map(({ phone }) => phone)).not.toContain(number);
    expect(await one.owner.mutate("numbers.update", { id: row!.id, status: "active" })).toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
