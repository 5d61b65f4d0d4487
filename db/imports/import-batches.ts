import {
  erasedRow,
  type ImportOptOut,
  numbersNamed,
  type RejectedRow,
} from "@smscrm/core/contacts/import-rows";
import { LOGGED_CHANGE } from "../changes/logged-change.ts";
import { recordOptOuts } from "../contacts/opt-outs.ts";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { storableText } from "../postgres/storable-text.ts";
import { erasedAmong, erasedAmongGiven, hasErased } from "../privacy/erased-numbers.ts";
import { CHANGE_KINDS } from "../schema/index.ts";
import type { ImportBatch } from "./contact-columns.ts";
import { judged } from "./judged-rows.ts";

export interface BatchOutcome {
  created: number;
  updated: number;
  /** Of those: contacts who had a name, and have another now. */
  renamed: number;
  unchanged: number;
  /** Of those: contacts on the do-not-contact list before this file; they stay there. */
  keptOptedOut: number;
  /** Positions in the batch whose number an earlier row of the same file had. */
  repeated: number[];
  /** Positions in the batch of people who were erased: they are not imported. */
  erased: number[];
}

/** A row of additions is undone in one transaction, which keeps the tenant's claims waiting. */
const ADDITIONS_PER_ROW = 200;

/**
 * Writes a batch of one import in one statement. Existing contacts get the file's values; blank cells erase nothing;
 * tags are added; a zone from a better source stays. Each row appends a consent, which becomes the contact's basis
 * unless that is already stronger. A withdrawn consent stays withdrawn, and no consent is recorded for such a
 * contact, or for a number on the do-not-contact list: an import does not prove that someone changed their mind. A row with
 * a further number of a person changes that person, and its consent is the number's. What
 * each contact was before goes to the change log, from which an import is undone. Ids
 * are UUIDv7 as everywhere, but one batch shares one time: uuid_v7() per row is a tenth of the whole cost.
 */
export async function writeImportBatch(sql: PipelineTransaction, batch: ImportBatch): Promise<BatchOutcome> {
  const { contacts, tenantId, importId, consentBasis, evidence, recordedBy } = batch;
  const erased = await erasedAmongGiven(sql, tenantId, contacts.phoneE164);
  if (erased.length > 0) await forgetSample(sql, importId);
  const [outcome] = await sql<BatchOutcome[]>`
    with ${judged(sql, batch, erased)},
    stamp as materialized (select left(uuid_v7()::text, 15) as prefix),
    written as (
      insert into contacts as c (id, tenant_id, phone_e164, country, line_type, first_name, last_name, email, city, state,
        postcode, address_country, custom, tags, timezone, timezone_source, consent_basis, consent_at, consent_expires_at,
        consent_summary, last_import_id, updated_at)
      select (stamp.prefix || substr(gen_random_uuid()::text, 16))::uuid, ${tenantId}, phone, country, line_type, first_name, last_name, email, city, state, postcode, address_country, custom, tags,
        timezone, zone_source, consent_basis, consent_at, consent_expires_at, consent_summary, ${importId},
        case when known and not changed then updated_at else now() end
      from judged, stamp where not repeated order by n
      on conflict (tenant_id, phone_e164) do update set
        country = excluded.country, line_type = excluded.line_type,
        first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
        city = excluded.city, state = excluded.state, postcode = excluded.postcode, address_country = excluded.address_country, custom = excluded.custom,
        tags = excluded.tags, timezone = excluded.timezone, timezone_source = excluded.timezone_source,
        consent_basis = case when c.consent_basis = 'withdrawn' then 'withdrawn' else excluded.consent_basis end,
        consent_at = case when c.consent_basis = 'withdrawn' then c.consent_at else excluded.consent_at end,
        consent_expires_at = excluded.consent_expires_at,
        consent_summary = case when c.consent_basis = 'withdrawn' then c.consent_summary else excluded.consent_summary end,
        last_import_id = excluded.last_import_id, updated_at = excluded.updated_at
      returning c.id, c.xmax = 0 as is_new
    ),
    added as (
      insert into contact_additions (tenant_id, import_id, contact_ids)
      select ${tenantId}, ${importId}, array_agg(id) from (
        select id, (row_number() over () - 1) / ${ADDITIONS_PER_ROW}::int as part from written where is_new
      ) new group by part
    ),
    logged as (
      insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after)
      select ${tenantId}, ${importId}, case when renamed then ${CHANGE_KINDS.renamed}::int when changed then ${CHANGE_KINDS.changed}::int
        else ${CHANGE_KINDS.unchanged}::int end, contact_id, phone, ${sql.unsafe(LOGGED_CHANGE.before)}, ${sql.unsafe(LOGGED_CHANGE.after)}
      from judged where known and not repeated
    ),
    noted as (
      insert into consents (id, tenant_id, phone_e164, basis, source, method, wording, given_at, purposes, topics, event,
        event_at, expires_at, evidence, recorded_by)
      select (stamp.prefix || substr(gen_random_uuid()::text, 16))::uuid, ${tenantId}, phone, ${consentBasis}, 'import',
        coalesce(terms ->> 'how', file.method), coalesce(terms ->> 'wording', file.wording),
        coalesce((terms ->> 'at')::timestamptz, file.given_at), file.purposes, file.topics, file.event,
        coalesce((terms ->> 'eventAt')::timestamptz, file.event_at), file.ends,
        ${sql.json(evidence)}::jsonb || jsonb_build_object('line', line)
          || case when said is null then '{}' else jsonb_build_object('said', said::jsonb) end, ${recordedBy}
      from judged, stamp, file where not repeated and about <> 1 and not opted_out and consent_basis <> 'withdrawn' order by n
    )
    select (count(*) filter (where about <> 2 and not repeated and not known))::int as created,
      (count(*) filter (where about <> 2 and not repeated and changed))::int as updated,
      (count(*) filter (where about <> 2 and not repeated and renamed))::int as renamed,
      (count(*) filter (where about <> 2 and not repeated and known and not changed))::int as unchanged,
      (count(*) filter (where about <> 2 and not repeated and kept_opted_out))::int as "keptOptedOut",
      coalesce(array_agg(n::int - 1) filter (where about <> 2 and repeated), '{}') as repeated,
      coalesce((select array_agg(n::int - 1) from unnest(${contacts.phoneE164}::text[]) with ordinality as g (phone, n)
        where phone = any(${erased}::text[])), '{}') as erased
    from judged`;
  if (!outcome) throw new Error("an import batch gave no outcome");
  return outcome;
}

/**
 * Opts out the people whom a file names. Returns how many numbers were new on the do-not-contact list, and how many
 * rows of the file had one: a person may have several numbers. Idempotent, because an import that restarts reads its opt-outs again.
 */
export async function writeImportOptOuts(
  sql: PipelineTransaction,
  {
    importId,
    tenantId,
    evidence,
    recordedBy,
  }: Pick<ImportBatch, "importId" | "tenantId" | "evidence" | "recordedBy">,
  optOuts: readonly ImportOptOut[],
): Promise<{ numbers: number; rows: number }> {
  const named = [...new Map(optOuts.map((optOut) => [optOut.phoneE164, optOut])).values()];
  // An erased person gets no texts anyway, and their number is not stored again.
  const erased = await erasedAmong(
    sql,
    tenantId,
    named.map(({ phoneE164 }) => phoneE164),
  );
  if (erased.size > 0) await forgetSample(sql, importId);
  const once = named.filter(({ phoneE164 }) => !erased.has(phoneE164));
  const people = once.map(({ phoneE164, words: written, line }) => {
    const words = storableText(written);
    return { tenantId, phoneE164, note: words, evidence: { line, words } };
  });
  const recorded = await recordOptOuts(sql, { source: "import", evidence, recordedBy, importId, people });
  const added = new Set(recorded.filter(({ outcome }) => outcome === "added").map((one) => one.phoneE164));
  const rows = new Set(once.filter(({ phoneE164 }) => added.has(phoneE164)).map(({ line }) => line)).size;
  return { numbers: added.size, rows };
}

/**
 * Returns rejected rows, those that name an erased person without their content: a second row of that person, or a row with
 * another fault, is refused before anybody looks at its number.
 */
export async function hideErased(
  sql: PipelineTransaction,
  { tenantId, country }: { tenantId: string; country: string },
  rows: readonly RejectedRow[],
): Promise<RejectedRow[]> {
  // Most tenants erased nobody, and the numbers of a million rows take their time.
  if (rows.length === 0 || !(await hasErased(sql, tenantId))) return [...rows];
  const named = rows.map((row) => numbersNamed(row, country));
  const erased = await erasedAmong(sql, tenantId, [...new Set(named.flat())]);
  return rows.map((row, at) => (named[at]!.some((phone) => erased.has(phone)) ? erasedRow(row) : row));
}

/** The first rows of the file, kept for its preview, may have an erased person. */
async function forgetSample(sql: PipelineTransaction, importId: string): Promise<void> {
  await sql`update imports set sample = null where id = ${importId}`;
}

/** Stores rows that could not be imported, for the operator to fix. */
export async function writeRejections(
  sql: PipelineTransaction,
  { tenantId, importId }: Pick<ImportBatch, "tenantId" | "importId">,
  rows: readonly RejectedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  if (rows.some(({ reason }) => reason === "Erased")) await forgetSample(sql, importId);
  await sql`
    insert into import_rejections (tenant_id, import_id, line, reason, detail, row)
    select ${tenantId}, ${importId}, line, reason, detail, cells::jsonb from unnest(
      ${rows.map((row) => row.line)}::int[], ${rows.map((row) => row.reason)}::text[],
      ${rows.map((row) => row.detail)}::text[], ${rows.map((row) => JSON.stringify(row.cells.map(storableText)))}::text[]
    ) as given(line, reason, detail, cells)`;
}
