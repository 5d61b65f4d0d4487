import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ingestInbound } from "../carrier/webhooks.ts";
import { writeImportOptOuts } from "../imports/import-batches.ts";
import { openSendFixture, type SendFixture, strangeSid } from "../testing/send-fixture.ts";

const [FIRST, SECOND] = ["+61491570006", "+61491570156"];
let fixture: SendFixture;
let tenantId: string;
let ours: string;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  tenantId = await fixture.tenant();
  ours = (await fixture.number(tenantId)).phone;
  await fixture.people(tenantId, { phones: [FIRST, SECOND] });
});

const say = (from: string, body: string) =>
  ingestInbound(fixture.sql, {
    messageSid: strangeSid(),
    ...{ from, to: ours, body, optOutType: null, payload: {} },
  });
const importOptOuts = (phones: string[]) =>
  fixture.sql.begin((tx) =>
    writeImportOptOuts(
      tx,
      { importId: crypto.randomUUID(), tenantId, evidence: {}, recordedBy: null },
      phones.map((phoneE164, line) => ({ phoneE164, words: "no", line })),
    ),
  );
const listed = () =>
  fixture.sql`select phone_e164 as phone, source from do_not_contact where tenant_id = ${tenantId} order by 1`;
const deadlocks = async () => {
  const [row] = await fixture.owner<{ n: number }[]>`
    select deadlocks::int as n from pg_stat_database where datname = current_database()`;
  return row!.n;
};

test("a file that repeats a person's STOP does not take their START away", async () => {
  await say(FIRST, "STOP");
  expect(await importOptOuts([FIRST, SECOND])).toEqual({ rows: 1, numbers: 1 });
  expect(await listed()).toEqual([
    { phone: FIRST, source: "reply" },
    { phone: SECOND, source: "import" },
  ]);
  await say(FIRST, "START");
  await say(SECOND, "START");
  expect(await listed()).toEqual([{ phone: SECOND, source: "import" }]);
});

test("a person's STOP and a file with the same number never wait for each other", async () => {
  // The person is marked as unreachable, so their text changes the contact before the list.
  await fixture.sql`update contacts set strikes = 1 where tenant_id = ${tenantId}`;
  const before = await deadlocks();
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const busy = fixture.sql.begin(async (tx) => {
    await tx`select 1 from contacts where tenant_id = ${tenantId} and phone_e164 = ${FIRST} for update`;
    await until;
  });
  const file = importOptOuts([FIRST, SECOND]);
  await waiters(1);
  const stop = say(SECOND, "STOP");
  await Promise.race([stop, waiters(2)]);
  release();
  await Promise.all([busy, file, stop]);
  expect(await listed()).toHaveLength(2);
  await fixture.owner`select pg_stat_force_next_flush()`;
  expect(await deadlocks()).toBe(before);
});

/** Waits until this number of sessions wait for a lock. */
async function waiters(count: number): Promise<void> {
  for (;;) {
    const rows = await fixture.owner`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    if (rows.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
