import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ingestInbound, ingestStatusEvents } from "../carrier/webhooks.ts";
import { migrateDatabase } from "../migrations.ts";
import { openPipeline } from "../postgres/connection.ts";
import { createOldDatabase } from "../testing/old-database.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { clearUnreachable } from "./carrier-feedback.ts";

const PERSON = "+61491570006";

let fixture: SendFixture;
let tenantId: string;
let sids = 0;
const nextSid = () => `SM${String(++sids).padStart(32, "0")}`;

beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  await fixture.people(tenantId, { phones: [PERSON], tags: ["one"] });
});

/** A message to the person, claimed this many days ago, with the carrier's status. */
async function message(daysAgo: number, messageStatus: string, errorCode: number | null): Promise<void> {
  const { sql, campaign, frozen, claim } = fixture;
  const [jobId] = await frozen(await campaign(tenantId, { tags: ["one"] }));
  const { messages } = await claim(tenantId, [jobId!]);
  // An unreachable person is not texted, so the attempt is written directly: the test is about later reports.
  const attemptId = messages[0]?.attemptId;
  if (!attemptId) throw new Error("nothing was sent");
  await ingestStatusEvents(sql, [
    { attemptId, messageSid: nextSid(), messageStatus, errorCode, payload: {} },
  ]);
  await sql`update send_attempts set claimed_at = claimed_at - make_interval(days => ${daysAgo}),
    final_at = final_at - make_interval(days => ${daysAgo}) where id = ${attemptId}`;
}

const person = async () => {
  const [row] = await fixture.sql<{ id: string; reason: string | null; until: Date | null }[]>`
    select id, invalid_reason as reason, invalid_until as until from contacts
    where tenant_id = ${tenantId} and phone_e164 = ${PERSON}`;
  return row!;
};
/** Whether a campaign would be sent to the person now. */
async function isTexted(): Promise<boolean> {
  const [jobId] = await fixture.frozen(await fixture.campaign(tenantId, { tags: ["one"] }));
  return (await fixture.claim(tenantId, [jobId!])).messages.length === 1;
}

test.each([21612, 30008, 30999, null])(
  "code %s says nothing about the person, even if it repeats",
  async (code) => {
    for (const daysAgo of [3, 2, 1, 0]) await message(daysAgo, "undelivered", code);
    expect(await person()).toMatchObject({ reason: null });
  },
);

test.each([30003, 30006])("code %s on three days makes a number unreachable, for a while", async (code) => {
  await message(2, "undelivered", code);
  await message(1, "undelivered", code);
  expect((await person()).reason).toBeNull();
  await message(0, "undelivered", code);
  const { reason, until } = await person();
  expect(reason).toContain(String(code));
  expect(until!.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  expect(await isTexted()).toBe(false);
  await fixture.sql`update contacts set invalid_until = clock_timestamp() where tenant_id = ${tenantId}`;
  expect(await isTexted()).toBe(true);
});

test("three failures on one day count once, and failures a month ago do not count", async () => {
  await message(40, "undelivered", 30003);
  await message(35, "undelivered", 30003);
  for (let nth = 0; nth < 3; nth += 1) await message(0, "undelivered", 30003);
  expect((await person()).reason).toBeNull();
});

test("a delivery in between restarts the count", async () => {
  await message(4, "undelivered", 30003);
  await message(3, "undelivered", 30003);
  await message(2, "delivered", null);
  await message(1, "undelivered", 30003);
  await message(0, "undelivered", 30003);
  expect((await person()).reason).toBeNull();
});

test("a known fact about the number stays, until the person writes or an operator clears it", async () => {
  await message(0, "undelivered", 30005);
  expect(await person()).toMatchObject({ reason: expect.stringContaining("30005"), until: null });
  const text = {
    messageSid: nextSid(),
    from: PERSON,
    to: "+61444000199",
    body: "Hi",
    optOutType: null,
    payload: null,
  };
  const [number] = await fixture.sql<{ phone: string }[]>`
    select phone_e164 as phone from sending_numbers where tenant_id = ${tenantId}`;
  await ingestInbound(fixture.sql, { ...text, to: number!.phone });
  expect((await person()).reason).toBeNull();
  await message(0, "undelivered", 30005);
  const { id } = await person();
  expect(await fixture.database.asTenant(tenantId, (tx) => clearUnreachable(tx, tenantId, id))).toBe(true);
  expect(await isTexted()).toBe(true);
});

test("the migration clears marks with weak evidence, and reports how many", async () => {
  const { url, drop } = await createOldDatabase("0013_leases");
  const sql = openPipeline(url, { name: "old contacts", max: 2 });
  try {
    const [tenant] = await sql<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours)
      values ('Old', 'Australia/Sydney', 'AU', 0, 0, '{}') returning id`;
    const marked = {
      "+61491570006": "The carrier reported error 30999, new to this program.",
      "+61491570156": "Landline or carrier not reachable (carrier code 30006).",
      "+61491570157":
        "Unknown handset: number does not exist or is no longer in service (carrier code 30005).",
    };
    for (const [phone, why] of Object.entries(marked))
      await sql`insert into contacts (tenant_id, phone_e164, country, line_type, invalid_reason, strikes)
        values (${tenant!.id}, ${phone}, 'AU', 'MOBILE', ${why}, 3)`;
    await migrateDatabase(url);
    const left = await sql`select phone_e164 as phone from contacts where invalid_reason is not null`;
    expect(left).toEqual([{ phone: "+61491570157" }]);
    const [noted] = await sql`select detail from audit_log where action = 'contact.reachable-again'`;
    expect(noted!.detail).toMatchObject({ contacts: 2 });
  } finally {
    await sql.end();
    await drop();
  }
});
