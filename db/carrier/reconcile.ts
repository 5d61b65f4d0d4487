import { type Pipeline, transact } from "../postgres/connection.ts";
import { type CarrierUpdate, mergeCarrierUpdates } from "./carrier-updates.ts";

/** An attempt to look up at the carrier. */
export interface LookUp {
  attemptId: string;
  /** Null if we don't know if the carrier has the message. */
  sid: string | null;
  from: string;
  to: string;
  body: string;
  claimedAt: Date;
}

/**
 * Minutes after the claim when an unknown outcome is looked up. The first look-up is scheduled when it becomes
 * unknown.
 */
const UNKNOWN_MINUTES = [5, 15, 60, 360, 1_430];
/**
 * Minutes after the claim when a message without a final status is looked up. After the last look-up it is left as it
 * is.
 */
const UNFINISHED_MINUTES = [360, 1_440, 4_320];

/** Leases the attempts whose look-up is due and schedules the next, so that no other worker looks them up too. */
export function takeDueLookUps(sql: Pipeline, limit: number): Promise<LookUp[]> {
  return sql<LookUp[]>`
    update send_attempts a set look_ups = look_ups + 1,
      look_up_at = (
        select min(claimed_at + make_interval(mins => minutes)) from unnest(
          case when state = 'unknown' then ${UNKNOWN_MINUTES}::int[] else ${UNFINISHED_MINUTES}::int[] end
        ) minutes
        where claimed_at + make_interval(mins => minutes) > clock_timestamp() + interval '1 minute'
      )
    where id in (
      select id from send_attempts where look_up_at <= statement_timestamp()
      order by look_up_at limit ${limit} for no key update skip locked
    )
    returning id as "attemptId", carrier_sid as sid, from_phone as "from", to_phone as "to", body,
      claimed_at as "claimedAt"`;
}

/** Returns the carrier ids that already belong to an attempt: one message has one attempt. */
export async function linkedSids(sql: Pipeline, sids: string[]): Promise<Set<string>> {
  const rows = await sql<{ sid: string }[]>`
    select carrier_sid as sid from send_attempts where carrier_sid = any(${sids}::text[])`;
  return new Set(rows.map((row) => row.sid));
}

/**
 * Returns the attempts without a known message that have the same recipient, sender and text as this one, itself
 * included, oldest first. Call it after the look-up, so that the result includes the attempt of every listed message.
 */
export function unlinkedAlike(sql: Pipeline, attemptId: string): Promise<{ id: string; claimedAt: Date }[]> {
  return sql<{ id: string; claimedAt: Date }[]>`
    select o.id, o.claimed_at as "claimedAt"
    from send_attempts a join send_attempts o on o.tenant_id = a.tenant_id and o.to_phone = a.to_phone
    where a.id = ${attemptId} and o.from_phone = a.from_phone and o.body = a.body and o.carrier_sid is null
      and o.state in ('sending', 'accepted', 'unknown', 'presumed-sent')
    order by o.claimed_at, o.id`;
}

/** Merges the carrier's answers, exactly like callbacks. */
export async function mergeLookedUp(sql: Pipeline, updates: readonly CarrierUpdate[]): Promise<void> {
  if (updates.length > 0) await transact(sql, (tx) => mergeCarrierUpdates(tx, updates));
}

/**
 * After a day without a trace at the carrier, an unknown attempt is presumed sent: it is never sent again, and its
 * money stays spent.
 */
export async function presumeSent(sql: Pipeline): Promise<number> {
  return transact(sql, async (tx) => {
    const presumed = await tx<{ id: string }[]>`
      select id from send_attempts
      where state = 'unknown' and claimed_at < statement_timestamp() - interval '24 hours'
      order by id limit 1000 for no key update skip locked`;
    const ids = presumed.map((row) => row.id);
    if (ids.length === 0) return 0;
    await tx`
      update send_attempts set state = 'presumed-sent', spent_micros = reserved_micros, reserved_micros = 0,
        look_up_at = null, settled_at = clock_timestamp() where id = any(${ids}::uuid[])`;
    await tx`
      update send_jobs j set status = 'sent', gate = 'presumed-sent', sent_at = coalesce(j.sent_at, a.claimed_at),
        updated_at = clock_timestamp()
      from send_attempts a where a.id = any(${ids}::uuid[]) and j.last_attempt_id = a.id and j.status = 'unknown'`;
    return ids.length;
  });
}
