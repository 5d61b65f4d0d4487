import type { ContactValues } from "@smscrm/core/changes/undo-change";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { AS_JSON } from "../contact-rows.ts";
import { optedOutThemselves } from "../opted-out.ts";
import { UNDO_DAYS } from "../undo-runs.ts";

/** A contact that may be merged, and what a merge would mean for it. */
export interface MergeCandidate {
  id: string;
  phone: string;
  values: ContactValues;
  updatedAt: Date;
  mergedInto: string | null;
  /** On the do-not-contact list. */
  isListed: boolean;
  /** They opted out themselves, or withdrew their consent. */
  isOptedOut: boolean;
  refused: string[];
  /** Messages of campaigns and flows that wait to be sent to this number. */
  queuedMessages: number;
  /** Flows that the contact is in. */
  flows: number;
  furtherNumbers: number;
}

/** Reads contacts for the preview of a merge. One that is gone is left out. */
export async function readMergeCandidates(
  tx: TenantTransaction,
  tenantId: string,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, MergeCandidate>> {
  const rows = await tx.execute<
    Omit<MergeCandidate, "updatedAt"> & { updatedAt: string } & Record<string, unknown>
  >(sql`
    select c.id, c.phone_e164 as phone, ${sql.raw(AS_JSON)} as values, c.updated_at::text as "updatedAt",
      c.merged_into as "mergedInto",
      exists (select 1 from do_not_contact d where d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164) as "isListed",
      ${sql.raw(optedOutThemselves("c"))} as "isOptedOut",
      array(select r.subject from contact_preferences r
        where r.tenant_id = c.tenant_id and r.phone_e164 = c.phone_e164 order by 1) as refused,
      (select count(*)::int from send_jobs j join campaigns k on k.tenant_id = j.tenant_id and k.id = j.campaign_id
        where j.tenant_id = c.tenant_id and j.contact_id = c.id and j.status = 'queued' and k.kind in ('campaign', 'flow')) as "queuedMessages",
      (select count(*)::int from flow_people p
        where p.tenant_id = c.tenant_id and p.phone_e164 = c.phone_e164 and p.ended_at is null) as flows,
      (select count(*)::int from contacts a where a.tenant_id = c.tenant_id and a.merged_into = c.id) as "furtherNumbers"
    from contacts c where c.tenant_id = ${tenantId} and c.id = any(${sql.param([...contactIds])}::uuid[])`);
  return new Map([...rows].map((row) => [row.id, { ...row, updatedAt: new Date(row.updatedAt) }]));
}

/** A merge of a contact, as its page shows it. */
export interface ContactMerge {
  id: string;
  keptId: string;
  mergedId: string;
  /** The number that came, null if its contact is gone. */
  mergedPhone: string | null;
  reason: string;
  mergedBy: string | null;
  mergedAt: Date;
  undoneAt: Date | null;
  undoneBy: string | null;
  /** Until when it can be undone; null: no more. */
  undoableUntil: Date | null;
}

const SHOWN_MAX = 20;

/** Returns the latest merges of which a contact is part, the newest first. */
export async function listMerges(
  tx: TenantTransaction,
  tenantId: string,
  contactId: string,
): Promise<ContactMerge[]> {
  type Times = "mergedAt" | "undoneAt" | "undoableUntil";
  type Raw = Omit<ContactMerge, Times> & Record<Times, string | null>;
  const rows = await tx.execute<Raw & Record<string, unknown>>(sql`
    select m.id, m.kept_id as "keptId", m.merged_id as "mergedId", c.phone_e164 as "mergedPhone", m.reason,
      by.name as "mergedBy", m.created_at::text as "mergedAt", m.undone_at::text as "undoneAt", undoer.name as "undoneBy",
      case when m.undone_at is null and m.before is not null and until.at > clock_timestamp() then until.at::text end as "undoableUntil"
    from (
      select * from contact_merges where tenant_id = ${tenantId} and kept_id = ${contactId}
      union
      select * from contact_merges where tenant_id = ${tenantId} and merged_id = ${contactId}
    ) m
    cross join lateral (select m.created_at + make_interval(days => ${UNDO_DAYS}) as at) until
    left join contacts c on c.tenant_id = m.tenant_id and c.id = m.merged_id
    left join users by on by.id = m.merged_by left join users undoer on undoer.id = m.undone_by
    order by m.id desc limit ${SHOWN_MAX}`);
  const time = (at: string | null) => (at === null ? null : new Date(at));
  return [...rows].map((row) => ({
    ...row,
    mergedAt: new Date(row.mergedAt!),
    undoneAt: time(row.undoneAt),
    undoableUntil: time(row.undoableUntil),
  }));
}
