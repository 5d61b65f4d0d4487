import type { Dimension, Figure } from "@smscrm/core/reports/figures";
import type { Period } from "@smscrm/core/reports/period";
import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { Page, PageRequest } from "../postgres/page.ts";
import { COUNTED_STATES } from "./count.ts";

/** Which messages a figure of a report counts: of a period, and one row of one of its tables. */
export interface CountedMessages extends Period {
  figure: Figure;
  by?: Dimension | undefined;
  key?: string | undefined;
}

const STATES = sql.raw(COUNTED_STATES);
const DELIVERED = sql.raw("coalesce(a.carrier_status in ('delivered', 'read'), false)");
const FINAL = sql.raw("(a.state = 'rejected' or a.final_at is not null)");

/** What the rows of each figure have, and which column of `report_slots` counts them. */
const FIGURE: Readonly<Record<Exclude<Figure, "notSent">, { column: string; rows: SQL }>> = {
  sent: { column: "sent", rows: sql`true` },
  delivered: { column: "delivered", rows: sql`${FINAL} and ${DELIVERED}` },
  failed: { column: "failed", rows: sql`${FINAL} and not ${DELIVERED}` },
  open: { column: "sent - delivered - failed", rows: sql`not ${FINAL}` },
  replied: {
    column: "replied",
    rows: sql`exists (select 1 from inbound_messages i where i.tenant_id = a.tenant_id and i.answers_attempt_id = a.id)`,
  },
  optedOut: {
    column: "opted_out",
    rows: sql`exists (select 1 from opt_out_messages o where o.tenant_id = a.tenant_id and o.attempt_id = a.id)`,
  },
  clicked: {
    column: "clicked",
    rows: sql`c.shorten_links and exists (select 1 from link_clicks k
      where k.tenant_id = a.tenant_id and k.campaign_id = a.campaign_id and k.send_job_id = a.send_job_id)`,
  },
};

/** Campaigns of one row of a table by campaign, audience or template. */
function isCampaign(by: Dimension, key: string): SQL {
  const isOne = sql`c.kind not in ('campaign', 'flow')`;
  if (by === "campaign") return sql`case when ${isOne} then c.kind else c.id::text end = ${key}`;
  if (by === "template")
    return sql`case when ${isOne} then '' else coalesce(c.template_id::text, '') end = ${key}`;
  return sql`case when ${isOne} then c.kind else coalesce(c.audience ->> 'audienceId', c.audience ->> 'kind') end = ${key}`;
}

/** `at` is SQL of the time at which the message counts. */
function isInRow(
  by: Dimension | undefined,
  key: string,
  { at, sender, zone }: { at: SQL; sender: SQL; zone: string },
): SQL {
  switch (by) {
    case undefined:
      return sql`true`;
    case "sender":
      return sql`coalesce(${sender}::text, '') = ${key}`;
    case "country":
      return sql`coalesce(j.country, '') = ${key}`;
    case "hour":
      return sql`extract(hour from ${at} at time zone ${zone})::text = ${key}`;
    case "weekday":
      return sql`extract(isodow from ${at} at time zone ${zone})::text = ${key}`;
    case "failed":
    case "notSent":
      return sql`coalesce(j.failure_reason, '') = ${key}`;
    default:
      return isCampaign(by, key);
  }
}

/** The quarters of the row's own dimension, where it has one: they say where its messages are. */
function slotsOf(by: Dimension | undefined, key: string, tenantId: string): SQL {
  if (by === "sender" || by === "country" || by === "failed")
    return sql`s.dimension = ${by} and s.key = ${key}`;
  if (by === "campaign") return sql`s.dimension = 'campaign' and s.key = ${key}`;
  if (by === "audience" || by === "template")
    return sql`s.dimension = 'campaign' and s.key in (
      select case when c.kind in ('campaign', 'flow') then c.id::text else c.kind end from campaigns c
      where c.tenant_id = ${tenantId} and ${isCampaign(by, key)})`;
  return sql`s.dimension = 'total'`;
}

const NEWEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";
/** Quarters that one statement looks through. */
const SLOTS_AT_ONCE = 25;

/**
 * Lists the ids of the messages that a figure counts, newest first. Only quarters in which it is not 0 are read, so that a few
 * opt-outs among millions of messages are found at once. The cursor is an attempt's id.
 */
export async function listCountedMessages(
  tx: TenantTransaction,
  tenantId: string,
  { figure, from, to, by, key = "", cursor, limit }: CountedMessages & PageRequest,
): Promise<Page<string>> {
  const span = await readSpan(tx, tenantId, { from, to });
  if (figure === "notSent")
    return listNotSent(tx, { tenantId, span, by, key, cursor: cursor ?? null, limit });
  const { column, rows } = FIGURE[figure];
  const { zone } = span;
  const found: { id: string; attemptId: string }[] = [];
  let before = cursor ?? NEWEST;
  while (found.length <= limit) {
    const slots = await tx.execute<{ first: string; end: string; n: number }>(sql`
      select uuid_floor(s.slot) as first, uuid_floor(s.slot + interval '15 minutes') as end, sum(${sql.raw(column)})::int as n
      from report_slots s
      where s.tenant_id = ${tenantId} and ${slotsOf(by, key, tenantId)} and ${sql.raw(`(${column})`)} > 0
        and s.slot >= ${span.from}::timestamptz and s.slot < ${span.end}::timestamptz and uuid_floor(s.slot) < ${before}::uuid
        ${by === "hour" || by === "weekday" ? sql`and ${isInRow(by, key, { at: sql`s.slot`, sender: sql`null`, zone })}` : sql``}
      group by s.slot order by s.slot desc limit ${SLOTS_AT_ONCE}`);
    if (slots.length === 0) return { items: found.map(({ id }) => id), nextCursor: null };
    // As many quarters as the page needs by their counts; the next round reads on if a message has changed since.
    let counted = found.length;
    const enough = slots.findIndex(({ n }) => {
      counted += n;
      return counted > limit;
    });
    const chosen = enough === -1 ? slots : slots.slice(0, enough + 1);
    const wanted = limit + 1 - found.length;
    // A statement with the ends of each quarter as they are: otherwise PostgreSQL guesses how many messages one has.
    const inSlot = ({ first, end }: { first: string; end: string }) => sql`(
      select j.id, a.id as "attemptId" from send_attempts a
      join send_jobs j on j.tenant_id = ${tenantId} and j.id = a.send_job_id and j.last_attempt_id = a.id
      join campaigns c on c.tenant_id = ${tenantId} and c.id = a.campaign_id
      where a.tenant_id = ${tenantId} and a.state in ${STATES}
        and a.id >= ${first}::uuid and a.id < ${end < before ? end : before}::uuid
        and ${rows} and ${isInRow(by, key, { at: sql`a.claimed_at`, sender: sql`a.sending_number_id`, zone })}
      order by a.id desc limit ${wanted})`;
    const more = await tx.execute<{ id: string; attemptId: string }>(sql`
      select id, "attemptId" from (${sql.join(chosen.map(inSlot), sql` union all `)}) m order by 2 desc limit ${wanted}`);
    found.push(...more);
    before = chosen.at(-1)!.first;
  }
  const shown = found.slice(0, limit);
  return { items: shown.map(({ id }) => id), nextCursor: shown.at(-1)!.attemptId };
}

/** A period as times: constants, by which an index is read from its end. */
interface Span {
  from: string;
  end: string;
  zone: string;
}

async function readSpan(tx: TenantTransaction, tenantId: string, { from, to }: Period): Promise<Span> {
  const [row] = await tx.execute<Span & Record<string, unknown>>(sql`
    select zone, (${from}::timestamp at time zone zone)::text as from, ((${to}::date + 1)::timestamp at time zone zone)::text as end
    from (select report_zone(timezone) as zone from tenants where id = ${tenantId}) z`);
  return row!;
}

/** By the time of the decision, from an index that has only these. The cursor is a message's id. */
async function listNotSent(
  tx: TenantTransaction,
  given: {
    tenantId: string;
    span: Span;
    by: Dimension | undefined;
    key: string;
    cursor: string | null;
    limit: number;
  },
): Promise<Page<string>> {
  const { tenantId, span, by, key, cursor, limit } = given;
  const [last] = cursor
    ? await tx.execute<{ at: string }>(sql`
        select final_at::text as at from send_jobs where tenant_id = ${tenantId} and id = ${cursor}`)
    : [];
  const rows = await tx.execute<{ id: string }>(sql`
    select j.id from send_jobs j
    join campaigns c on c.tenant_id = ${tenantId} and c.id = j.campaign_id
    left join send_attempts a on a.tenant_id = ${tenantId} and a.id = j.last_attempt_id
    where j.tenant_id = ${tenantId} and j.status in ('failed', 'canceled') and j.gate is distinct from 'carrier'
      and j.final_at >= ${span.from}::timestamptz and j.final_at < ${span.end}::timestamptz
      and (a.id is null or a.state not in ${STATES})
      and ${isInRow(by, key, { at: sql`j.final_at`, sender: sql`j.sending_number_id`, zone: span.zone })}
      ${last ? sql`and (j.final_at, j.id) < (${last.at}::timestamptz, ${cursor}::uuid)` : sql``}
    order by j.final_at desc, j.id desc limit ${limit + 1}`);
  const items = rows.slice(0, limit).map(({ id }) => id);
  return { items, nextCursor: rows.length > limit ? items.at(-1)! : null };
}
