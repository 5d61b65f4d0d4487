import type { RetentionKind } from "@smscrm/core/privacy/retention";
import { and, desc, eq, sql } from "drizzle-orm";
import {
  type Fragment,
  type Pipeline,
  type PipelineTransaction,
  type TenantTransaction,
  transact,
} from "../postgres/connection.ts";
import { firstId, firstIdSql } from "../postgres/time-ordered-ids.ts";
import { retentionRules, retentionSweeps } from "../schema/index.ts";

export interface RetentionRule {
  kind: RetentionKind;
  months: number;
}

export interface RetentionReceipt {
  at: Date;
  removed: { kind: RetentionKind; rows: number; before: string };
}

const RECEIPTS_SHOWN = 30;

export async function readRetention(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ rules: RetentionRule[]; receipts: RetentionReceipt[] }> {
  const rules = await tx
    .select({ kind: retentionRules.kind, months: retentionRules.months })
    .from(retentionRules)
    .where(eq(retentionRules.tenantId, tenantId));
  const receipts = await tx
    .select({ at: retentionSweeps.createdAt, removed: retentionSweeps.removed })
    .from(retentionSweeps)
    .where(eq(retentionSweeps.tenantId, tenantId))
    .orderBy(desc(retentionSweeps.id))
    .limit(RECEIPTS_SHOWN);
  return { rules, receipts };
}

/** Sets how long a kind is kept; null: as long as the tenant exists. The next sweep begins at the oldest row. */
export async function setRetention(
  tx: TenantTransaction,
  tenantId: string,
  { kind, months, by }: { kind: RetentionKind; months: number | null; by: string },
): Promise<void> {
  if (months === null) {
    await tx
      .delete(retentionRules)
      .where(and(eq(retentionRules.tenantId, tenantId), eq(retentionRules.kind, kind)));
    return;
  }
  const change = { months, changedBy: by, changedAt: sql`clock_timestamp()`, sweptUntil: null };
  await tx
    .insert(retentionRules)
    .values({ tenantId, kind, ...change })
    .onConflictDoUpdate({
      target: [retentionRules.tenantId, retentionRules.kind],
      set: { ...change, dueAt: sql`clock_timestamp()` },
    });
}

/** A preview counts no further: nobody needs the exact number of more rows than this. */
export const PREVIEW_ROWS_MAX = 100_000;

const HELD: Readonly<Record<RetentionKind, string>> = {
  "message-texts": "select 1 from send_jobs j join send_attempts a on a.send_job_id = j.id and a.body <> ''",
  replies: "select 1 from inbound_messages j",
  "webhook-payloads": "select 1 from webhook_events j",
  "rejected-rows":
    "select 1 from imports j join import_rejections r on r.import_id = j.id and r.tenant_id = j.tenant_id",
};
const NOT_EMPTY: Readonly<Record<RetentionKind, string>> = {
  "message-texts": "true",
  replies: "j.body <> ''",
  "webhook-payloads": `not j.payload ? 'removed' and not j.payload ? 'erased'`,
  "rejected-rows": "true",
};

/** Returns how many rows a rule would remove now, up to `PREVIEW_ROWS_MAX` + 1. */
export async function previewRetention(
  tx: TenantTransaction,
  tenantId: string,
  { kind, months }: RetentionRule,
): Promise<number> {
  const [row] = await tx.execute<{ rows: number }>(sql`
    select count(*)::int as rows from (
      ${sql.raw(HELD[kind])} where j.tenant_id = ${tenantId} and ${sql.raw(NOT_EMPTY[kind])}
        and j.id < ${sql.raw(firstIdSql(`(now() - interval '${Number(months)} months')`))}
      limit ${PREVIEW_ROWS_MAX + 1}
    ) held`);
  return row!.rows;
}

/** Small enough that a batch holds its locks for a moment only. */
const ROWS_PER_BATCH = 1_000;
const AGAIN_AFTER = "1 day";

/**
 * Sweeps one batch of one tenant's rule that is due. Returns the number of rows that it removed, or null if no rule is due.
 * Bills, counters and statuses stay; only what names people or quotes them goes.
 */
export function sweepRetention(sql: Pipeline): Promise<number | null> {
  return transact(sql, async (tx) => {
    const [rule] = await tx<DueRule[]>`
      select tenant_id as "tenantId", kind, clock_timestamp() - make_interval(months => months) as before,
        coalesce(swept_until, '00000000-0000-0000-0000-000000000000') as after
      from retention_rules where due_at <= clock_timestamp() order by due_at limit 1 for no key update skip locked`;
    if (!rule) return null;
    const { rows, until } = await BATCHES[rule.kind](tx, rule);
    await tx`
      update retention_rules set swept_until = coalesce(${until}, swept_until),
        due_at = clock_timestamp() + (case when ${until === null} then ${AGAIN_AFTER} else '0 s' end)::interval
      where tenant_id = ${rule.tenantId} and kind = ${rule.kind}`;
    if (rows > 0) await addReceipt(tx, rule, rows);
    return rows;
  });
}

interface DueRule {
  tenantId: string;
  kind: RetentionKind;
  before: Date;
  /** The row up to which it was swept. */
  after: string;
}

/** `until` is the batch's last row; null if no older row is left. */
type Batch = (tx: PipelineTransaction, rule: DueRule) => Promise<{ rows: number; until: string | null }>;

async function nextIds(
  tx: PipelineTransaction,
  table: Fragment,
  { tenantId, before, after }: DueRule,
): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select id from ${table} where tenant_id = ${tenantId} and id > ${after} and id < ${firstId(before)}
    order by id limit ${ROWS_PER_BATCH}`;
  return rows.map(({ id }) => id);
}

const BATCHES: Readonly<Record<RetentionKind, Batch>> = {
  "message-texts": async (tx, rule) => {
    const ids = await nextIds(tx, tx`send_jobs`, rule);
    // A message of unknown outcome is still looked up by its text.
    const changed = await tx`
      update send_attempts set body = '' where id in (
        select id from send_attempts where send_job_id = any(${ids}::uuid[]) and body <> ''
          and state not in ('sending', 'unknown') order by id for no key update) returning 1`;
    await tx`
      update campaigns set body = '' where tenant_id = ${rule.tenantId} and kind not in ('campaign', 'flow') and body <> ''
        and status in ('completed', 'canceled') and id in (select campaign_id from send_jobs where id = any(${ids}::uuid[]))`;
    return { rows: changed.length, until: ids.at(-1) ?? null };
  },
  replies: async (tx, rule) => {
    const ids = await nextIds(tx, tx`inbound_messages`, rule);
    const changed = await tx`
      update inbound_messages set body = '', answer = null where id = any(${ids}::uuid[]) and body <> '' returning 1`;
    return { rows: changed.length, until: ids.at(-1) ?? null };
  },
  "webhook-payloads": async (tx, rule) => {
    const ids = await nextIds(tx, tx`webhook_events`, rule);
    const changed = await tx`
      update webhook_events set payload = '{"removed": "true"}'
      where id = any(${ids}::uuid[]) and not payload ? 'removed' and not payload ? 'erased' returning 1`;
    return { rows: changed.length, until: ids.at(-1) ?? null };
  },
  "rejected-rows": async (tx, rule) => {
    const ids = await nextIds(tx, tx`imports`, rule);
    const gone = await tx`
      delete from import_rejections r using (
        select import_id, line from import_rejections
        where tenant_id = ${rule.tenantId} and import_id = any(${ids}::uuid[]) limit ${ROWS_PER_BATCH}
      ) old where r.import_id = old.import_id and r.line = old.line returning 1`;
    if (gone.length === ROWS_PER_BATCH) return { rows: gone.length, until: rule.after };
    await tx`update imports set sample = null where id = any(${ids}::uuid[]) and sample is not null`;
    return { rows: gone.length, until: ids.at(-1) ?? null };
  },
};

/** One receipt for a night's batches. */
async function addReceipt(
  tx: PipelineTransaction,
  { tenantId, kind, before }: DueRule,
  rows: number,
): Promise<void> {
  const added = await tx`
    update retention_sweeps set removed = jsonb_set(removed, '{rows}', to_jsonb((removed ->> 'rows')::int + ${rows}::int))
    where id = (
      select id from retention_sweeps where tenant_id = ${tenantId} and removed ->> 'kind' = ${kind}
        and created_at > clock_timestamp() - interval '6 hours' order by id desc limit 1) returning 1`;
  if (added.length > 0) return;
  await tx`
    insert into retention_sweeps (tenant_id, removed)
    values (${tenantId}, ${tx.json({ kind, rows, before: before.toISOString() })})`;
}
