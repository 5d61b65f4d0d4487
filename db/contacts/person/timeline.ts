import type { ContactValues } from "@smscrm/core/changes/undo-change";
import type { SendJobStatus } from "@smscrm/core/send/send-job";
import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../../postgres/page.ts";
import { CHANGE_KINDS } from "../../schema/index.ts";

/** What a timeline can be filtered by. `consent` has opt-outs, too; `change` what happened to the contact's details. */
export const TIMELINE_KINDS = ["message", "reply", "note", "consent", "change"] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** One thing that happened to a person. Only what its `of` has is set. */
export interface TimelineEntry {
  key: string;
  kind: TimelineKind;
  /** Where it is stored. `list`: the do-not-contact list; `action`: what a member or the program did, from the audit log. */
  of:
    | "message"
    | "reply"
    | "note"
    | "consent"
    | "list"
    | "action"
    | "import"
    | "undo"
    | "bulk"
    | "bulk-undo"
    | "created";
  at: Date;
  /** The number it was about. */
  phone: string;
  /** Who did it, where that is known. */
  by: string | null;
  /** The id of what it links to: a message, an import, or a bulk action. */
  id: string | null;
  /** The campaign, the file, the action, or the source; of a bulk action its change as JSON. */
  name: string | null;
  body: string | null;
  status: SendJobStatus | null;
  reason: string | null;
  /** What an import changed. Of an action, `after` has its details. */
  before: ContactValues | null;
  after: ContactValues | null;
}

/** A number of a person, and its contact. */
interface PersonNumber {
  contactId: string;
  phone: string;
}

/**
 * Returns a page of what happened to a person, newest first, from where each thing is stored. Ids of version 7 sort by
 * their time; what has no such id gets a key of the same form, so one cursor is enough. Each source is read by its index.
 */
export async function listTimeline(
  tx: TenantTransaction,
  tenantId: string,
  numbers: readonly PersonNumber[],
  { cursor, limit, kinds }: PageRequest & { kinds: readonly TimelineKind[] },
): Promise<Page<TimelineEntry>> {
  const before = sql`${cursor ?? "ffffffff-ffff-ffff-ffff-ffffffffffff"}::uuid`;
  const sources = SOURCES.filter(({ kind }) => kinds.includes(kind));
  if (sources.length === 0 || numbers.length === 0) return { items: [], nextCursor: null };
  const branches = sources.map(
    ({ kind, of, read }) => sql`
      (select found.*, ${kind}::text as kind, ${of}::text as of from person p cross join lateral (
        ${read(tenantId, before)} order by 1 desc limit ${limit + 1}) found
      order by 1 desc limit ${limit + 1})`,
  );
  const rows = await tx.execute<Omit<TimelineEntry, "at"> & { at: string } & Record<string, unknown>>(sql`
    with person as (
      select * from unnest(${sql.param(numbers.map(({ contactId }) => contactId))}::uuid[],
        ${sql.param(numbers.map(({ phone }) => phone))}::text[]) as n (contact_id, phone))
    select * from (${sql.join(branches, sql` union all `)}) entries order by key desc limit ${limit + 1}`);
  return pageOf(
    [...rows].map(({ at, ...row }) => ({ ...row, at: new Date(at) })),
    limit,
    ({ key }) => key,
  );
}

interface Source {
  kind: TimelineKind;
  of: TimelineEntry["of"];
  /** Selects from one number `p`: key, at, phone, by, id, name, body, status, reason, before, after. */
  read: (tenantId: string, before: SQL) => SQL;
}

/** A key that sorts with ids of version 7. `salt`: twelve hexadecimal digits that differ where times don't. */
const keyAt = (at: string, salt: string) =>
  sql.raw(
    `(lpad(to_hex(floor(extract(epoch from ${at}) * 1000)::bigint), 12, '0') || '70008000' || ${salt})::uuid`,
  );
const saltOf = (id: string) => `substr(md5(${id}::text), 1, 12)`;

/** Who recorded a consent or a note is beside it already. */
const ELSEWHERE = sql`('consent.add', 'consent.withdraw', 'conversation.note')`;
const ABOUT_CONSENT = sql`split_part(l.action, '.', 1) in ('do-not-contact', 'opt-out', 'preference', 'consent')
  or l.action in ('contact.opt-out')`;

const actions = (kind: TimelineKind, condition: SQL): Source => ({
  kind,
  of: "action",
  read: (tenantId, before) => {
    const key = keyAt("l.created_at", "lpad(to_hex(l.id), 12, '0')");
    return sql`
      select ${key} as key, l.created_at as at, p.phone, u.name as by, null::uuid as id, l.action as name,
        null::text as body, null::text as status, null::text as reason, null::jsonb as before, l.detail as after
      from (
        select * from audit_log a where a.tenant_id = ${tenantId} and a.object_kind = 'contact'
          and a.object_id = p.contact_id::text
        union all
        select * from audit_log a where a.tenant_id = ${tenantId} and a.object_kind = 'phone' and a.object_id = p.phone
      ) l left join users u on u.id = l.actor_id
      where l.action not in ${ELSEWHERE} and (${condition}) and ${key} < ${before}`;
  },
});

/** What a bulk action changed, deleted, or put on or took off the do-not-contact list. */
const BULK_KINDS = [CHANGE_KINDS.changed, CHANGE_KINDS.renamed, CHANGE_KINDS.deleted, CHANGE_KINDS.listed];

const SOURCES: readonly Source[] = [
  {
    kind: "message",
    of: "message",
    read: (tenantId, before) => sql`
      select j.id as key, j.created_at as at, p.phone, case when c.kind <> 'campaign' then u.name end as by, j.id,
        c.name, null::text as body, j.status, coalesce(j.failure_reason, j.hold_reason) as reason,
        null::jsonb as before, null::jsonb as after
      from send_jobs j join campaigns c on c.tenant_id = j.tenant_id and c.id = j.campaign_id
      left join users u on u.id = c.created_by
      where j.tenant_id = ${tenantId} and j.phone_e164 = p.phone and j.id < ${before}`,
  },
  {
    kind: "reply",
    of: "reply",
    read: (tenantId, before) => sql`
      select m.id as key, m.created_at as at, p.phone, null::text as by, null::uuid as id, m.kind as name, m.body,
        null::text as status, m.decision as reason, null::jsonb as before, null::jsonb as after
      from inbound_messages m
      where m.tenant_id = ${tenantId} and m.from_phone = p.phone and m.id < ${before}`,
  },
  {
    kind: "note",
    of: "note",
    read: (tenantId, before) => sql`
      select n.id as key, n.created_at as at, p.phone, u.name as by, null::uuid as id, null::text as name, n.body,
        null::text as status, null::text as reason, null::jsonb as before, null::jsonb as after
      from conversation_notes n left join users u on u.id = n.author_id
      where n.tenant_id = ${tenantId} and n.phone_e164 = p.phone and n.id < ${before}`,
  },
  {
    kind: "consent",
    of: "consent",
    read: (tenantId, before) => sql`
      select s.id as key, s.created_at as at, p.phone, u.name as by, null::uuid as id, s.source as name,
        s.wording as body, null::text as status, s.basis as reason, null::jsonb as before, null::jsonb as after
      from consents s left join users u on u.id = s.recorded_by
      where s.tenant_id = ${tenantId} and s.phone_e164 = p.phone and s.id < ${before}`,
  },
  {
    kind: "consent",
    of: "list",
    // A member's own entry is among the actions, and a reply's or link's among consents.
    read: (tenantId, before) => {
      const key = keyAt("d.created_at", saltOf("d.phone_e164"));
      return sql`
        select ${key} as key, d.created_at as at, p.phone, null::text as by, null::uuid as id, d.source as name,
          d.note as body, null::text as status, null::text as reason, null::jsonb as before, null::jsonb as after
        from do_not_contact d
        where d.tenant_id = ${tenantId} and d.phone_e164 = p.phone and d.source in ('import', 'carrier', 'sql')
          and ${key} < ${before}`;
    },
  },
  actions("consent", ABOUT_CONSENT),
  actions("change", sql`not (${ABOUT_CONSENT})`),
  {
    kind: "change",
    of: "import",
    read: (tenantId, before) => {
      const key = keyAt("coalesce(i.started_at, i.created_at)", saltOf("(i.id, h.contact_id)"));
      const { changed, renamed, added } = CHANGE_KINDS;
      return sql`
        select ${key} as key, coalesce(i.started_at, i.created_at) as at, p.phone, u.name as by, i.id,
          i.file_name as name, null::text as body, null::text as status,
          case when h.kind = ${added} then 'added' else 'changed' end as reason, h.before, h.after
        from contact_changes h join imports i on i.tenant_id = h.tenant_id and i.id = h.import_id
        left join users u on u.id = i.created_by
        where h.tenant_id = ${tenantId} and h.phone_e164 = p.phone and h.kind in (${changed}, ${renamed}, ${added})
          and ${key} < ${before}`;
    },
  },
  {
    kind: "change",
    of: "undo",
    read: (tenantId, before) => {
      const key = keyAt("o.finished_at", saltOf("(o.import_id, h.contact_id)"));
      return sql`
        select ${key} as key, o.finished_at as at, p.phone, u.name as by, i.id, i.file_name as name,
          o.reason as body, null::text as status, null::text as reason, null::jsonb as before, null::jsonb as after
        from contact_changes h join import_undos o on o.tenant_id = h.tenant_id and o.import_id = h.import_id
        join imports i on i.tenant_id = h.tenant_id and i.id = h.import_id left join users u on u.id = o.requested_by
        where h.tenant_id = ${tenantId} and h.phone_e164 = p.phone and o.finished_at is not null
          and h.kind in (${CHANGE_KINDS.changed}, ${CHANGE_KINDS.renamed}) and ${key} < ${before}`;
    },
  },
  {
    kind: "change",
    of: "bulk",
    read: (tenantId, before) => {
      const key = keyAt("b.created_at", saltOf("(b.id, h.contact_id)"));
      return sql`
        select ${key} as key, b.created_at as at, p.phone, u.name as by, b.id, b.change::text as name, b.reason as body,
          null::text as status, null::text as reason, null::jsonb as before, null::jsonb as after
        from contact_changes h join bulk_actions b on b.tenant_id = h.tenant_id and b.id = h.import_id
        left join users u on u.id = b.requested_by
        where h.tenant_id = ${tenantId} and h.phone_e164 = p.phone and h.kind = any(${sql.param(BULK_KINDS)}::int[]) and ${key} < ${before}`;
    },
  },
  {
    kind: "change",
    of: "bulk-undo",
    read: (tenantId, before) => {
      const key = keyAt("o.finished_at", saltOf("(o.import_id, h.contact_id)"));
      return sql`
        select ${key} as key, o.finished_at as at, p.phone, u.name as by, b.id, b.change::text as name,
          o.reason as body, null::text as status, null::text as reason, null::jsonb as before, null::jsonb as after
        from contact_changes h join import_undos o on o.tenant_id = h.tenant_id and o.import_id = h.import_id
        join bulk_actions b on b.tenant_id = h.tenant_id and b.id = h.import_id left join users u on u.id = o.requested_by
        where h.tenant_id = ${tenantId} and h.phone_e164 = p.phone and o.finished_at is not null
          and h.kind = any(${sql.param(BULK_KINDS)}::int[]) and ${key} < ${before}`;
    },
  },
  {
    kind: "change",
    of: "created",
    // Whom a member added is among the actions.
    read: (tenantId, before) => {
      const key = keyAt("c.created_at", saltOf("c.id"));
      return sql`
        select ${key} as key, c.created_at as at, p.phone, null::text as by, null::uuid as id, null::text as name,
          null::text as body, null::text as status, null::text as reason, null::jsonb as before, null::jsonb as after
        from contacts c where c.tenant_id = ${tenantId} and c.id = p.contact_id and ${key} < ${before} and not exists (
          select 1 from audit_log a where a.tenant_id = ${tenantId} and a.object_kind = 'contact'
            and a.object_id = c.id::text and a.action = 'contact.add')`;
    },
  },
];
