import { STRIKES, strikeCodes } from "@smscrm/core/send/carrier-outcome";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Fragment, PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";
import { contacts } from "../schema/index.ts";

/** A carrier's error code that says something about a recipient's number. */
export interface CarrierFeedback {
  attemptId: string;
  action: "suppress" | "mark-invalid" | "strike";
  /** A sentence for the contact's page. */
  why: string;
}

/**
 * Stores the carrier's feedback: a suppression, an invalid number, or one that can't be reached for now. A suppression
 * blocks the number and leaves consent as it is: the carrier may block for other reasons than the person's STOP, and
 * that text comes by itself. Idempotent: strikes are the days with failed attempts, counted each time from the attempts.
 */
export async function applyCarrierFeedback(
  tx: PipelineTransaction,
  feedback: readonly CarrierFeedback[],
): Promise<void> {
  if (feedback.length === 0) return;
  const rows = tx`jsonb_to_recordset(${tx.json(feedback as never)}) as l ("attemptId" uuid, action text, why text)
    join send_attempts a on a.id = l."attemptId" and a.to_phone not like 'erased:%'`;
  // Contacts before entries, and by number, as an opt-out locks them.
  await tx`
    select 1 from contacts c where (c.tenant_id, c.phone_e164) in (select a.tenant_id, a.to_phone from ${rows})
    order by c.tenant_id, c.phone_e164 for no key update`;
  await tx`
    insert into do_not_contact (tenant_id, phone_e164, source, note)
    select distinct on (a.tenant_id, a.to_phone) a.tenant_id, a.to_phone, 'carrier', l.why from ${rows}
    where l.action = 'suppress' order by a.tenant_id, a.to_phone
    on conflict do nothing`;
  await tx`
    update contacts c set invalid_reason = feedback.why, invalid_until = null, updated_at = now()
    from (
      select a.tenant_id, a.to_phone, min(l.why) as why from ${rows}
      where l.action = 'mark-invalid' group by 1, 2 order by 1, 2
    ) feedback
    where c.tenant_id = feedback.tenant_id and c.phone_e164 = feedback.to_phone
      and (c.invalid_reason is null or c.invalid_until is not null)`;
  if (feedback.some(({ action }) => action === "strike")) await strike(tx, rows);
}

/**
 * A number that failed on three days of the last thirty, without a delivery in between, is not texted for a while.
 */
async function strike(tx: PipelineTransaction, rows: Fragment): Promise<void> {
  await tx`
    update contacts c set strikes = least(failed.days, 100),
      invalid_reason = case when failed.days >= ${STRIKES.days} then failed.why end,
      invalid_until = case when failed.days >= ${STRIKES.days}
        then clock_timestamp() + make_interval(days => ${STRIKES.restDays}) end,
      updated_at = now()
    from (
      select struck.tenant_id, struck.to_phone, struck.why, (
        select count(distinct (f.final_at at time zone 'UTC')::date)::int from send_attempts f
        where f.tenant_id = struck.tenant_id and f.to_phone = struck.to_phone
          and f.claimed_at > clock_timestamp() - make_interval(days => ${STRIKES.windowDays})
          and f.carrier_error_code = any(${strikeCodes() as number[]}::int[])
          and f.claimed_at > coalesce((
            select max(d.claimed_at) from send_attempts d
            where d.tenant_id = struck.tenant_id and d.to_phone = struck.to_phone
              and d.claimed_at > clock_timestamp() - make_interval(days => ${STRIKES.windowDays})
              and d.carrier_status in ('delivered', 'read')), '-infinity')
      ) as days
      from (
        select a.tenant_id, a.to_phone, min(l.why) as why from ${rows} where l.action = 'strike' group by 1, 2 order by 1, 2
      ) struck
    ) failed
    where c.tenant_id = failed.tenant_id and c.phone_e164 = failed.to_phone and c.invalid_reason is null`;
}

/** A text from the person proves that the number works. Later carrier feedback counts again. */
export async function markReachable(tx: PipelineTransaction, tenantId: string, phone: string): Promise<void> {
  await tx`
    update contacts set invalid_reason = null, invalid_until = null, strikes = 0, updated_at = now()
    where tenant_id = ${tenantId} and phone_e164 = ${phone} and (invalid_reason is not null or strikes > 0)`;
}

/** Allows texts again to a number that the carrier called unreachable. False if it was not. */
export async function clearUnreachable(
  tx: TenantTransaction,
  tenantId: string,
  contactId: string,
): Promise<boolean> {
  const rows = await tx
    .update(contacts)
    .set({ invalidReason: null, invalidUntil: null, strikes: 0, updatedAt: sql`clock_timestamp()` })
    .where(
      and(eq(contacts.tenantId, tenantId), eq(contacts.id, contactId), isNotNull(contacts.invalidReason)),
    )
    .returning({ id: contacts.id });
  return rows.length > 0;
}
