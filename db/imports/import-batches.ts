import type { FileConsent } from "@smscrm/core/consent/imported";
import type { ImportContact, ImportOptOut, RejectedRow } from "@smscrm/core/contacts/import-rows";
import { recordOptOuts } from "../contacts/opt-outs.ts";
import { textArray } from "../postgres/array-literal.ts";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { storableText } from "../postgres/storable-text.ts";
import { erasedAmong, erasedAmongGiven } from "../privacy/erased-numbers.ts";
import { CHANGE_KINDS } from "../schema/index.ts";
import { LOGGED_CHANGE } from "./logged-change.ts";

export interface ImportBatch {
  importId: string;
  tenantId: string;
  consentBasis: string | null;
  /** What else holds for the consent of every row; null: nothing. */
  consent: FileConsent | null;
  /** The evidence stored with each consent; the row's line is added to it. */
  evidence: Record<string, string>;
  recordedBy: string | null;
  contacts: ContactColumns;
}

/** Contacts by column, as array literals for the database. */
export type ContactColumns = Record<
  (typeof COLUMNS)[number] | "custom" | "tags" | "line" | "said" | "terms",
  string
>;

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

const COLUMNS = [
  "phoneE164",
  "country",
  "lineType",
  "firstName",
  "lastName",
  "email",
  "city",
  "state",
  "postcode",
  "addressCountry",
  "timezone",
  "timezoneSource",
] as const;

/** Converts a batch for the database. No number may be in it twice. */
export function contactColumns(contacts: readonly ImportContact[]): ContactColumns {
  const named = COLUMNS.map((key) => [key, textArray(contacts.map((contact) => contact[key]))] as const);
  return {
    ...(Object.fromEntries(named) as Record<(typeof COLUMNS)[number], string>),
    custom: textArray(contacts.map(({ custom }) => (hasKeys(custom) ? JSON.stringify(custom) : null))),
    tags: textArray(contacts.map(({ tags }) => tags.join(SEPARATOR))),
    said: textArray(contacts.map(({ evidence }) => (hasKeys(evidence) ? JSON.stringify(evidence) : null))),
    terms: textArray(contacts.map(({ terms }) => (terms ? JSON.stringify(terms) : null))),
    line: `{${contacts.map(({ line }) => line).join(",")}}`,
  };
}

/** A row of additions is undone in one transaction, which keeps the tenant's claims waiting. */
const ADDITIONS_PER_ROW = 200;

/** Separates the tags of one contact, and never occurs in them: `unnest` flattens arrays of arrays. */
const SEPARATOR = "\u001f";

/**
 * Writes a batch of one import in one statement. Existing contacts get the file's values; blank cells erase nothing;
 * tags are added; a zone from a better source stays. Each row appends a consent, which becomes the contact's basis
 * unless that is already stronger. A withdrawn consent stays withdrawn, and no consent is recorded for such a
 * contact, or for a number on the do-not-contact list: an import does not prove that someone changed their mind. What
 * each contact was before goes to the change log, from which an import is undone. Ids
 * are UUIDv7 as everywhere, but one batch shares one time: uuid_v7() per row is a tenth of the whole cost.
 */
export async function writeImportBatch(sql: PipelineTransaction, batch: ImportBatch): Promise<BatchOutcome> {
  const { contacts, tenantId, importId, consentBasis, evidence, recordedBy } = batch;
  const file = batch.consent ?? {};
  const erased = await erasedAmongGiven(sql, tenantId, contacts.phoneE164);
  if (erased.length > 0) await forgetSample(sql, importId);
  const [outcome] = await sql<BatchOutcome[]>`
    with file as materialized (
      select f.*, consent_parts(${consentBasis}, coalesce(f.given_at, now()), f.method, f.wording is not null, f.purposes,
        f.topics, f.event, f.event_at, f.ends) as entry
      from (select left(${evidence.statement ?? null}::text, 100) as method, ${file.wording ?? null}::text as wording,
        ${file.givenOn ?? null}::timestamptz as given_at, ${file.purposes ?? null}::text[] as purposes,
        ${file.topics ?? null}::text[] as topics, ${file.event?.kind ?? null}::text as event,
        ${file.event?.on ?? null}::timestamptz as event_at, ${file.endsOn ?? null}::timestamptz as ends) f
    ),
    input as (
      select phone, country, line_type, first_name, last_name, email, city, state, postcode,
        address_country, coalesce(custom::jsonb, '{}') as custom, string_to_array(tags, ${SEPARATOR}) as tags, timezone, zone_source,
        array_position(array['unknown','tenant-default','area-code','state','postcode','stated'], zone_source)
          as zone_rank, line, said, n, terms::jsonb as terms
      from unnest(
        ${contacts.phoneE164}::text[], ${contacts.country}::text[], ${contacts.lineType}::text[],
        ${contacts.firstName}::text[], ${contacts.lastName}::text[], ${contacts.email}::text[],
        ${contacts.city}::text[], ${contacts.state}::text[], ${contacts.postcode}::text[],
        ${contacts.addressCountry}::text[],
        ${contacts.custom}::text[], ${contacts.tags}::text[], ${contacts.timezone}::text[], ${contacts.timezoneSource}::text[],
        ${contacts.line}::int[], ${contacts.said}::text[], ${contacts.terms}::text[]
      ) with ordinality as given(phone, country, line_type, first_name, last_name, email, city, state, postcode,
        address_country, custom, tags, timezone, zone_source, line, said, terms, n)
      where phone <> all(${erased}::text[])
    ),
    merged as materialized (
      select i.n, i.line, i.said, i.terms, i.phone, c.id is not null as known,
        coalesce(c.last_import_id = ${importId}, false) as repeated,
        d.phone_e164 is not null as opted_out,
        d.phone_e164 is not null and d.import_id is distinct from ${importId} as kept_opted_out,
        coalesce(c.country, i.country) as country, coalesce(c.line_type, i.line_type) as line_type,
        coalesce(i.first_name, c.first_name) as first_name, coalesce(i.last_name, c.last_name) as last_name,
        coalesce(i.email, c.email) as email, coalesce(i.city, c.city) as city,
        coalesce(i.state, c.state) as state, coalesce(i.postcode, c.postcode) as postcode,
        coalesce(i.address_country, c.address_country) as address_country,
        case when c.id is null then i.custom else c.custom || i.custom end as custom,
        case when c.id is null then i.tags when c.tags @> i.tags then c.tags
          else (select array_agg(tag order by at) from (
            select tag, min(at) as at from unnest(c.tags || i.tags) with ordinality as t(tag, at) group by tag) each)
          end as tags,
        case when zone.better then i.timezone else c.timezone end as timezone,
        case when zone.better then i.zone_source else coalesce(c.timezone_source, 'unknown') end as zone_source,
        case when coalesce(c.consent_basis, past.basis) = 'withdrawn' then 'withdrawn'
          when footing.stays then coalesce(c.consent_basis, 'unknown') else ${consentBasis} end as consent_basis,
        case when footing.stays then c.consent_at else now() end as consent_at,
        case when footing.stays then c.consent_expires_at else file.ends end as consent_expires_at,
        case when d.phone_e164 is not null or coalesce(c.consent_basis, past.basis) = 'withdrawn' then c.consent_summary
          when c.id is null then jsonb_build_object('given', jsonb_build_array(consent.entry))
          else merge_consent(consents_held(c.consent_summary, c.consent_basis, c.consent_at, c.consent_expires_at), consent.entry) end as consent_summary,
        c.id as contact_id, c.updated_at, c.country as was_country, c.line_type as was_line_type, c.last_import_id as was_last_import_id,
        c.consent_at as was_consent_at, c.consent_expires_at as was_consent_expires_at, c.consent_summary as was_consent_summary,
        c.first_name as was_first_name, c.last_name as was_last_name, c.email as was_email,
        c.city as was_city, c.state as was_state, c.postcode as was_postcode, c.address_country as was_address_country, c.custom as was_custom,
        c.tags as was_tags, c.timezone as was_timezone, c.timezone_source as was_zone_source,
        c.consent_basis as was_consent_basis
      from input i
      cross join file
      cross join lateral (
        select case when i.terms is null then file.entry else consent_parts(${consentBasis},
          coalesce((i.terms ->> 'at')::timestamptz, file.given_at, now()), coalesce(i.terms ->> 'how', file.method),
          coalesce(i.terms ->> 'wording', file.wording) is not null, file.purposes, file.topics, file.event,
          coalesce((i.terms ->> 'eventAt')::timestamptz, file.event_at), file.ends) end as entry
      ) consent
      left join contacts c on c.tenant_id = ${tenantId} and c.phone_e164 = i.phone
      left join lateral (
        select o.phone_e164, o.import_id from do_not_contact o where o.tenant_id = ${tenantId} and o.phone_e164 = i.phone limit 1
      ) d on true
      left join lateral (
        select s.basis from consents s where c.id is null and s.tenant_id = ${tenantId} and s.phone_e164 = i.phone
          and s.withdraws is null
        order by s.id desc limit 1
      ) past on true
      cross join lateral (
        select i.timezone is not null and (c.timezone is null or i.zone_rank >= array_position(
          array['unknown','tenant-default','area-code','state','postcode','stated'], c.timezone_source)) as better
      ) zone
      cross join lateral (
        select d.phone_e164 is not null or c.id is not null and (c.consent_basis = 'withdrawn' or (
          (c.consent_expires_at is null or c.consent_expires_at > now())
          and array_position(array['unknown','transactional','inferred','express'], c.consent_basis)
            > array_position(array['unknown','transactional','inferred','express'], ${consentBasis}::text))) as stays
      ) footing
    ),
    judged as materialized (
      select *, known and (first_name, last_name, email, city, state, postcode, address_country, custom, tags, timezone, zone_source,
          consent_basis)
        is distinct from (was_first_name, was_last_name, was_email, was_city, was_state, was_postcode, was_address_country, was_custom,
          was_tags, was_timezone, was_zone_source, was_consent_basis) as changed,
        known and coalesce(was_first_name, was_last_name) is not null
          and (first_name, last_name) is distinct from (was_first_name, was_last_name) as renamed
      from merged
    ),
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
      from judged, stamp, file where not repeated and not opted_out and consent_basis <> 'withdrawn' order by n
    )
    select (count(*) filter (where not repeated and not known))::int as created,
      (count(*) filter (where not repeated and changed))::int as updated,
      (count(*) filter (where not repeated and renamed))::int as renamed,
      (count(*) filter (where not repeated and known and not changed))::int as unchanged,
      (count(*) filter (where not repeated and kept_opted_out))::int as "keptOptedOut",
      coalesce(array_agg(n::int - 1) filter (where repeated), '{}') as repeated,
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

/** The first rows of the file, kept for its preview, may have an erased person. */
async function forgetSample(sql: PipelineTransaction, importId: string): Promise<void> {
  await sql`update imports set sample = null where id = ${importId}`;
}

function hasKeys(record: Record<string, string>): boolean {
  for (const _ in record) return true;
  return false;
}

/** Stores rows that could not be imported, for the operator to fix. */
export async function writeRejections(
  sql: PipelineTransaction,
  { tenantId, importId }: Pick<ImportBatch, "tenantId" | "importId">,
  rows: readonly RejectedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into import_rejections (tenant_id, import_id, line, reason, detail, row)
    select ${tenantId}, ${importId}, line, reason, detail, cells::jsonb from unnest(
      ${rows.map((row) => row.line)}::int[], ${rows.map((row) => row.reason)}::text[],
      ${rows.map((row) => row.detail)}::text[], ${rows.map((row) => JSON.stringify(row.cells.map(storableText)))}::text[]
    ) as given(line, reason, detail, cells)`;
}
