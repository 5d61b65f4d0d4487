import { forgetClicks } from "../links/recipients.ts";
import type { PipelineTransaction } from "../postgres/connection.ts";
import type { PendingErasure } from "../schema/index.ts";

/** A person whose traces are removed, and the mark that stands in their number's place. */
interface Erased extends PendingErasure {
  tenantId: string;
  mark: string;
  by: string | null;
  erasureId: string;
}

type Step = (tx: PipelineTransaction, person: Erased) => Promise<number>;

/** Returns the mark of a person: a part of the keyed hash, so that their messages still belong together. */
export async function markOf(tx: PipelineTransaction, tenantId: string, phone: string): Promise<string> {
  const [row] = await tx<{ mark: string }[]>`
    select 'erased:' || substr(encode(number_hash(${tenantId}, ${phone}), 'hex'), 1, 16) as mark`;
  return row!.mark;
}

/** Cancels what is queued for a person, and takes their number off all their jobs. */
export async function cancelQueued(
  tx: PipelineTransaction,
  { tenantId, contactIds, mark }: { tenantId: string; contactIds: readonly string[]; mark: string },
): Promise<number> {
  if (contactIds.length === 0) return 0;
  const changed = await tx`
    update send_jobs j set phone_e164 = ${mark}, verdict = null, language = null, language_reason = null,
      status = case when status = 'queued' then 'canceled' else status end,
      failure_reason = case when status = 'queued' then 'Canceled' else failure_reason end,
      hold_reason = case when status = 'queued' then null else hold_reason end,
      not_before = case when status = 'queued' then null else not_before end,
      final_at = case when status = 'queued' then clock_timestamp() else final_at end,
      updated_at = clock_timestamp()
    where id in (
      select id from send_jobs where contact_id = any(${contactIds as string[]}::uuid[]) and tenant_id = ${tenantId}
      order by id for no key update
    ) and (phone_e164 <> ${mark} or status = 'queued') returning 1`;
  return changed.length;
}

const messages: Step = async (tx, { tenantId, phone, mark }) => {
  // Locked in order, as settlements and callbacks lock them.
  const changed = await tx`
    update send_attempts set to_phone = ${mark}, body = ''
    where id in (
      select id from send_attempts where tenant_id = ${tenantId} and to_phone = ${phone} order by id for no key update
    ) returning 1`;
  return changed.length;
};

/** Replies and tests are campaigns of one person, so their text is the person's. */
const oneMessages: Step = async (tx, { tenantId, contactIds }) => {
  const changed = await tx`
    update campaigns set body = '', forecast = null where tenant_id = ${tenantId} and kind not in ('campaign', 'flow') and body <> ''
      and id in (select campaign_id from send_jobs where contact_id = any(${contactIds}::uuid[]) and tenant_id = ${tenantId})
    returning 1`;
  return changed.length;
};

/** A test for a member has the values of the person that it was made for. The number that it went to is the member's. */
const testsWithTheirValues: Step = async (tx, { tenantId, contactIds }) => {
  const changed = await tx`
    with theirs as (
      update campaigns set body = '', forecast = null
      where tenant_id = ${tenantId} and kind = 'test' and values_of = any(${contactIds}::uuid[]) and body <> '' returning id
    )
    update send_attempts set body = '' where tenant_id = ${tenantId} and body <> '' and send_job_id in (
      select id from send_jobs where campaign_id in (select id from theirs)) returning 1`;
  return changed.length;
};

/** The number of a member who asked to be erased gets no more tests. */
const testNumbers: Step = async (tx, { tenantId, phone }) => {
  const gone =
    await tx`delete from test_numbers where tenant_id = ${tenantId} and phone_e164 = ${phone} returning 1`;
  return gone.length;
};

const GONE = { erased: "true" };

/** Callbacks bear the number, and the text of a reply. Events without a tenant may be this tenant's by its own number. */
const webhooks: Step = async (tx, { tenantId, phone, mark }) => {
  const changed = await tx`
    update webhook_events set payload = ${tx.json(GONE)} where payload <> ${tx.json(GONE)} and id in (
      select e.id from send_attempts a join send_jobs j on j.id = a.send_job_id
        join webhook_events e on e.attempt_id = a.id where a.tenant_id = ${tenantId} and a.to_phone = ${mark}
      union all
      select e.id from inbound_messages m join webhook_events e
        on e.kind = 'inbound' and e.message_sid = m.message_sid and e.message_status = 'received' and e.signature_valid
        where m.tenant_id = ${tenantId} and m.from_phone = ${phone}
      union all
      select e.id from webhook_events e where e.tenant_id is null and e.outcome <> 'forged'
        and (e.payload ->> 'To' = ${phone} and e.payload ->> 'From' in (
            select phone_e164 from sending_numbers where tenant_id = ${tenantId})
          or e.payload ->> 'From' = ${phone} and e.payload ->> 'To' in (
            select phone_e164 from sending_numbers where tenant_id = ${tenantId}))
    ) returning 1`;
  return changed.length;
};

/** The message's id stays: the carrier lists it again, and it must not come back. */
const replies: Step = async (tx, { tenantId, phone, mark }) => {
  await tx`delete from texted_numbers where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  await tx`delete from conversations where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  await tx`delete from conversation_notes where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  await tx`delete from note_mentions where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  await tx`delete from conversation_tags where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  await tx`delete from conversation_reads where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  await tx`delete from automatic_answers where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  const changed = await tx`
    update inbound_messages set from_phone = ${mark}, body = '', contact_id = null, answer = null, facts = null,
      read_at = coalesce(read_at, clock_timestamp()),
      decision = case when kind in ('ask-a-person', 'partial-opt-out') then coalesce(decision, 'dismissed') else decision end
    where tenant_id = ${tenantId} and from_phone = ${phone} returning 1`;
  return changed.length;
};

const consents: Step = async (tx, { tenantId, phone, mark }) => {
  const [row] = await tx<{ rows: number }[]>`
    select redact_consents(${tenantId}, ${phone}, ${mark}) as rows`;
  return row!.rows;
};

const restores: Step = async (tx, { tenantId, phone, mark }) => {
  const differences = await tx`
    update restore_differences set phone_e164 = ${mark}, body = ''
    where tenant_id = ${tenantId} and phone_e164 = ${phone} returning 1`;
  const findings = await tx`
    update carrier_findings set
      from_phone = case when from_phone = ${phone} then ${mark} else from_phone end,
      to_phone = case when to_phone = ${phone} then ${mark} else to_phone end
    where tenant_id = ${tenantId} and ${phone} in (from_phone, to_phone) returning 1`;
  return differences.length + findings.length;
};

/**
 * A row of a file is the person's if a cell has their number, in whatever form, or if two cells have both their names.
 * A piece of SQL about `cells`, an array of texts in JSON.
 */
const isTheirs = (
  tx: PipelineTransaction,
  cells: string,
  { nationalDigits, firstName, lastName, email = null }: Erased,
) => tx`
  jsonb_typeof(${tx.unsafe(cells)}) = 'array' and (
    exists (select 1 from jsonb_array_elements_text(${tx.unsafe(cells)}) cell
      where position(${nationalDigits}::text in regexp_replace(cell, '[^0-9]', '', 'g')) > 0)
    or coalesce(${firstName}::text, '') <> '' and coalesce(${lastName}::text, '') <> ''
      and position(lower(${firstName}::text) in lower(${tx.unsafe(cells)}::text)) > 0
      and position(lower(${lastName}::text) in lower(${tx.unsafe(cells)}::text)) > 0
    or exists (select 1 from jsonb_array_elements_text(${tx.unsafe(cells)}) cell
      where coalesce(${email}::text, '') <> '' and lower(btrim(cell)) = lower(${email}::text)))`;

const rejectedRows: Step = async (tx, person) => {
  const changed = await tx`
    update import_rejections r set row = '[]', detail = null
    where tenant_id = ${person.tenantId} and import_id in (select id from imports where tenant_id = ${person.tenantId})
      and ${isTheirs(tx, "r.row", person)} returning 1`;
  const shown = await tx`
    update imports i set
      sample = (select jsonb_agg(case when ${isTheirs(tx, "line.value", person)} then '[]' else line.value end order by line.nth)
        from jsonb_array_elements(i.sample) with ordinality line (value, nth)),
      header = case when not has_header and ${isTheirs(tx, "i.header", person)}
        then (select jsonb_agg('Column ' || nth order by nth) from jsonb_array_elements(i.header) with ordinality h (value, nth))
        else header end
    where tenant_id = ${person.tenantId} and (
      not has_header and ${isTheirs(tx, "i.header", person)}
      or jsonb_typeof(sample) = 'array' and exists (
        select 1 from jsonb_array_elements(i.sample) line (value) where ${isTheirs(tx, "line.value", person)}))
    returning 1`;
  return changed.length + shown.length;
};

/**
 * The bytes of files that nobody started can't be searched in every encoding, so these uploads end. An import that runs
 * refuses the person's rows, and its bytes are deleted when it ends.
 */
const uploads: Step = async (tx, { tenantId }) => {
  const ended = await tx`
    update imports set status = 'canceled', finished_at = clock_timestamp(), sample = null,
      error = 'A person was erased while this file waited. Upload it again.'
    where tenant_id = ${tenantId} and status in ('uploading', 'ready') returning 1`;
  await tx`
    delete from import_chunks c using imports i where c.tenant_id = ${tenantId} and i.tenant_id = c.tenant_id
      and i.id = c.import_id and i.status in ('completed', 'canceled', 'failed')`;
  return ended.length;
};

/** The change log has what the contact was before imports and bulk actions, a deleted one whole. No undo brings an erased person back. */
const importChanges: Step = async (tx, { tenantId, phone }) => {
  const gone = await tx`
    delete from contact_changes where tenant_id = ${tenantId} and phone_e164 = ${phone} returning 1`;
  return gone.length;
};

/** What they were before a merge, also with another contact, and with whom they were compared. Their match keys go with the contact. */
const merges: Step = async (tx, { tenantId, contactIds }) => {
  const logged = await tx`
    delete from contact_merges where tenant_id = ${tenantId}
      and (kept_id = any(${contactIds}::uuid[]) or merged_id = any(${contactIds}::uuid[])) returning 1`;
  await tx`
    delete from contact_not_duplicates where tenant_id = ${tenantId}
      and (low_id = any(${contactIds}::uuid[]) or high_id = any(${contactIds}::uuid[]))`;
  return logged.length;
};

const auditEntries: Step = async (tx, person) => {
  const { tenantId, phone, contactIds, firstName, lastName, mark, by, erasureId } = person;
  // One name alone would be found in many entries that are not about the person.
  const name = firstName && lastName ? `${firstName} ${lastName}` : null;
  const [row] = await tx<{ rows: number }[]>`
    select redact_audit(${tenantId}, ${phone}, ${contactIds}::text[], ${name}, ${mark}, ${by}, ${erasureId}) as rows`;
  return row!.rows;
};

const preferences: Step = async (tx, { tenantId, phone }) => {
  const gone = await tx`
    delete from contact_preferences where tenant_id = ${tenantId} and phone_e164 = ${phone} returning 1`;
  return gone.length;
};

/** A question that was answered stays as the origin of a consent, without the number and the address of its browser. */
const optIns: Step = async (tx, { tenantId, phone, mark }) => {
  const changed = await tx`
    update opt_in_requests set phone_e164 = ${mark}, evidence = null, token_hash = null
    where tenant_id = ${tenantId} and phone_e164 = ${phone} returning 1`;
  return changed.length;
};

/**
 * A register's entry is no data of the tenant's: it stays, by the keyed hash, and stops marketing again if the erasure is
 * ever lifted.
 */
const suppressionEntries: Step = async (tx, { tenantId, phone }) => {
  const changed = await tx`
    update suppressed_numbers set phone_e164 = 'erased:' || encode(number_hash(${tenantId}, ${phone}), 'hex')
    where tenant_id = ${tenantId} and phone_e164 = ${phone} collate "C"
      and version_id in (select id from suppression_versions where tenant_id = ${tenantId}) returning 1`;
  return changed.length;
};

const flows: Step = async (tx, { tenantId, phone, contactIds }) => {
  const events = await tx`
    delete from flow_events where tenant_id = ${tenantId} and contact_id = any(${contactIds}::uuid[]) returning 1`;
  const gone = await tx`
    delete from flow_people where tenant_id = ${tenantId}
      and (phone_e164 = ${phone} or contact_id = any(${contactIds}::uuid[])) returning 1`;
  return events.length + gone.length;
};

const jobs: Step = (tx, person) => cancelQueued(tx, person);

/** Takes the person off the links in their texts, and off their clicks: link_recipients, link_clicks, clicked_contacts. */
const clicks: Step = (tx, { tenantId, contactIds }) => forgetClicks(tx, tenantId, contactIds);

/** In this order: callbacks are found by the marked attempts and the unmarked replies. */
export const STEPS: Readonly<Record<string, Step>> = {
  messages,
  jobs,
  clicks,
  oneMessages,
  testsWithTheirValues,
  testNumbers,
  webhooks,
  replies,
  consents,
  preferences,
  optIns,
  flows,
  suppressionEntries,
  restores,
  rejectedRows,
  uploads,
  importChanges,
  merges,
  auditEntries,
};
