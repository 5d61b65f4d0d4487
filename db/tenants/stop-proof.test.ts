import { afterAll, beforeAll, expect, test } from "vitest";
import { timeOrderedId } from "../postgres/time-ordered-ids.ts";
import { countRowsRead } from "../testing/rows-read.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { readStopProof } from "./stop-proof.ts";

const OLD = 2_000;
const HOUR_MS = 3_600_000;

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

test("finds recent submissions without reading those of hours ago", async () => {
  const { sql, running, claim, accept, people, campaign, frozen } = fixture;
  const { tenantId, jobIds } = await running(OLD);
  const old = await claim(tenantId, jobIds);
  expect(old.messages).toHaveLength(OLD);
  await accept(old.messages.map((message) => message.attemptId));
  const before = new Date(Date.now() - 7 * HOUR_MS);
  const ids = old.messages.map(() => timeOrderedId(before));
  await sql`update send_attempts a set id = given.new, handed_over_at = ${before}, final_at = ${before}, look_up_at = null
    from unnest(${old.messages.map((message) => message.attemptId)}::uuid[], ${ids}::uuid[]) given (old, new)
    where a.id = given.old`;
  await sql`update campaign_pace set minute = minute - interval '7 hours', last_handed_over_at = ${before}
    where tenant_id = ${tenantId}`;
  await fixture.owner`vacuum analyze send_attempts`;

  const asked = await proof(tenantId);
  expect(asked.rows).toBeLessThan(100);
  expect(asked.result.lastSubmittedAt).toBeNull();

  await people(tenantId, { phones: ["+61491570156"], tags: ["new"] });
  const [jobId] = await frozen(await campaign(tenantId, { tags: ["new"] }));
  const { messages } = await claim(tenantId, [jobId!]);
  await accept([messages[0]!.attemptId]);
  const again = await proof(tenantId);
  expect(again.rows).toBeLessThan(100);
  expect(Date.now() - again.result.lastSubmittedAt!.getTime()).toBeLessThan(60_000);
  expect(again.result.expireBy!.getTime()).toBeGreaterThan(Date.now());
});

test("finds messages that may still reach a phone without reading delivered ones", async () => {
  const { sql, running, claim, accept } = fixture;
  const { tenantId, jobIds } = await running(OLD);
  const { messages } = await claim(tenantId, jobIds);
  const ids = messages.map((message) => message.attemptId);
  await accept(ids.slice(0, -2));
  await sql`update send_attempts set carrier_status = 'delivered', final_at = clock_timestamp(), look_up_at = null
    where id = any(${ids.slice(0, -3)}::uuid[])`;
  await fixture.owner`vacuum analyze send_attempts`;
  const asked = await proof(tenantId);
  expect(asked.rows).toBeLessThan(20);
  const [latest] = await sql<{ at: Date }[]>`
    select max(coalesce(handed_over_at, claimed_at) + make_interval(secs => validity_seconds)) as at
    from send_attempts where id = any(${ids.slice(-3)}::uuid[])`;
  expect(asked.result.expireBy).toEqual(latest!.at);
});

/** Like the API: under row-level security. */
function proof(tenantId: string) {
  return fixture.database.asTenant(tenantId, (tx) =>
    countRowsRead(
      (query) => tx.execute(query),
      ["send_attempts"],
      () => readStopProof(tx, tenantId, null),
    ),
  );
}
