import { type Pipeline, transact } from "../postgres/connection.ts";
import { storableText } from "../postgres/storable-text.ts";
import { type InboundMessage, takeInbound } from "./webhooks.ts";

/** A number whose messages at the carrier will be compared with ours. */
export interface CarrierCheck {
  tenantId: string;
  numberId: string;
  phone: string;
  /** The comparison is complete up to this time. */
  checkedUntil: Date;
}

/** How often a number is compared. Nobody answers STOP to a number that never sent. */
const INBOUND_SECONDS = 20;
const IDLE_SECONDS = 600;
const OUTBOUND_SECONDS = 86_400;
/** How long a check stays leased when its worker dies. */
const LEASE_SECONDS = { inbound: 60, outbound: 1_800 } as const;
type Direction = keyof typeof LEASE_SECONDS;

/**
 * SQL conditions: the rows of `sending_numbers` n that are compared. A number that was taken back is compared only
 * for inbound texts, for its last tenant, and only while no other tenant has it.
 */
const IS_COMPARED = {
  outbound: "n.kind <> 'alphanumeric' and n.taken_back_at is null",
  inbound: `n.kind <> 'alphanumeric' and not exists (
    select 1 from sending_numbers later where later.phone_e164 = n.phone_e164 and later.kind <> 'alphanumeric'
      and n.taken_back_at is not null and (later.taken_back_at is null or later.taken_back_at > n.taken_back_at))`,
} as const;

/** Leases the numbers whose comparison is due, so that no other worker compares them too. */
export async function takeDueChecks(
  sql: Pipeline,
  direction: Direction,
  limit: number,
): Promise<CarrierCheck[]> {
  await sql`
    insert into carrier_checks (tenant_id, sending_number_id, direction, checked_until, due_at)
    select n.tenant_id, n.id, ${direction}, n.created_at, clock_timestamp() from sending_numbers n
    where ${sql.unsafe(IS_COMPARED[direction])} and not exists (
      select 1 from carrier_checks c where c.sending_number_id = n.id and c.direction = ${direction})
    on conflict do nothing`;
  return sql<CarrierCheck[]>`
    update carrier_checks c set due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS[direction]})
    from sending_numbers n
    where n.id = c.sending_number_id and c.direction = ${direction} and c.sending_number_id in (
      select w.sending_number_id from carrier_checks w join sending_numbers n on n.id = w.sending_number_id
      where w.direction = ${direction} and ${sql.unsafe(IS_COMPARED[direction])} and (w.due_at <= statement_timestamp()
        -- It had not sent anything at the last comparison, but has since: somebody may have answered STOP.
        or (w.direction = 'inbound' and n.sent_on is not null
          and w.due_at > statement_timestamp() + make_interval(secs => ${LEASE_SECONDS.inbound})))
      order by w.due_at limit ${limit} for no key update of w skip locked
    )
    returning c.tenant_id as "tenantId", c.sending_number_id as "numberId", n.phone_e164 as phone,
      c.checked_until as "checkedUntil"`;
}

/** Records that a number's messages are compared up to `until`, and when the next comparison is due. */
export async function finishCheck(
  sql: Pipeline,
  direction: Direction,
  numberId: string,
  until: Date,
): Promise<void> {
  const seconds =
    direction === "outbound"
      ? sql`${OUTBOUND_SECONDS}::int`
      : sql`(case when n.sent_on is null then ${IDLE_SECONDS}::int else ${INBOUND_SECONDS}::int end)`;
  await sql`
    update carrier_checks c set checked_until = greatest(c.checked_until, ${until}),
      due_at = clock_timestamp() + make_interval(secs => ${seconds})
    from sending_numbers n where n.id = c.sending_number_id
      and c.sending_number_id = ${numberId} and c.direction = ${direction}`;
}

/** A failed comparison is due again soon: the carrier may have been down for a moment only, and a lease is long. */
const AFTER_FAILURE_SECONDS = 20;

/** Releases a check whose comparison failed, so that it is tried again soon and not after its lease. */
export async function postponeCheck(sql: Pipeline, direction: Direction, numberId: string): Promise<void> {
  await sql`
    update carrier_checks set due_at = clock_timestamp() + make_interval(secs => ${AFTER_FAILURE_SECONDS})
    where sending_number_id = ${numberId} and direction = ${direction}`;
}

/** Returns the carrier's inbound messages for which no webhook came. */
export async function missingInbound(sql: Pipeline, sids: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ sid: string }[]>`
    select sid from unnest(${sids as string[]}::text[]) as sid
    where not exists (select 1 from inbound_messages where message_sid = sid)`;
  return new Set(rows.map((row) => row.sid));
}

/**
 * Stores an inbound message for which no webhook came, acts on it as on a webhook, and records that it was missed.
 */
export function adoptInbound(
  sql: Pipeline,
  tenantId: string,
  found: { sid: string; from: string; to: string; body: string; status: string; madeAt: Date },
): Promise<void> {
  const { sid: messageSid, to, status, madeAt } = found;
  const [from, body] = [storableText(found.from), storableText(found.body)];
  const message: InboundMessage = {
    messageSid,
    from,
    to,
    body,
    optOutType: null,
    payload: null,
    receivedAt: madeAt,
  };
  return transact(sql, async (tx) => {
    await takeInbound(tx, message);
    await tx`
      insert into carrier_findings (tenant_id, kind, message_sid, from_phone, to_phone, carrier_status, made_at)
      select ${tenantId}, 'missed-inbound', ${messageSid}, ${from}, ${to}, ${status}, ${madeAt}::timestamptz
      where coalesce(erased_since(${tenantId}, ${from}) < ${madeAt}::timestamptz, true)
      on conflict do nothing`;
  });
}

/** An outbound message as the carrier lists it. */
export interface ListedMessage {
  sid: string;
  from: string;
  to: string;
  status: string;
  madeAt: Date;
}

/** Records the carrier's outbound messages that belong to none of our attempts; returns how many are new. */
export async function recordUnknownMessages(
  sql: Pipeline,
  tenantId: string,
  messages: readonly ListedMessage[],
): Promise<number> {
  if (messages.length === 0) return 0;
  const recorded = await sql`
    insert into carrier_findings (tenant_id, kind, message_sid, from_phone, to_phone, carrier_status, made_at)
    select ${tenantId}, 'unknown-message', m.sid, m."from",
      case when erased_since(${tenantId}, m."to") is null then m."to"
        else 'erased:' || substr(encode(number_hash(${tenantId}, m."to"), 'hex'), 1, 16) end, m.status, m."madeAt"
    from jsonb_to_recordset(${sql.json(messages as never)}) as m (
      sid text, "from" text, "to" text, status text, "madeAt" timestamptz)
    where not exists (select 1 from send_attempts a where a.carrier_sid = m.sid)
    on conflict do nothing returning 1`;
  return recorded.length;
}

/** Returns how many seconds the comparison of inbound messages lags behind, for the slowest number. */
export async function inboundLagSeconds(sql: Pipeline): Promise<number> {
  const [row] = await sql<{ seconds: number }[]>`
    select coalesce(max(extract(epoch from clock_timestamp() - c.checked_until)), 0)::float8 as seconds
    from carrier_checks c join sending_numbers n on n.id = c.sending_number_id
    where c.direction = 'inbound' and n.sent_on is not null and ${sql.unsafe(IS_COMPARED.inbound)}`;
  return row?.seconds ?? 0;
}
