import { keywordOf } from "@smscrm/core/consent/opt-in";
import { normalisePhone } from "@smscrm/core/contacts/phone";
import type { FlowCause } from "@smscrm/core/flows/definition";
import { dayResetsAt, localDay } from "@smscrm/core/time/budget-period";
import { isValidZone } from "@smscrm/core/time/time-zone";
import { sql } from "drizzle-orm";
import { BASIS_WITHOUT_CONSENT } from "../contacts/opt-outs.ts";
import {
  type Pipeline,
  type PipelineTransaction,
  type TenantTransaction,
  transact,
} from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";

/** A text of a person, as the webhook brings it. */
interface Text {
  messageSid: string;
  from: string;
  body: string;
  /** The time of a text that came late. */
  receivedAt?: Date;
}

/**
 * Flows, in the transaction that stores an ordinary text: a keyword brings its sender into a flow, and any other text answers
 * the message that a flow sent last. A text that came late starts nothing, because nobody waits for it any more. STOP, START,
 * HELP and whatever a person must read never come here.
 */
export async function takeFlowText(tx: PipelineTransaction, tenantId: string, text: Text): Promise<boolean> {
  if (!text.receivedAt && (await enterByKeyword(tx, tenantId, text))) return true;
  const at = text.receivedAt ?? null;
  const answered = await tx`
    update flow_people p set replied_at = coalesce(${at}::timestamptz, now()), due_at = clock_timestamp()
    where p.tenant_id = ${tenantId} and p.ended_at is null and p.expects_reply
      and p.phone_e164 in (select ${text.from} union all select o.phone_e164 from contacts c
        join lateral other_numbers(c.tenant_id, c.id, c.merged_into) o on true
        where c.tenant_id = ${tenantId} and c.phone_e164 = ${text.from})
      and p.replied_at is null and exists (
        select 1 from send_attempts a
        where a.tenant_id = p.tenant_id and a.to_phone in (p.phone_e164, ${text.from}) and a.campaign_id = p.message_campaign_id
          and a.state in ('sending', 'accepted', 'unknown', 'presumed-sent')
          and a.claimed_at < coalesce(${at}::timestamptz, clock_timestamp()))
    returning 1`;
  return answered.length > 0;
}

/** Returns whether the text is a keyword that brought its sender in. Who is already in the flow, or was, does not enter again. */
async function enterByKeyword(
  tx: PipelineTransaction,
  tenantId: string,
  { from, body, messageSid }: Text,
): Promise<boolean> {
  const keyword = keywordOf(body);
  if (keyword === null) return false;
  const found = await tx`
    select 1 from flows f where f.tenant_id = ${tenantId} and f.status = 'live' and f.trigger_kind = 'keyword'
      and f.trigger_value = ${keyword} and takes_people(f)`;
  const phone = normalisePhone(from, "");
  if (found.length === 0 || !phone.ok || phone.e164 !== from) return false;
  await tx`
    insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis)
    select tenant_id, phone, ${phone.country}, ${phone.lineType}, ${tx.unsafe(BASIS_WITHOUT_CONSENT)}
    from (select ${tenantId}::uuid as tenant_id, ${from}::text as phone) n
    on conflict (tenant_id, phone_e164) do nothing`;
  const cause: FlowCause = { kind: "keyword", keyword, messageSid };
  const entered = await tx`
    insert into flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause)
    select f.tenant_id, f.id, c.phone_e164, c.id, f.version, ${tx.json(cause as never)}
    from flows f join contacts w on w.tenant_id = f.tenant_id and w.phone_e164 = ${from}
    -- Who texts from a further number enters with the preferred one.
    join contacts c on c.tenant_id = f.tenant_id and c.id = coalesce(w.merged_into, w.id)
    where f.tenant_id = ${tenantId} and f.status = 'live' and f.trigger_kind = 'keyword' and f.trigger_value = ${keyword}
      and takes_people(f) and not exists (
        select 1 from do_not_contact d where d.tenant_id = f.tenant_id and d.phone_e164 = c.phone_e164)
    on conflict do nothing returning 1`;
  return entered.length > 0;
}

/**
 * Records an event that a system of the tenant reported about a contact. Returns into how many flows it brought them; an event
 * that was reported before, by its key, changes nothing. Null: the key was used for another event.
 */
export async function reportEvent(
  tx: TenantTransaction,
  tenantId: string,
  { event, contactId, key }: { event: string; contactId: string; key: string },
): Promise<{ entered: number; isRepeated: boolean } | null> {
  // Two reports with one key at the same time are taken one after the other.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.flowEvents}::text || ${`${tenantId} ${key}`}::text, 0))`,
  );
  const [known] = await tx.execute<{ event: string; contactId: string; entered: number }>(sql`
    select event, contact_id as "contactId", entered from flow_events where tenant_id = ${tenantId} and key = ${key}`);
  if (known)
    return known.event === event && known.contactId === contactId
      ? { entered: known.entered, isRepeated: true }
      : null;
  const cause: FlowCause = { kind: "event", event, key };
  const entered = await tx.execute(sql`
    insert into flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause)
    select f.tenant_id, f.id, c.phone_e164, c.id, f.version, ${JSON.stringify(cause)}::text::jsonb
    from flows f join contacts named on named.tenant_id = f.tenant_id and named.id = ${contactId}
    join contacts c on c.tenant_id = f.tenant_id and c.id = coalesce(named.merged_into, named.id)
    where f.tenant_id = ${tenantId} and f.status = 'live' and f.trigger_kind = 'event' and f.trigger_value = ${event}
      and takes_people(f) and not exists (
        select 1 from do_not_contact d where d.tenant_id = f.tenant_id and d.phone_e164 = c.phone_e164)
    on conflict do nothing returning 1`);
  await tx.execute(sql`
    insert into flow_events (tenant_id, key, event, contact_id, entered)
    values (${tenantId}, ${key}, ${event}, ${contactId}, ${entered.length})`);
  return { entered: entered.length, isRepeated: false };
}

const DATES_PER_ROUND = 20;

/**
 * Brings those into flows whose date it is today, once a day and flow, by the tenant's clock. A day that passed while a flow
 * or all sending was paused is skipped. Returns how many entered.
 */
export function enterByDates(pipeline: Pipeline): Promise<number> {
  return transact(pipeline, async (tx) => {
    const due = await tx<
      { id: string; tenantId: string; field: string; days: number; timezone: string; now: Date }[]
    >`
      select f.id, f.tenant_id as "tenantId", f.trigger_value as field, f.trigger_days as days, t.timezone, clock_timestamp() as now
      from flows f
      join tenants t on t.id = f.tenant_id and t.sending_paused_at is null and t.restore_locked_at is null
      where f.status = 'live' and f.trigger_kind = 'date' and f.date_due_at <= statement_timestamp() and takes_people(f)
      order by f.date_due_at limit ${DATES_PER_ROUND} for no key update of f skip locked`;
    let entered = 0;
    // An operator's SQL may write any text as the zone. Then nobody knows which day it is.
    for (const { id, tenantId, field, days, timezone, now } of due.filter((one) =>
      isValidZone(one.timezone),
    )) {
      const day = dayBefore(localDay(timezone, now), days);
      const cause: FlowCause = { kind: "date", field, day };
      const rows = await tx`
        insert into flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause)
        select f.tenant_id, f.id, c.phone_e164, c.id, f.version, ${tx.json(cause as never)}
        from flows f join contacts c on c.tenant_id = f.tenant_id and c.custom ->> ${field} = ${day}
        where f.tenant_id = ${tenantId} and f.id = ${id} and not exists (
          select 1 from do_not_contact d where d.tenant_id = f.tenant_id and d.phone_e164 = c.phone_e164)
        on conflict do nothing`;
      await tx`update flows set date_due_at = ${dayResetsAt(timezone, now)} where tenant_id = ${tenantId} and id = ${id}`;
      entered += rows.count;
    }
    return entered;
  });
}

/** Returns the day whose people a flow takes `days` after it. */
export function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 24 * 60 * 60_000).toISOString().slice(0, 10);
}

const EVENT_DAYS = 90;
const EVENTS_PER_SWEEP = 20_000;

/** Deletes events so old that no system reports them again. */
export async function sweepFlowEvents(sql: Pipeline): Promise<void> {
  await sql`
    delete from flow_events where (tenant_id, key) in (
      select tenant_id, key from flow_events
      where created_at < clock_timestamp() - make_interval(days => ${EVENT_DAYS}) limit ${EVENTS_PER_SWEEP})`;
}
