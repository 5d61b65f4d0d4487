import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { SUPPRESSION_JOIN } from "../suppression/standing.ts";

/** All that a tenant holds about a person, as it is stored, oldest first. Times are ISO 8601 in UTC. */
export interface PersonData {
  phone: string;
  contact: Row | null;
  /** Further numbers of the person, or the preferred one. What is held about them is among the rest. */
  otherNumbers: Row[];
  consents: Row[];
  doNotContact: Row | null;
  messages: (Row & { attempts: Row[] })[];
  replies: Row[];
  /** The carrier's requests about these messages and replies. */
  webhooks: Row[];
  preferences: Row[];
  /** The links in their texts that they clicked, by kind of device. */
  clicks: Row[];
  /** What members wrote to each other about the person. */
  notes: Row[];
  /** The tags of their conversation. */
  conversationTags: string[];
  /** Questions for a consent, and the forms that asked for them. */
  optIns: Row[];
  /** The suppression lists that the number is on. */
  suppressionLists: Row[];
  /** The number as a member's own, for tests of campaigns. */
  testNumbers: Row[];
  rejectedRows: Row[];
  /** What imports of the last 30 days changed of the contact, before and after. */
  importChanges: Row[];
  /** The same of bulk actions: a deleted contact is whole in `before`. */
  bulkChanges: Row[];
  /** Merges with other contacts: what both were, as long as that can be undone. */
  merges: Row[];
  carrierFindings: Row[];
  restoreDifferences: Row[];
  /** The tenant's sending rules that decided about these messages, by version: `verdict.facts.rules` names one. */
  rules: Row[];
  /** What members and the program did with the person, from the audit log. */
  audit: Row[];
}
export type Row = Record<string, unknown>;

/** What is found about one person fits in a file. More messages than this are somebody's test number. */
const ROWS_MAX = 20_000;

/** Reads what is held about a person by one of their numbers: about all of them. */
export async function readPersonData(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<PersonData> {
  const others = await tx.execute<{ phone: string }>(sql`
    select o.phone_e164 as phone from contacts c join lateral other_numbers(c.tenant_id, c.id, c.merged_into) o on true
    where c.tenant_id = ${tenantId} and c.phone_e164 = ${phone} order by 1`);
  const asked = await readNumbersData(tx, tenantId, phone);
  let all = asked;
  for (const other of others) all = together(all, await readNumbersData(tx, tenantId, other.phone));
  return { ...all, phone };
}

/** What tells that rows of two numbers are one: what a person has once, whichever number it is found by. */
const identity = (row: Row): string => String(row.id ?? row.seq ?? row.revision ?? JSON.stringify(row));

/** The details are in the contact with the preferred number; the other rows of contacts say what each number is. */
function together(one: PersonData, other: PersonData): PersonData {
  const contacts = [one.contact, other.contact].filter((contact) => contact !== null);
  const main = contacts.find(({ merged_into: into }) => into === null) ?? contacts[0] ?? null;
  const lists = Object.entries(one).flatMap(([kind, rows]) => {
    if (!Array.isArray(rows)) return [];
    const more = (other as unknown as Record<string, Row[]>)[kind]!;
    const known = new Map([...(rows as Row[]), ...more].map((row) => [identity(row), row]));
    return [[kind, [...known.entries()].sort(byIdentity).map(([, row]) => row)] as const];
  });
  return {
    ...one,
    ...(Object.fromEntries(lists) as Partial<PersonData>),
    contact: main,
    doNotContact: one.doNotContact ?? other.doNotContact,
    otherNumbers: [...one.otherNumbers, ...contacts.filter((contact) => contact !== main)],
  };
}

/** Ids of version 7 are in the order of time. */
const byIdentity = ([one]: [string, Row], [other]: [string, Row]) =>
  one.localeCompare(other, "en", { numeric: true });

async function readNumbersData(tx: TenantTransaction, tenantId: string, phone: string): Promise<PersonData> {
  const [row] = await tx.execute<{ data: PersonData }>(sql`
    with person as (select ${tenantId}::uuid as tenant, ${phone}::text as phone),
    contact as (select c.* from contacts c, person p where c.tenant_id = p.tenant and c.phone_e164 = p.phone),
    tried as materialized (
      select a.* from send_attempts a, person p where a.tenant_id = p.tenant and a.to_phone = p.phone
      order by a.claimed_at limit ${ROWS_MAX}
    ),
    jobs as materialized (
      select j.* from send_jobs j where j.id in (
        select send_job_id from tried union select o.id from send_jobs o, contact c where o.contact_id = c.id)
      order by id limit ${ROWS_MAX}
    ),
    texts as materialized (
      select m.* from inbound_messages m, person p where m.tenant_id = p.tenant and m.from_phone = p.phone
      order by m.id limit ${ROWS_MAX}
    )
    select jsonb_build_object(
      'phone', p.phone, 'otherNumbers', '[]'::jsonb,
      'contact', (select to_jsonb(c) - array['tenant_id', 'first_name_lower', 'last_name_lower'] from contact c),
      'consents', coalesce((
        select jsonb_agg(to_jsonb(s) - array['tenant_id'] || jsonb_build_object('recorded_by_name', u.name) order by s.id)
        from consents s left join users u on u.id = s.recorded_by where s.tenant_id = p.tenant and s.phone_e164 = p.phone), '[]'),
      'doNotContact', (select to_jsonb(d) - array['tenant_id'] from do_not_contact d where d.tenant_id = p.tenant and d.phone_e164 = p.phone),
      'messages', coalesce((
        select jsonb_agg(to_jsonb(j) - array['tenant_id'] || jsonb_build_object(
          'campaign', (select jsonb_build_object('id', k.id, 'kind', k.kind, 'name', k.name, 'launched_at', k.launched_at,
            'launched_by', (select name from users where id = k.launched_by),
            'quiet_hours', k.quiet_hours, 'quiet_hours_override_reason', k.quiet_hours_override_reason)
            from campaigns k where k.id = j.campaign_id),
          'attempts', coalesce((select jsonb_agg(to_jsonb(a) - array['tenant_id', 'reserved_micros', 'look_up_at', 'look_ups'] order by a.attempt)
            from tried a where a.send_job_id = j.id), '[]')) order by j.id)
        from jobs j), '[]'),
      'replies', coalesce((select jsonb_agg(to_jsonb(m) - array['tenant_id'] order by m.id) from texts m), '[]'),
      'notes', coalesce((
        select jsonb_agg(to_jsonb(n) - array['tenant_id'] || jsonb_build_object('author', u.name) order by n.id)
        from conversation_notes n left join users u on u.id = n.author_id
        where n.tenant_id = p.tenant and n.phone_e164 = p.phone), '[]'),
      'conversationTags', coalesce((
        select jsonb_agg(t.tag order by t.tag) from conversation_tags t
        where t.tenant_id = p.tenant and t.phone_e164 = p.phone), '[]'),
      'webhooks', coalesce((
        select jsonb_agg(to_jsonb(e) - array['tenant_id'] order by e.id) from webhook_events e where e.tenant_id = p.tenant and (
          e.attempt_id in (select id from tried) or (e.kind = 'inbound' and e.message_status = 'received' and e.signature_valid
            and e.message_sid in (select message_sid from texts)))), '[]'),
      'preferences', coalesce((
        select jsonb_agg(to_jsonb(r) - array['tenant_id'] order by r.subject) from contact_preferences r
        where r.tenant_id = p.tenant and r.phone_e164 = p.phone), '[]'),
      'clicks', coalesce((
        select jsonb_agg(to_jsonb(k) - array['tenant_id'] || jsonb_build_object('url', l.url) order by k.clicked_at)
        from link_clicks k join campaign_links l on l.tenant_id = k.tenant_id and l.campaign_id = k.campaign_id
          and l.position = k.position
        where k.tenant_id = p.tenant and k.send_job_id in (select id from jobs)
          and k.campaign_id in (select campaign_id from jobs)), '[]'),
      'optIns', coalesce((
        select jsonb_agg(to_jsonb(o) - array['tenant_id', 'token_hash'] order by o.id) from opt_in_requests o
        where o.tenant_id = p.tenant and o.phone_e164 = p.phone), '[]'),
      'suppressionLists', coalesce((
        select suppressed.lists::jsonb from (select p.tenant as tenant_id, p.phone as phone_e164) c ${sql.raw(SUPPRESSION_JOIN)}), '[]'),
      'testNumbers', coalesce((
        select jsonb_agg(to_jsonb(n) - array['tenant_id', 'code'] || jsonb_build_object('member', u.name) order by n.id)
        from test_numbers n left join users u on u.id = n.user_id
        where n.tenant_id = p.tenant and n.phone_e164 = p.phone), '[]'),
      'rejectedRows', coalesce((
        select jsonb_agg(to_jsonb(r) - array['tenant_id'] order by r.import_id, r.line) from import_rejections r
        where r.tenant_id = p.tenant and exists (select 1 from jsonb_array_elements_text(r.row) cell
          where regexp_replace(cell, '[^0-9+]', '', 'g') = p.phone)), '[]'),
      'importChanges', coalesce((
        select jsonb_agg(to_jsonb(h) - array['tenant_id', 'kind'] || jsonb_build_object('file_name', i.file_name) order by h.import_id)
        from contact_changes h join imports i on i.id = h.import_id and i.tenant_id = h.tenant_id
        where h.tenant_id = p.tenant and h.phone_e164 = p.phone), '[]'),
      'bulkChanges', coalesce((
        select jsonb_agg(to_jsonb(h) - array['tenant_id', 'kind', 'import_id']
          || jsonb_build_object('action_id', b.id, 'change', b.change, 'at', b.created_at) order by b.id)
        from contact_changes h join bulk_actions b on b.id = h.import_id and b.tenant_id = h.tenant_id
        where h.tenant_id = p.tenant and h.phone_e164 = p.phone), '[]'),
      'merges', coalesce((
        select jsonb_agg(to_jsonb(g) - array['tenant_id'] || jsonb_build_object('merged_by_name', u.name) order by g.id)
        from contact_merges g left join users u on u.id = g.merged_by
        where g.tenant_id = p.tenant and exists (select 1 from contact c where c.id in (g.kept_id, g.merged_id))), '[]'),
      'carrierFindings', coalesce((
        select jsonb_agg(to_jsonb(f) - array['tenant_id'] order by f.id) from carrier_findings f
        where f.tenant_id = p.tenant and p.phone in (f.from_phone, f.to_phone)), '[]'),
      'restoreDifferences', coalesce((
        select jsonb_agg(to_jsonb(f) - array['tenant_id'] order by f.id) from restore_differences f
        where f.tenant_id = p.tenant and f.phone_e164 = p.phone), '[]'),
      'rules', coalesce((
        select jsonb_agg(jsonb_build_object('revision', v.revision, 'from', v.from_at, 'rules', v.rules) order by v.revision)
        from rule_versions v where v.tenant_id = p.tenant and v.revision::text in (
          select verdict -> 'facts' ->> 'rules' from jobs)), '[]'),
      'audit', coalesce((
        select jsonb_agg(jsonb_build_object('seq', l.seq, 'at', l.created_at, 'actor', u.name, 'action', l.action,
          'object_kind', l.object_kind, 'object_id', l.object_id, 'detail', l.detail, 'hash', encode(l.hash, 'hex')) order by l.seq)
        from audit_log l left join users u on u.id = l.actor_id
        where l.tenant_id = p.tenant and (l.object_id = p.phone
          or l.object_id in (select id::text from contact union select id::text from jobs union select id::text from texts)
          or l.detail ->> 'contactId' in (select id::text from contact) or position(p.phone in l.detail::text) > 0)), '[]')
    ) as data from person p`);
  return row!.data;
}

/** A person whom a search finds. `contactId` is null for a number that is held without a contact. */
export interface FoundNumber {
  isHeld: boolean;
  /** Since when the number is erased. */
  erasedAt: Date | null;
}

/** Returns whether anything is held about a number that may have no contact, and whether it is erased. */
export async function readNumber(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
): Promise<FoundNumber> {
  const [row] = await tx.execute<{ isHeld: boolean; erasedAt: string | null }>(sql`
    select exists (select 1 from contacts where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (select 1 from consents where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (select 1 from inbound_messages where tenant_id = ${tenantId} and from_phone = ${phone})
      or exists (select 1 from send_attempts where tenant_id = ${tenantId} and to_phone = ${phone})
      or exists (select 1 from contact_changes where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (select 1 from conversation_notes where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (select 1 from contact_preferences where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (select 1 from opt_in_requests where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (
        select 1 from (select ${tenantId}::uuid as tenant_id, ${phone}::text as phone_e164) c
        ${sql.raw(SUPPRESSION_JOIN)} where suppressed.lists is not null) as "isHeld",
      erased_since(${tenantId}, ${phone}) as "erasedAt"`);
  return { isHeld: row!.isHeld, erasedAt: row!.erasedAt === null ? null : new Date(row!.erasedAt) };
}

/** Returns the tenant's sending numbers, also those that it no longer has: its webhooks bear them. */
export async function readOwnNumbers(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx.execute<{ phone: string }>(
    sql`select distinct phone_e164 as phone from sending_numbers where tenant_id = ${tenantId}`,
  );
  return rows.map(({ phone }) => phone);
}
