import type { CarrierRegistration } from "@smscrm/core/campaigns/carrier-registration";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { NEEDS_REGISTRATION } from "../senders/number-in-use.ts";

/** The kinds of numbers that the carrier keeps registrations for, each in a list of its own. */
export type RegisteredKind = "long-code" | "toll-free";

/** A number's registration, as the carrier's account lists it. */
export interface NumberRegistration {
  phone: string;
  state: CarrierRegistration;
  /** Why it was refused, in the carrier's words. */
  reason: string | null;
  since: Date | null;
}

/** Longer than reading a large account takes: a dead worker's check is repeated after this. */
const LEASE_MINUTES = 15;
/** The least time between two readings of the account, however often somebody asks. */
const REST_SECONDS = 60;
const DAILY_HOURS = 24;

/**
 * Leases the reading of the account, so that no other worker reads it too, if a number was not read for a day or somebody
 * asked. Returns the failures so far; null if nothing is due.
 */
export async function takeRegistrationCheck(sql: Pipeline): Promise<{ failures: number } | null> {
  const [check] = await sql<{ failures: number }[]>`
    update registration_checks set due_at = clock_timestamp() + make_interval(mins => ${LEASE_MINUTES})
    where id = (
      select id from registration_checks where due_at <= statement_timestamp() and exists (
        select 1 from sending_numbers where ${sql.unsafe(NEEDS_REGISTRATION)} and (
          carrier_registration_read_at is null
          or carrier_registration_read_at < statement_timestamp() - make_interval(hours => ${DAILY_HOURS})
          or carrier_registration_asked_at > carrier_registration_read_at)
      ) for no key update skip locked
    ) returning failures`;
  return check ?? null;
}

/** Ends a reading. After failures in a row the next one waits for `seconds`. */
export async function finishRegistrationCheck(
  sql: Pipeline,
  { failures, seconds = REST_SECONDS }: { failures: number; seconds?: number },
): Promise<void> {
  await sql`
    update registration_checks set failures = ${failures},
      due_at = clock_timestamp() + make_interval(secs => ${seconds})`;
}

/**
 * Stores what the account says about all numbers of a kind, in one statement. A number that it does not list is not
 * registered; one of the `unknown` is neither. A change is written to the tenant's audit log. Returns how many numbers changed.
 */
export function storeRegistrations(
  sql: Pipeline,
  kind: RegisteredKind,
  {
    numbers,
    unknown,
    readAt,
  }: { numbers: readonly NumberRegistration[]; unknown: readonly string[]; readAt: Date },
): Promise<number> {
  return transact(sql, async (tx) => {
    const changed = await tx<{ tenantId: string; id: string; before: string | null; now: string | null }[]>`
      with known as (
        select n.id, n.carrier_registration as before, case when n.phone_e164 = any(${unknown as string[]}::text[]) then null
            else coalesce(l.state, 'not-registered') end as state, l.reason, l.since
        from sending_numbers n
        left join jsonb_to_recordset(${tx.json(numbers as never)}) as l (
          phone text, state text, reason text, since timestamptz) on l.phone = n.phone_e164
        where ${tx.unsafe(NEEDS_REGISTRATION)} and n.kind = ${kind}
        order by n.id for no key update of n
      )
      update sending_numbers n set carrier_registration = k.state, carrier_registration_reason = left(k.reason, 500),
        carrier_registration_since = k.since, carrier_registration_read_at = ${readAt}, carrier_registration_failure = null
      from known k where k.id = n.id
      returning n.tenant_id as "tenantId", n.id, k.before, k.state as now`;
    const news = changed.filter(({ before, now }) => before !== now);
    await recordPipelineAudits(
      tx,
      news.map(({ tenantId, id, before, now }) => ({
        ...{ tenantId, actorId: null, action: "number.registration", objectKind: "number", objectId: id },
        detail: { before: before ?? "unknown", now: now ?? "unknown" },
      })),
    );
    return news.length;
  });
}

/** Records why the numbers of a kind could not be read. What was known stays known until it is too old. */
export async function noteRegistrationFailure(
  sql: Pipeline,
  kind: RegisteredKind,
  failure: string,
): Promise<void> {
  await sql`
    update sending_numbers set carrier_registration_failure = ${failure}
    where ${sql.unsafe(NEEDS_REGISTRATION)} and kind = ${kind}`;
}

/** Asks for the registrations of numbers whose messages the carrier refused for want of one. */
export async function askAfterRefusal(tx: PipelineTransaction, attemptIds: readonly string[]): Promise<void> {
  if (attemptIds.length === 0) return;
  await tx`
    update sending_numbers set carrier_registration_asked_at = clock_timestamp()
    where id in (
      select n.id from send_attempts a join sending_numbers n on n.id = a.sending_number_id
      where a.id = any(${attemptIds as string[]}::uuid[])
        and coalesce(n.carrier_registration_asked_at, '-infinity') < clock_timestamp() - make_interval(secs => ${REST_SECONDS})
      order by n.id for no key update of n
    )`;
}
