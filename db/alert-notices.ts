import type { AlertChannel } from "@smscrm/core/alerts/delivery";
import type { AlertNotice } from "@smscrm/core/alerts/notification";
import type { Pipeline } from "./connection.ts";

/** Something to tell of an alert: that it is open, or that it is over. */
export interface DueNotice extends Omit<AlertNotice, "publicUrl"> {
  telling: "open" | "resolve";
  /** Where it was or is to be told; null: nobody tried yet. */
  channel: AlertChannel | null;
  /** With this one. */
  tries: number;
}

/** Longer than any request to a channel may take. */
const LEASE_SECONDS = 60;

/**
 * Takes what is due, and puts it off, so that no other worker tells the same. Who dies before saying how it went leaves
 * it to be told again: PagerDuty folds that into one by its key.
 */
export function takeDueNotices(sql: Pipeline, limit: number): Promise<DueNotice[]> {
  return sql<DueNotice[]>`
    update alerts a set tell_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}), tries = least(tries + 1, 32000)
    where id in (
      select id from alerts where tell_at <= statement_timestamp() order by tell_at limit ${limit} for update skip locked
    )
    returning id, rule, severity, tenant_id as "tenantId", object, summary, channel, tries, opened_at as "openedAt",
      case when open_told_at is null then null else resolved_at end as "resolvedAt",
      case when open_told_at is null then 'open' else 'resolve' end as telling,
      (select name from tenants t where t.id = a.tenant_id) as "tenantName"`;
}

/** It was told. An alert that is over meanwhile has its end told next. */
export async function markTold(sql: Pipeline, notice: DueNotice, channel: AlertChannel): Promise<void> {
  const opened = notice.telling === "open";
  await sql`
    update alerts set channel = ${channel}, tries = 0, tell_problem = null,
      open_told_at = case when ${opened} then clock_timestamp() else open_told_at end,
      resolve_told_at = case when ${opened} then resolve_told_at else clock_timestamp() end,
      tell_at = case when ${opened} and state = 'resolved' and resolve_told_at is null then clock_timestamp() end
    where id = ${notice.id}`;
}

/** It was not told: try again after so long, on the channel that is named. `problem` holds no secret. */
export async function putOffNotice(
  sql: Pipeline,
  notice: DueNotice,
  again: { channel: AlertChannel; afterSeconds: number; problem: string },
): Promise<void> {
  await sql`
    update alerts set channel = ${again.channel}, tell_problem = ${again.problem.slice(0, 200)},
      tries = case when channel is distinct from ${again.channel} then 0 else tries end,
      tell_at = clock_timestamp() + make_interval(secs => ${again.afterSeconds})
    where id = ${notice.id}`;
}
