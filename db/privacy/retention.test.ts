import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { previewRetention, readRetention, setRetention, sweepRetention } from "./retention.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

/** A tenant with rows from 30 months ago and rows of today. */
async function withOldRows(): Promise<string> {
  const { sql, owner, running, claim, accept } = fixture;
  const { tenantId, jobIds, sender } = await running(4);
  const { messages } = await claim(tenantId, jobIds);
  await accept(messages.map(({ attemptId }) => attemptId));
  const old = "uuid_v7_at(now() - interval '30 months')";
  await owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    const [one, other] = jobIds;
    for (const id of [one!, other!]) {
      const [row] = await tx.unsafe<{ id: string }[]>(
        `update send_jobs set id = ${old} where id = '${id}' returning id`,
      );
      await tx`update send_attempts set send_job_id = ${row!.id} where send_job_id = ${id}`;
    }
  });
  for (const at of ["uuid_v7()", old]) {
    const sid = randomUUID();
    await sql.unsafe(`insert into inbound_messages (id, tenant_id, message_sid, from_phone, to_phone, body, kind)
      values (${at}, '${tenantId}', '${sid}', '+61401000001', '${sender.phone}', 'hello', 'none')`);
    await sql.unsafe(`insert into webhook_events (id, tenant_id, kind, message_sid, message_status, signature_valid, outcome, payload)
      values (${at}, '${tenantId}', 'inbound', '${sid}', 'received', true, 'merged', '{"Body": "hello"}')`);
    await sql.unsafe(`with i as (insert into imports (id, tenant_id, file_name, status, sample)
        values (${at}, '${tenantId}', 'a.csv', 'completed', '[["x"]]') returning id)
      insert into import_rejections (tenant_id, import_id, line, reason, row)
      select '${tenantId}', id, n, 'Landline', '["x"]' from i, generate_series(1, 1200) n`);
  }
  return tenantId;
}

const counts = async (tenantId: string) => {
  const [row] = await fixture.sql`
    select (select count(*)::int from send_attempts where tenant_id = ${tenantId} and body <> '') as texts,
      (select count(*)::int from inbound_messages where tenant_id = ${tenantId} and body <> '') as replies,
      (select count(*)::int from webhook_events where tenant_id = ${tenantId} and payload ? 'Body') as payloads,
      (select count(*)::int from import_rejections where tenant_id = ${tenantId}) as rows,
      (select count(*)::int from imports where tenant_id = ${tenantId} and sample is not null) as samples`;
  return row;
};

it("removes what is older than each rule, as the preview said, with a receipt, and from no other tenant", async () => {
  const { sql, database } = fixture;
  const [tenantId, other] = [await withOldRows(), await withOldRows()];
  const all = { texts: 4, replies: 2, payloads: 2, rows: 2400, samples: 2 };
  expect(await counts(tenantId)).toEqual(all);
  const kinds = { "message-texts": 2, replies: 1, "webhook-payloads": 1, "rejected-rows": 1200 } as const;
  for (const [kind, rows] of Object.entries(kinds) as [keyof typeof kinds, number][]) {
    await database.asTenant(tenantId, async (tx) => {
      expect(await previewRetention(tx, tenantId, { kind, months: 24 }), kind).toBe(rows);
      expect(await previewRetention(tx, tenantId, { kind, months: 36 }), kind).toBe(0);
      await setRetention(tx, tenantId, { kind, months: 24, by: randomUUID() });
    });
  }
  // Two workers at once.
  const sweepAll = async () => {
    for (let round = 0; round < 40; round += 1) await sweepRetention(sql);
  };
  await Promise.all([sweepAll(), sweepAll()]);
  expect(await sweepRetention(sql)).toBeNull();
  expect(await counts(tenantId)).toEqual({ texts: 2, replies: 1, payloads: 1, rows: 1200, samples: 1 });
  expect(await counts(other)).toEqual(all);
  const { receipts, rules } = await database.asTenant(tenantId, (tx) => readRetention(tx, tenantId));
  expect(Object.fromEntries(receipts.map(({ removed }) => [removed.kind, removed.rows]))).toEqual(kinds);
  expect(rules).toHaveLength(4);
  expect(await violations(sql)).toEqual([]);
});

it("is kept for good without a rule, and by a rule that was taken back", async () => {
  const { sql, database } = fixture;
  const tenantId = await withOldRows();
  await database.asTenant(tenantId, async (tx) => {
    await setRetention(tx, tenantId, { kind: "replies", months: 24, by: randomUUID() });
    await setRetention(tx, tenantId, { kind: "replies", months: null, by: randomUUID() });
  });
  while ((await sweepRetention(sql)) !== null);
  expect(await counts(tenantId)).toMatchObject({ replies: 2 });
});
