import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { migrateDatabase } from "../migrations.ts";
import { openPipeline, type Pipeline } from "../postgres/connection.ts";
import { createOldDatabase } from "../testing/old-database.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { describeAuditFault, readAuditFaults } from "./audit-chain.ts";

const WRITERS = 16;

const verifyAuditLog = (sql: Pipeline, tenantId: string | null) =>
  sql.begin((tx) => readAuditFaults(tx, tenantId));
/** The last number of a tenant's sequence. */
const lastNumber = async (tenantId: string) =>
  Number((await fixture.sql`select seq from audit_heads where tenant_id = ${tenantId}`)[0]!.seq);

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const write = (sql: Pipeline, tenantId: string, nth: number) => sql`
  insert into audit_log (tenant_id, action, object_kind, object_id, detail)
  values (${tenantId}, 'do-not-contact.add', 'number', ${String(nth)}, ${sql.json({ nth })})`;

/** Writes `count` entries with `writers` in parallel, alternating between the tenants. */
async function writeAtOnce(sql: Pipeline, tenantIds: readonly string[], count: number): Promise<void> {
  let next = 0;
  const writer = async () => {
    for (let nth = next++; nth < count; nth = next++)
      await write(sql, tenantIds[nth % tenantIds.length]!, nth);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

describe("the audit log's chain", () => {
  it("is one unbroken sequence for each tenant, with 16 writers at once", async () => {
    const tenantIds = [await fixture.tenant(), await fixture.tenant(), await fixture.tenant()];
    const sql = openPipeline(fixture.url, { name: "audit writers", max: WRITERS });
    await writeAtOnce(sql, tenantIds, 3_000).finally(() => sql.end());
    expect(await verifyAuditLog(fixture.sql, null)).toEqual([]);
    for (const tenantId of tenantIds) expect(await lastNumber(tenantId)).toBe(1_000);
  });

  it("links the rows of one statement, and forgets what is rolled back", async () => {
    const { sql } = fixture;
    const tenantId = await fixture.tenant();
    await sql`insert into audit_log (tenant_id, action, object_kind)
      select ${tenantId}, 'import.start', 'import' from generate_series(1, 50)`;
    const undone = sql.begin(async (tx) => {
      await tx`insert into audit_log (tenant_id, action, object_kind) values (${tenantId}, 'a', 'b')`;
      await tx.savepoint(async (inner) => {
        await inner`insert into audit_log (tenant_id, action, object_kind) values (${tenantId}, 'a', 'b')`;
      });
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    await write(sql, tenantId, 1);
    expect(await verifyAuditLog(sql, tenantId)).toEqual([]);
    expect(await lastNumber(tenantId)).toBe(51);
  });

  it("distinguishes entries whose fields contain a separator", async () => {
    const { sql } = fixture;
    const tenantId = await fixture.tenant();
    await sql`insert into audit_log (tenant_id, action, object_kind, object_id) values (${tenantId}, 'a|b', 'c', 'd')`;
    await touch(
      fixture.owner,
      (tx) => tx`update audit_log set action = 'a', object_kind = 'b|c' where tenant_id = ${tenantId}`,
    );
    expect(await faultsOf(sql, tenantId)).toEqual(["was edited"]);
  });
});

/** An intruder with the owner's rights can bypass the triggers. */
async function touch(sql: Pipeline, work: (tx: Pipeline) => Promise<unknown>): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await work(tx as unknown as Pipeline);
  });
}

const faultsOf = async (sql: Pipeline, tenantId: string) =>
  (await verifyAuditLog(sql, tenantId)).map(({ fault }) => fault);

/** Deterministic, so that a failure can be repeated. */
function places(count: number, most: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 1 + (state % most);
  });
}

describe("a touched audit log", () => {
  const ENTRIES = 40;
  const at = (tenantId: string, seq: number) => fixture.sql`tenant_id = ${tenantId} and seq = ${seq}`;
  const TOUCHES: Record<string, (tx: Pipeline, tenantId: string, seq: number) => Promise<unknown>> = {
    "an edited detail": (tx, id, seq) =>
      tx`update audit_log set detail = '{"nth": "other"}' where ${at(id, seq)}`,
    "an edited actor": (tx, id, seq) =>
      tx`update audit_log set actor_id = ${randomUUID()} where ${at(id, seq)}`,
    "an edited time": (tx, id, seq) =>
      tx`update audit_log set created_at = created_at - interval '1 microsecond' where ${at(id, seq)}`,
    "an entry taken out": (tx, id, seq) => tx`delete from audit_log where ${at(id, seq)}`,
    "the end taken off": (tx, id, seq) => tx`delete from audit_log where tenant_id = ${id} and seq >= ${seq}`,
    "an entry put in": (tx, id, seq) => tx`
      insert into audit_log (tenant_id, action, object_kind, seq, previous_hash, hash)
      select ${id}, 'forged', 'number', ${ENTRIES + 1}, hash, hash from audit_log where ${at(id, seq)}`,
    "two entries swapped": (tx, id, seq) => tx`
      update audit_log set seq = 2 * ${seq}::int + 1 - seq + 1000000 * (case when seq = ${seq} then 1 else 0 end)
      where tenant_id = ${id} and seq in (${seq}, ${seq + 1})`,
  };

  test.each(Object.keys(TOUCHES))(
    "shows %s at every tested position",
    async (name) => {
      const { sql } = fixture;
      for (const seq of places(45, ENTRIES - 1)) {
        const tenantId = await fixture.tenant();
        await sql`insert into audit_log (tenant_id, action, object_kind, detail)
          select ${tenantId}, 'do-not-contact.add', 'number', jsonb_build_object('nth', nth)
          from generate_series(1, ${ENTRIES}) nth`;
        expect(await verifyAuditLog(sql, tenantId)).toEqual([]);
        await touch(fixture.owner, (tx) => TOUCHES[name]!(tx, tenantId, seq));
        const faults = await verifyAuditLog(sql, tenantId);
        expect(faults.length, `${name} at ${seq}`).toBeGreaterThan(0);
        expect(describeAuditFault(faults[0]!)).toMatch(/^number \d+/);
      }
    },
    60_000,
  );

  it("shows also a log that was removed together with its head", async () => {
    const { sql } = fixture;
    const [tenantId, quiet] = [await fixture.tenant(), await fixture.tenant()];
    await write(sql, tenantId, 1);
    await touch(fixture.owner, async (tx) => {
      await tx`delete from audit_log where tenant_id = ${tenantId}`;
      await tx`delete from audit_heads where tenant_id = ${tenantId}`;
    });
    expect(await faultsOf(sql, tenantId)).toEqual(["the end of the log is not known"]);
    expect(await faultsOf(sql, quiet)).toEqual([]);
  });

  it("can't be made without the owner's rights", async () => {
    const { sql } = fixture;
    const tenantId = await fixture.tenant();
    await write(sql, tenantId, 1);
    for (const role of ["smscrm_app", "smscrm_pipeline"]) {
      const asRole = (statement: string) =>
        sql.begin(async (tx) => {
          await tx`select set_config('role', ${role}, true), set_config('app.tenant_id', ${tenantId}, true)`;
          await tx.unsafe(statement);
        });
      await expect(asRole("update audit_heads set seq = 0")).rejects.toThrow("permission denied");
      await expect(asRole("delete from audit_heads")).rejects.toThrow("permission denied");
      await expect(asRole("delete from audit_log")).rejects.toThrow(/permission denied|append-only/);
    }
  });
});

describe("a log from before the sequence", () => {
  it("is sealed again, and names its forks and edits", async () => {
    const { url, drop } = await createOldDatabase("0013_leases");
    const sql = openPipeline(url, { name: "old audit", max: 4 });
    try {
      const [tenant] = await sql<{ id: string }[]>`
        insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours)
        values ('Old', 'Australia/Sydney', 'AU', 0, 0, '{}') returning id`;
      const [untouched] = await sql<{ id: string }[]>`
        insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours)
        values ('Untouched', 'Australia/Sydney', 'AU', 0, 0, '{}') returning id`;
      for (let nth = 0; nth < 6; nth += 1) {
        await write(sql, tenant!.id, nth);
        await write(sql, untouched!.id, nth);
      }
      const ids = (
        await sql<{ id: string }[]>`
        select id from audit_log where tenant_id = ${tenant!.id} order by id`
      ).map(({ id }) => Number(id));
      // As concurrent writers did: an entry with a lower id is linked after one with a higher id.
      await touch(
        sql,
        (tx) => tx`update audit_log set previous_hash = 'fork', hash = sha256('fork'::bytea || convert_to(
          concat_ws('|', tenant_id, actor_id, action, object_kind, object_id, detail::text,
            extract(epoch from created_at)), 'UTF8')) where id = ${ids[2]!}`,
      );
      await touch(sql, (tx) => tx`update audit_log set object_id = 'other' where id = ${ids[4]!}`);
      await migrateDatabase(url);
      expect(await verifyAuditLog(sql, null)).toEqual([]);
      const named = await sql<{ tenantId: string; seq: number; detail: object }[]>`
        select tenant_id as "tenantId", seq::int, detail from audit_log where action = 'audit.reseal' order by id`;
      const clean = {
        linkedWrongly: 0,
        doNotMatchTheirHash: 0,
        linkedWronglyIds: [],
        doNotMatchTheirHashIds: [],
      };
      expect(named).toHaveLength(2);
      expect(named).toContainEqual({
        tenantId: tenant!.id,
        seq: 7,
        // The entry after a fork does not follow it either.
        detail: {
          entries: 6,
          linkedWrongly: 2,
          linkedWronglyIds: [ids[2], ids[3]],
          doNotMatchTheirHash: 1,
          doNotMatchTheirHashIds: [ids[4]],
        },
      });
      expect(named).toContainEqual({ tenantId: untouched!.id, seq: 7, detail: { entries: 6, ...clean } });
    } finally {
      await sql.end();
      await drop();
    }
  });
});
