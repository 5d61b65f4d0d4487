import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, expect, test } from "vitest";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

let fixture: SendingFixture;
afterEach(() => fixture.close());

const PRICE_MICROS = 51_500;

/** Creates delivered messages of that age, with a price that is too low. */
async function delivered(phones: number | string[], minutesAgo: number) {
  fixture = await openSendingFixture("postgres");
  const { sql, tenant, number, people, campaign, startOne, stopOne, until, count } = fixture;
  const tenantId = await tenant();
  await number(tenantId);
  await people(tenantId, { phones });
  await campaign(tenantId);
  const worker = startOne();
  const all = Array.isArray(phones) ? phones.length : phones;
  await until("all are delivered", async () => (await count(["delivered"])) === all);
  await stopOne(worker);
  await sql`update send_attempts set spent_micros = 40000 where spent_micros = ${PRICE_MICROS}`;
  await made(minutesAgo);
  return tenantId;
}

/** Changes the time in an attempt's id. */
async function made(minutesAgo: number): Promise<void> {
  const ms = Date.now() - minutesAgo * 60_000;
  const prefix = `${ms.toString(16).padStart(12, "0").slice(0, 8)}-${ms.toString(16).padStart(12, "0").slice(8)}`;
  await fixture.sql`
    with moved as (
      update send_attempts set id = (${prefix}::text || substr(id::text, 14))::uuid
      returning id, send_job_id
    ) update send_jobs j set last_attempt_id = moved.id from moved where j.id = moved.send_job_id`;
}

/** Makes the hour due that ended when messages were that old, and no other. */
async function priceAt(ageHours: number): Promise<void> {
  const { sql, startOne, stopOne, until } = fixture;
  await sql`update price_checks set due_at = now() + interval '1 day'`;
  await sql`update price_checks set due_at = now(), checked_until = now() - make_interval(hours => age_hours + 1)
    where age_hours = ${ageHours}`;
  const worker = startOne();
  await until("that hour is done", async () => {
    const [row] = await sql`
      select checked_until > now() - make_interval(hours => age_hours, mins => 5) as done from price_checks
      where age_hours = ${ageHours}`;
    return row!.done;
  });
  await stopOne(worker);
}
const attempts = () =>
  fixture.sql<{ spent: number; source: string | null }[]>`
    select spent_micros::int as spent, price_source as source from send_attempts where state = 'accepted' order by spent_micros, price_source`;

test("an hour after a message its actual price replaces ours: on the message, in the spend and in the budget", async () => {
  const tenantId = await delivered(4, 90);
  expect(await attempts()).toEqual(Array(4).fill({ spent: 40_000, source: null }));
  await priceAt(1);
  expect(await attempts()).toEqual(Array(4).fill({ spent: PRICE_MICROS, source: "carrier" }));
  const [budget] = await fixture.sql`
    select daily_spent_cents::float8 as day, monthly_spent_cents::float8 as month from budgets where tenant_id = ${tenantId}`;
  expect(budget).toEqual({ day: 20.6, month: 20.6 });
  const [bill] = await fixture.sql`select sum(spent_micros)::int as spent from campaign_spend`;
  expect(bill).toEqual({ spent: 4 * PRICE_MICROS });
  expect(await violations(fixture.sql)).toEqual([]);
});

test("a message that the carrier never prices is an estimate after 72 hours, and not before", async () => {
  // The carrier has no message with that id, so it returns no price.
  await delivered(["+61401000001"], 24.5 * 60);
  await fixture.sql`update send_attempts set carrier_sid = 'SM' || md5(id::text) where state = 'accepted'`;
  await priceAt(24);
  expect(await attempts()).toEqual([{ spent: 40_000, source: null }]);
  await made(72.5 * 60);
  await priceAt(72);
  expect(await attempts()).toEqual([{ spent: 40_000, source: "estimate" }]);
});

test("a message that failed keeps its fee", async () => {
  await delivered(2, 90);
  const [failed] = await fixture.sql`
    update send_attempts set carrier_status = 'failed', spent_micros = 1000
    where id = (select id from send_attempts where state = 'accepted' order by id limit 1) returning id`;
  expect(failed).toBeDefined();
  await priceAt(1);
  expect(await attempts()).toEqual([
    { spent: 1_000, source: null },
    { spent: PRICE_MICROS, source: "carrier" },
  ]);
});
