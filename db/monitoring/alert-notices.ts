import type { AlertChannel } from "@smscrm/core/alerts/delivery";
import type { AlertNotice } from "@smscrm/core/alerts/notification";
import type { Pipeline } from "../postgres/connection.ts";

/** A notice to send about an alert: that it opened, or that it is resolved. */
export interface DueNotice extends Omit<AlertNotice, "publicUrl"> {
  kind: "open" | "resolve";
  /** The channel of the last or next try; null before the first. */
  channel: AlertChannel | null;
  /** Including this one. */
  tries: number;
}

/** Longer than the longest request to a channel. */
const LEASE_SECONDS = 60;

/**
 * Leases the notices that are due, so that no other worker sends them too. If a worker dies before it reports the
 * result, the notice is sent again: PagerDuty groups both by their key.
 */
export function takeDueNotices(sql: Pipeline, limit: number): Promise<DueNotice[]> {
  return sql<DueNotice[]>`
    update alerts a set tell_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}), tries = least(tries + 1, 32000)
    where id in (
      select id from alerts where tell_at <= statement_timestamp() order by tell_at limit ${limit} for update skip locked
    )
    returning id, rule, severity, tenant_id as "tenantId", object, summary, channel, tries, opened_at as "openedAt",
      case when open_told_at is null then null else resolved_at end as "resolvedAt",
      case when open_told_at is null then 'open' else 'resolve' end as kind,
      (select name from tenants t where t.id = a.tenant_id) as "tenantName"`;
}

/** Marks a notice as sent. If the alert is resolved by now, that notice is due next. */
export async function markNoticeSent(sql: Pipeline, notice: DueNotice, channel: AlertChannel): Promise<void> {
  const opened = notice.kind === "open";
  await sql`
    update alerts set channel = ${channel}, tries = 0, tell_problem = null,
      open_told_at = case when ${opened} then clock_timestamp() else open_told_at end,
      resolve_told_at = case when ${opened} then resolve_told_at else clock_timestamp() end,
      tell_at = case when ${opened} and state = 'resolved' and resolve_told_at is null then clock_timestamp() end
    where id = ${notice.id}`;
}

/**
 * Postpones a notice that could not be sent: the next try is after `afterSeconds`, on the given channel. `problem`
 * contains no secret.
 */
export async function postponeNotice(
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
