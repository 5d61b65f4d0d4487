import { randomUUID } from "node:crypto";
import type { AbTest } from "@smscrm/core/campaigns/ab-test/ab-test";
import { afterEach, beforeEach, expect, test } from "vitest";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture, strangeSid } from "../testing/send-fixture.ts";
import { takeMissedInbound } from "./inbound.ts";
import { confirmIdentity, findOpenRestore } from "./lock.ts";
import { type CarrierSent, takeMissedOutbound } from "./outbound.ts";

let fixture: SendFixture;
let restoreId: string;
beforeEach(async () => {
  fixture = await openSendFixture();
});
afterEach(() => fixture.close());

const BODY = "Hi {{first_name|there}}, our sale is on. Reply STOP to opt out";
const HOUR_AGO = new Date(Date.now() - 3_600_000);

async function lock(): Promise<void> {
  const [row] = await fixture.sql<{ id: string }[]>`select lock_after_restore(${HOUR_AGO}, 'a test') as id`;
  restoreId = row!.id;
}

const sent = (from: string, to: string, body: string, more: Partial<CarrierSent> = {}): CarrierSent => ({
  sid: strangeSid(),
  from,
  to,
  body,
  status: "delivered",
  errorCode: null,
  priceMicros: 51_500,
  createdAt: new Date(),
  ...more,
});

const take = (...messages: CarrierSent[]) => takeMissedOutbound(fixture.sql, restoreId, messages);

const differences = () =>
  fixture.sql<{ kind: string; phone: string }[]>`
    select kind, phone_e164 as phone from restore_differences order by phone_e164, kind`;

async function statuses(campaignId: string) {
  const rows = await fixture.sql<{ phone: string; status: string }[]>`
    select phone_e164 as phone, status from send_jobs where campaign_id = ${campaignId} order by phone_e164`;
  return rows.map(({ phone, status }) => `${phone.slice(-1)} ${status}`);
}

test("a message that the carrier has counts as sent and spent, and is not claimed again", async () => {
  const { running, claim, sql } = fixture;
  const { tenantId, sender, campaignId, jobIds } = await running(3, { body: BODY });
  await lock();
  const message = sent(sender.phone, "+61401000002", "Hi Bob, our sale is on. Reply STOP to opt out");
  await take(message);
  await take(message);
  expect(await statuses(campaignId)).toEqual(["1 queued", "2 delivered", "3 queued"]);
  expect(await differences()).toEqual([{ kind: "sent", phone: "+61401000002" }]);
  const [attempt] =
    await sql`select state, carrier_sid as sid, spent_micros::int as spent, body from send_attempts`;
  expect(attempt).toEqual({ state: "accepted", sid: message.sid, spent: 51_500, body: message.body });
  expect(await violations(sql)).toEqual([]);
  expect((await claim(tenantId, jobIds)).messages).toEqual([]);
  await sql`update tenants set restore_locked_at = null`;
  expect((await claim(tenantId, jobIds)).messages.map(({ to }) => to.slice(-1)).sort()).toEqual(["1", "3"]);
  expect(await violations(sql)).toEqual([]);
});

test("a message with any text of an A/B test counts as sent, and nobody gets the other text after it", async () => {
  const { running, claim, sql } = fixture;
  const abTest: AbTest = {
    ...{ percent: 20, atLeast: 100, measure: "replies", waitMinutes: 60 },
    ...{ choice: "hand", unclear: "hold", defaultVariant: 1 },
    texts: ["{{first_name|there}}, the sale is on. Reply STOP to opt out"],
  };
  const { tenantId, sender, campaignId, jobIds } = await running(3, { body: BODY, abTest });
  await lock();
  await take(sent(sender.phone, "+61401000002", "Bob, the sale is on. Reply STOP to opt out"));
  expect(await statuses(campaignId)).toEqual(["1 queued", "2 delivered", "3 queued"]);
  await sql`update tenants set restore_locked_at = null`;
  expect((await claim(tenantId, jobIds)).messages.map(({ to }) => to.slice(-1)).sort()).toEqual(["1", "3"]);
});

test("two messages with one text to one person get separate jobs", async () => {
  const { running, campaign, frozen, sql } = fixture;
  const { tenantId, sender, campaignId } = await running(1, { body: BODY });
  const other = await campaign(tenantId, { body: BODY });
  await frozen(other);
  await lock();
  const text = "Hi Ann, our sale is on. Reply STOP to opt out";
  await take(sent(sender.phone, "+61401000001", text));
  expect([...(await statuses(campaignId)), ...(await statuses(other))].sort()).toEqual([
    "1 delivered",
    "1 queued",
  ]);
  await take(sent(sender.phone, "+61401000001", text), sent(sender.phone, "+61401000001", text));
  expect([...(await statuses(campaignId)), ...(await statuses(other))]).toEqual([
    "1 delivered",
    "1 delivered",
  ]);
  expect((await differences()).map(({ kind }) => kind)).toEqual(["sent", "sent", "sent-elsewhere"]);
  expect(await violations(sql)).toEqual([]);
});

test("an attempt that was under way at the backup gets its own message", async () => {
  const { running, claim, sql, attempt } = fixture;
  const { tenantId, sender, campaignId, jobIds } = await running(2, { body: BODY });
  const { messages } = await claim(tenantId, jobIds.slice(0, 1));
  await lock();
  const [{ attemptId, body, to }] = messages as [(typeof messages)[0]];
  const message = sent(sender.phone, to, body, { status: "sent" });
  await take(message);
  expect(await attempt(attemptId)).toMatchObject({ state: "accepted", sid: message.sid });
  // Jobs of one millisecond have no fixed order, so either person may be first.
  const other = to.endsWith("1") ? "2 queued" : "1 queued";
  expect(await statuses(campaignId)).toEqual([`${to.slice(-1)} sent`, other].sort());
  expect(await violations(sql)).toEqual([]);
});

test("a draft that was launched after the backup skips its recipients at the next launch", async () => {
  const { running, campaign, frozen, sql } = fixture;
  const { tenantId, sender } = await running(2, { body: "Something else" });
  const draft = await campaign(tenantId, { body: BODY, status: "draft" });
  await lock();
  const newcomer = "+61401000009";
  await take(
    sent(sender.phone, "+61401000001", "Hi Ann, our sale is on. Reply STOP to opt out"),
    sent(sender.phone, newcomer, "Hi there, our sale is on. Reply STOP to opt out"),
  );
  await sql`update campaigns set status = 'launching' where id = ${draft}`;
  await frozen(draft);
  expect(await statuses(draft)).toEqual(["1 delivered", "2 queued", "9 delivered"]);
  const [contact] =
    await sql`select consent_basis as consent, country from contacts where phone_e164 = ${newcomer}`;
  expect(contact).toEqual({ consent: "unknown", country: "AU" });
  expect(await violations(sql)).toEqual([]);
});

test("a number that is newer than the backup is added, but not used", async () => {
  const { running, sql } = fixture;
  const { campaignId } = await running(1, { body: BODY });
  await lock();
  await take(sent("+61480009999", "+61401000001", "Hi Ann, our sale is on. Reply STOP to opt out"));
  expect(await statuses(campaignId)).toEqual(["1 delivered"]);
  const [number] = await sql`select status from sending_numbers where phone_e164 = '+61480009999'`;
  expect(number).toEqual({ status: "retired" });
});

test("a text that was deleted at the carrier takes a waiting message with it", async () => {
  const { running } = fixture;
  const { sender, campaignId } = await running(1, { body: BODY });
  await lock();
  await take(sent(sender.phone, "+61401000001", ""));
  expect(await statuses(campaignId)).toEqual(["1 delivered"]);
});

test("a message that nothing here explains is only shown", async () => {
  const { running, sql } = fixture;
  const { sender, campaignId } = await running(1, { body: BODY });
  await lock();
  await take(
    sent(sender.phone, "+61401000001", "A campaign that was lost"),
    sent("+15005550006", "+61409999999", "?"),
  );
  expect(await statuses(campaignId)).toEqual(["1 queued"]);
  const rows = await sql`select kind, tenant_id is null as nobody from restore_differences order by body`;
  expect(rows.map((row) => `${row.kind} ${row.nobody}`)).toEqual([
    "sent-elsewhere true",
    "sent-elsewhere false",
  ]);
});

test("yesterday's and today's messages count towards the day that paid for them", async () => {
  const { running, sql } = fixture;
  const { sender } = await running(2, { body: BODY });
  await sql`update budgets set local_day = local_day - 1, daily_spent_cents = 0`;
  await lock();
  const text = "Hi Ann, our sale is on. Reply STOP to opt out";
  await take(
    sent(sender.phone, "+61401000001", text, { createdAt: new Date(Date.now() - 26 * 3_600_000) }),
    sent(sender.phone, "+61401000002", text),
  );
  const [budget] = await sql`select daily_spent_cents::float as spent from budgets`;
  expect(budget).toEqual({ spent: 5.15 });
  const [number] = await sql`select sent_today as sent from sending_numbers`;
  expect(number).toEqual({ sent: 1 });
  expect((await violations(sql)).filter((one) => one.includes("budget"))).toEqual([]);
});

test("a message of today is paid by the later day that a tenant has spent from already, as in a claim", async () => {
  const { running, sql } = fixture;
  const { sender } = await running(1, { body: BODY });
  await sql`update budgets set local_day = current_date + 40, local_month = date_trunc('month', current_date + 40)`;
  await sql`update sending_numbers set sent_on = current_date + 40, sent_today = 5`;
  await lock();
  await take(sent(sender.phone, "+61401000001", "Hi Ann, our sale is on. Reply STOP to opt out"));
  const [budget] = await sql`
    select daily_spent_cents::float as day, monthly_spent_cents::float as month, local_day > current_date + 39 as kept
    from budgets`;
  expect(budget).toEqual({ day: 5.15, month: 5.15, kept: true });
  const [number] = await sql`select sent_today as sent from sending_numbers`;
  expect(number).toEqual({ sent: 6 });
  expect((await violations(sql)).filter((one) => one.includes("budget"))).toEqual([]);
});

test("texts since the backup are stored in order: the later of STOP and START counts", async () => {
  const { running, sql } = fixture;
  const { sender } = await running(3);
  await lock();
  const at = (seconds: number) => new Date(Date.now() + seconds * 1_000);
  const received = (from: string, body: string, seconds: number) => ({
    sid: strangeSid(),
    from,
    to: sender.phone,
    body,
    createdAt: at(seconds),
  });
  const texts = [
    received("+61401000001", "START", 200),
    received("+61401000001", "STOP", 100),
    received("+61401000002", "please stop texting me", 300),
    received("+61401000003", "Thanks!", 400),
  ];
  await takeMissedInbound(sql, restoreId, texts);
  await takeMissedInbound(sql, restoreId, texts);
  const listed = await sql`select phone_e164 as phone, source from do_not_contact`;
  expect(listed).toEqual([{ phone: "+61401000002", source: "reply" }]);
  expect((await differences()).map(({ kind }) => kind)).toEqual(["opt-in", "opt-out", "opt-out", "reply"]);
});

test("another database than the workers knew is locked, from the time when they last saw the old one", async () => {
  const { running, claim, sql } = fixture;
  const { tenantId, jobIds } = await running(1);
  expect(await confirmIdentity(sql)).toBe("new");
  expect(await confirmIdentity(sql)).toBe("same");
  await sql`update database_identity set identity = ${randomUUID()}, seen_at = ${HOUR_AGO}`;
  // No worker has noticed the restore yet.
  expect(await claim(tenantId, jobIds)).toMatchObject({ messages: [], held: 1 });
  expect(await confirmIdentity(sql)).toBe("locked");
  expect(await confirmIdentity(sql)).toBe("same");
  expect(await findOpenRestore(sql)).toMatchObject({ backupAt: HOUR_AGO, checkedUntil: null });
  expect(await claim(tenantId, jobIds)).toMatchObject({ messages: [], held: 1 });
  const [job] = await sql`select verdict->'looked'->>'paused' as paused from send_jobs`;
  expect(job).toEqual({ paused: "restore" });
});

test("a second restore before the first unlock covers the time of both", async () => {
  await fixture.tenant();
  await lock();
  await fixture.sql`select lock_after_restore(clock_timestamp(), 'again')`;
  expect(await findOpenRestore(fixture.sql)).toMatchObject({ backupAt: HOUR_AGO });
});
