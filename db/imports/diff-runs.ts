import type { TypedField } from "@smscrm/core/fields/field";
import { sql } from "drizzle-orm";
import { LOGGED_CHANGE } from "../changes/logged-change.ts";
import type { Pipeline, PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";
import { erasedAmongGiven } from "../privacy/erased-numbers.ts";
import { CHANGE_KINDS } from "../schema/index.ts";
import type { ImportBatch } from "./contact-columns.ts";
import type { ImportCounts, LeasedImport } from "./import-runs.ts";
import type { ImportOrder } from "./imports.ts";
import { judged } from "./judged-rows.ts";

const DIFF_LEASE_SECONDS = 30;
/** A comparison lists no more contacts than this; it counts all. */
const LISTED_MAX = 10_000;

/** The answers, with the types of the fields that the file would define. */
export type DiffOrder = ImportOrder & { fieldTypes?: Record<string, string> };

/** Queues the comparison of an uploaded file. An earlier one of other answers is replaced. False unless it waits. */
export async function queueDiff(
  tx: TenantTransaction,
  tenantId: string,
  importId: string,
  { order, fields }: { order: DiffOrder; fields: readonly TypedField[] },
): Promise<boolean> {
  const queued = await tx.execute(sql`
    insert into import_diffs (tenant_id, import_id, answers, fields)
    select tenant_id, id, ${JSON.stringify(order)}::jsonb, ${JSON.stringify(fields)}::jsonb from imports
    where tenant_id = ${tenantId} and id = ${importId} and status = 'ready' and kind = 'contacts'
    on conflict (import_id) do update set status = 'queued', answers = excluded.answers, fields = excluded.fields,
      error = null, leased_by = null, lease_until = null, bytes_done = 0, rows_done = 0, created_at = now(), finished_at = null
    returning 1`);
  return queued.length > 0;
}

/**
 * Leases the oldest comparison that is queued or whose lease ran out, and begins it. One that is killed begins again: it
 * writes no contact. Null if there is none.
 */
export function leaseDiff(pipeline: Pipeline, workerId: string): Promise<LeasedImport | null> {
  return pipeline.begin(async (tx) => {
    const [leased] = await tx<LeasedImport[]>`
      update import_diffs d set status = 'running', leased_by = ${workerId},
        lease_until = clock_timestamp() + make_interval(secs => ${DIFF_LEASE_SECONDS}), bytes_done = 0, rows_done = 0, created = 0,
        updated = 0, renamed = 0, unchanged = 0, rejected = 0, kept_opted_out = 0, opted_out = 0, rejected_by_reason = '{}', is_whole = true
      from imports i, tenants t
      where i.id = d.import_id and t.id = d.tenant_id and d.import_id = (
        select w.import_id from import_diffs w join imports r on r.id = w.import_id and r.status = 'ready'
        where w.status = 'queued' or (w.status = 'running' and w.lease_until < clock_timestamp())
        order by w.created_at limit 1 for no key update of w skip locked
      )
      returning i.id, i.tenant_id as "tenantId", i.file_name as "fileName", i.kind, i.has_header as "hasHeader",
        i.size_bytes::float8 as "sizeBytes", 0::float8 as "bytesDone", i.encoding, i.delimiter, i.layout, i.header,
        d.answers -> 'mapping' as mapping, array(select jsonb_array_elements_text(d.answers -> 'tags')) as tags,
        d.answers ->> 'consentBasis' as "consentBasis", d.answers ->> 'consentEvidence' as "consentEvidence",
        d.answers -> 'consent' as consent, i.created_by as "createdBy", 0 as "rowsDone", 0 as created, 0 as updated,
        0 as unchanged, 0 as rejected, 0 as "keptOptedOut", 0 as renamed, '{}'::jsonb as "rejectedByReason", t.country, d.fields`;
    if (leased) await forgetListed(tx, leased.id);
    return leased ?? null;
  });
}

const forgetListed = (tx: PipelineTransaction, importId: string) =>
  tx`delete from contact_changes where import_id = ${importId} and kind >= ${CHANGE_KINDS.wouldChange}`;

export interface DiffOutcome {
  created: number;
  updated: number;
  renamed: number;
  unchanged: number;
  keptOptedOut: number;
  /** Positions in the batch of people who were erased: they would not be imported. */
  erased: number[];
}

/**
 * Compares a batch with the contacts, by the statement that would write it, and lists what would change. Writes no contact.
 * `optOuts`: numbers of the batch that the file itself opts out.
 */
export async function compareBatch(
  tx: PipelineTransaction,
  batch: Omit<ImportBatch, "recordedBy">,
  { optOuts, listed }: { optOuts: readonly string[]; listed: number },
): Promise<DiffOutcome> {
  const erased = await erasedAmongGiven(tx, batch.tenantId, batch.contacts.phoneE164);
  const [outcome] = await tx<DiffOutcome[]>`
    with ${judged(tx, batch, erased, optOuts)},
    listed as (
      insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after)
      select ${batch.tenantId}, ${batch.importId}, case when renamed then ${CHANGE_KINDS.wouldRename}::int else ${CHANGE_KINDS.wouldChange}::int end,
        contact_id, phone, ${tx.unsafe(LOGGED_CHANGE.before)}, ${tx.unsafe(LOGGED_CHANGE.after)}
      from judged where changed order by n limit ${Math.max(LISTED_MAX - listed, 0)}
      -- Rows with several numbers of one person.
      on conflict do nothing
    )
    select (count(*) filter (where about <> 2 and not known))::int as created,
      (count(*) filter (where about <> 2 and changed))::int as updated,
      (count(*) filter (where about <> 2 and renamed))::int as renamed,
      (count(*) filter (where about <> 2 and known and not changed))::int as unchanged,
      (count(*) filter (where about <> 2 and kept_opted_out))::int as "keptOptedOut",
      coalesce((select array_agg(n::int - 1) from unnest(${batch.contacts.phoneE164}::text[]) with ordinality as g (phone, n)
        where phone = any(${erased as string[]}::text[])), '{}') as erased
    from judged`;
  return outcome!;
}

/** Saves how far a comparison is. False when other answers replaced it, the import began, or another worker has it. */
export async function saveDiff(
  tx: PipelineTransaction,
  importId: string,
  workerId: string,
  { bytesDone, optedOut, ...counts }: ImportCounts & { bytesDone: number; optedOut: number },
  end: { isWhole: boolean } | null = null,
): Promise<boolean> {
  const saved = await tx`
    update import_diffs set rows_done = ${counts.rowsDone}, bytes_done = ${bytesDone}, created = ${counts.created},
      updated = ${counts.updated}, renamed = ${counts.renamed}, unchanged = ${counts.unchanged}, rejected = ${counts.rejected},
      kept_opted_out = ${counts.keptOptedOut}, opted_out = ${optedOut}, rejected_by_reason = ${tx.json(counts.rejectedByReason)},
      lease_until = clock_timestamp() + make_interval(secs => ${DIFF_LEASE_SECONDS}), is_whole = ${end?.isWhole ?? true},
      status = case when ${end !== null} then 'completed' else status end,
      finished_at = case when ${end !== null} then clock_timestamp() end
    where import_id = ${importId} and leased_by = ${workerId} and status = 'running'
      and exists (select 1 from imports i where i.id = import_id and i.status = 'ready')`;
  return saved.count > 0;
}

/** Marks a comparison as failed. `error` is a sentence for the operator. */
export async function failDiff(
  pipeline: Pipeline,
  importId: string,
  workerId: string,
  error: string,
): Promise<void> {
  await pipeline`
    update import_diffs set status = 'failed', error = ${error}, finished_at = clock_timestamp(), lease_until = null
    where import_id = ${importId} and leased_by = ${workerId} and status = 'running'`;
}

/** Deletes the comparisons of imports that began or ended, and what they listed. */
export async function sweepDiffs(pipeline: Pipeline): Promise<void> {
  await pipeline.begin(async (tx) => {
    const gone = await tx<{ id: string }[]>`
      delete from import_diffs d where not exists (
        select 1 from imports i where i.id = d.import_id and i.status = 'ready') returning import_id as id`;
    for (const { id } of gone) await forgetListed(tx, id);
  });
}
