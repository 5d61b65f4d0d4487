import { type Pipeline, transact } from "./connection.ts";
import { storableText } from "./storable-text.ts";
import { type InboundMessage, takeInbound } from "./webhooks.ts";

/** A number whose messages at the carrier are to be compared with ours. */
export interface CarrierCheck {
  tenantId: string;
  numberId: string;
  phone: string;
  /** Compared up to then. */
  checkedUntil: Date;
}

/** How often, where nothing went wrong. A number that never sent has nobody who could answer STOP to it. */
const INBOUND_SECONDS = 20;
const IDLE_SECONDS = 600;
const OUTBOUND_SECONDS = 86_400;
/** Whoever took a check and died leaves it until then. */
const LEASE_SECONDS = { inbound: 60, outbound: 1_800 } as const;
type Direction = keyof typeof LEASE_SECONDS;

/** Takes the numbers whose comparison is due, so that no other worker compares them as well. */
export async function takeDueChecks(
  sql: Pipeline,
  direction: Direction,
  limit: number,
): Promise<CarrierCheck[]> {
  await sql`
    insert into carrier_checks (tenant_id, sending_number_id, direction, checked_until, due_at)
    select n.tenant_id, n.id, ${direction}, n.created_at, clock_timestamp() from sending_numbers n
    where n.kind <> 'alphanumeric' and not exists (
      select 1 from carrier_checks c where c.sending_number_id = n.id and c.direction = ${direction})
    on conflict do nothing`;
  return sql<CarrierCheck[]>`
    update carrier_checks c set due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS[direction]})
    from sending_numbers n
    where n.id = c.sending_number_id and c.direction = ${direction} and c.sending_number_id in (
      select w.sending_number_id from carrier_checks w join sending_numbers s on s.id = w.sending_number_id
      where w.direction = ${direction} and (w.due_at <= statement_timestamp()
        -- It had never sent when it was compared, and has by now: somebody may have answered STOP to it.
        or (w.direction = 'inbound' and s.sent_on is not null
          and w.due_at > statement_timestamp() + make_interval(secs => ${LEASE_SECONDS.inbound})))
      order by w.due_at limit ${limit} for no key update of w skip locked
    )
    returning c.tenant_id as "tenantId", c.sending_number_id as "numberId", n.phone_e164 as phone,
      c.checked_until as "checkedUntil"`;
}

/** Notes that a number's messages have been compared up to then, and when that is next due. */
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

/** Which of the carrier's inbound messages no webhook has brought. */
export async function missingInbound(sql: Pipeline, sids: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ sid: string }[]>`
    select sid from unnest(${sids as string[]}::text[]) as sid
    where not exists (select 1 from inbound_messages where message_sid = sid)`;
  return new Set(rows.map((row) => row.sid));
}

/** Stores what the carrier has and no webhook brought, acts on it as if one had, and notes that it was missed. */
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
      values (${tenantId}, 'missed-inbound', ${messageSid}, ${from}, ${to}, ${status}, ${madeAt})
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

/** Notes those of the carrier's outbound messages that no attempt of ours has; returns how many are new. */
export async function recordUnknownMessages(
  sql: Pipeline,
  tenantId: string,
  messages: readonly ListedMessage[],
): Promise<number> {
  if (messages.length === 0) return 0;
  const recorded = await sql`
    insert into carrier_findings (tenant_id, kind, message_sid, from_phone, to_phone, carrier_status, made_at)
    select ${tenantId}, 'unknown-message', m.sid, m."from", m."to", m.status, m."madeAt"
    from jsonb_to_recordset(${sql.json(messages as never)}) as m (
      sid text, "from" text, "to" text, status text, "madeAt" timestamptz)
    where not exists (select 1 from send_attempts a where a.carrier_sid = m.sid)
    on conflict do nothing returning 1`;
  return recorded.length;
}

/** How long ago the carrier's inbound messages were last known to be all here, for the number that is furthest behind. */
export async function inboundLagSeconds(sql: Pipeline): Promise<number> {
  const [row] = await sql<{ seconds: number }[]>`
    select coalesce(max(extract(epoch from clock_timestamp() - c.checked_until)), 0)::float8 as seconds
    from carrier_checks c join sending_numbers n on n.id = c.sending_number_id
    where c.direction = 'inbound' and n.sent_on is not null`;
  return row?.seconds ?? 0;
}

export interface FindingCount {
  tenantId: string;
  kind: "missed-inbound" | "unknown-message";
  found: number;
}

/** What comparisons have found since then, per tenant: an alert's measurement. What got linked meanwhile is left out. */
export function countFindings(sql: Pipeline, since: Date): Promise<FindingCount[]> {
  return sql<FindingCount[]>`
    select f.tenant_id as "tenantId", f.kind, count(*)::int as found from carrier_findings f
    where f.created_at >= ${since} and not exists (
      select 1 from send_attempts a where f.kind = 'unknown-message' and a.carrier_sid = f.message_sid)
    group by 1, 2 order by 1, 2`;
}
