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
function isInRow(by: Dimension | undefined, key: string, { at, sender }: { at: SQL; sender: SQL }): SQL {
  switch (by) {
    case undefined:
      return sql`true`;
    case "sender":
      return sql`coalesce(${sender}::text, '') = ${key}`;
    case "country":
      return sql`coalesce(j.country, '') = ${key}`;
    case "hour":
      return sql`extract(hour from ${at} at time zone z.zone)::text = ${key}`;
    case "weekday":
      return sql`extract(isodow from ${at} at time zone z.zone)::text = ${key}`;
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
const SLOTS_AT_ONCE = 400;

/**
 * Lists the ids of the messages that a figure counts, newest first. Only quarters in which it is not 0 are read, so that a few
 * opt-outs among millions of messages are found at once. The cursor is an attempt's id.
 */
export async function listCountedMessages(
  tx: TenantTransaction,
  tenantId: string,
  { figure, from, to, by, key = "", cursor, limit }: CountedMessages & PageRequest,
): Promise<Page<string>> {
  const days = { tenantId, from, to };
  if (figure === "notSent") return listNotSent(tx, { ...days, by, key, cursor: cursor ?? null, limit });
  const { column, rows } = FIGURE[figure];
  const found: { id: string; attemptId: string }[] = [];
  let before = cursor ?? NEWEST;
  while (found.length <= limit) {
    const slots = await tx.execute<{ slot: string; n: number }>(sql`
      select slot::text as slot, sum(${sql.raw(column)})::int as n from report_slots s, ${zoneOf(tenantId)}
      where s.tenant_id = ${tenantId} and ${slotsOf(by, key, tenantId)} and ${sql.raw(`(${column})`)} > 0
        and s.slot >= ${from}::timestamp at time zone z.zone and s.slot < (${to}::date + 1)::timestamp at time zone z.zone
        and uuid_floor(s.slot) < ${before}::uuid
        ${by === "hour" || by === "weekday" ? sql`and ${isInRow(by, key, { at: sql`s.slot`, sender: sql`null` })}` : sql``}
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
    const more = await tx.execute<{ id: string; attemptId: string }>(sql`
      select m.id, m."attemptId"
      from unnest(${arrayOf(chosen.map(({ slot }) => slot))}::timestamptz[]) as s (slot), ${zoneOf(tenantId)},
      lateral (
        select j.id, a.id as "attemptId" from send_attempts a
        join send_jobs j on j.tenant_id = ${tenantId} and j.id = a.send_job_id and j.last_attempt_id = a.id
        join campaigns c on c.tenant_id = ${tenantId} and c.id = a.campaign_id
        where a.tenant_id = ${tenantId} and a.state in ${STATES}
          and a.id >= uuid_floor(s.slot) and a.id < uuid_floor(s.slot + interval '15 minutes') and a.id < ${before}::uuid
          and ${rows} and ${isInRow(by, key, { at: sql`a.claimed_at`, sender: sql`a.sending_number_id` })}
        order by a.id desc limit ${wanted}
      ) m order by 2 desc limit ${wanted}`);
    found.push(...more);
    const [last] = await tx.execute<{ first: string }>(
      sql`select uuid_floor(${chosen.at(-1)!.slot}::timestamptz) as first`,
    );
    before = last!.first;
  }
  const shown = found.slice(0, limit);
  return { items: shown.map(({ id }) => id), nextCursor: shown.at(-1)!.attemptId };
}

const arrayOf = (texts: readonly string[]) => `{${texts.map((text) => `"${text}"`).join(",")}}`;

const zoneOf = (tenantId: string) =>
  sql`(select report_zone(timezone) as zone from tenants where id = ${tenantId}) z`;

/** By the time of the decision, from an index that has only these. The cursor is a message's id. */
async function listNotSent(
  tx: TenantTransaction,
  {
    tenantId,
    from,
    to,
    by,
    key,
    cursor,
    limit,
  }: Period & {
    tenantId: string;
    by: Dimension | undefined;
    key: string;
    cursor: string | null;
    limit: number;
  },
): Promise<Page<string>> {
  const rows = await tx.execute<{ id: string }>(sql`
    select j.id from ${zoneOf(tenantId)}, send_jobs j
    join campaigns c on c.tenant_id = ${tenantId} and c.id = j.campaign_id
    left join send_attempts a on a.tenant_id = ${tenantId} and a.id = j.last_attempt_id
    where j.tenant_id = ${tenantId} and j.status in ('failed', 'canceled') and j.gate is distinct from 'carrier'
      and j.final_at >= ${from}::timestamp at time zone z.zone and j.final_at < (${to}::date + 1)::timestamp at time zone z.zone
      and (a.id is null or a.state not in ${STATES})
      and ${isInRow(by, key, { at: sql`j.final_at`, sender: sql`j.sending_number_id` })}
      ${cursor ? sql`and (j.final_at, j.id) < (select o.final_at, o.id from send_jobs o where o.tenant_id = ${tenantId} and o.id = ${cursor})` : sql``}
    order by j.final_at desc, j.id desc limit ${limit + 1}`);
  const items = rows.slice(0, limit).map(({ id }) => id);
  return { items, nextCursor: rows.length > limit ? items.at(-1)! : null };
}
