import {
  SENT_WITHIN_HOURS,
  WAITING_FROM_MS,
  waitingDueAt,
} from "@smscrm/core/campaigns/first-part/first-part";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import type { Part } from "./part.ts";

/** Messages per transaction: small enough that a pause never waits for it. */
const BATCH = 5_000;

/**
 * Makes messages due that no longer wait, up to this draw, a batch at a time. A message that has a time of its own waits for
 * that; its place in a spread counts from now. Returns whether some are left. Nothing here decides that a message goes: the
 * claim compares its draw again.
 */
export async function releaseDraws(
  tx: PipelineTransaction,
  campaign: Pick<Part, "campaignId" | "tenantId" | "testDraws" | "winner" | "stopped">,
  upToDraw: number,
): Promise<boolean> {
  const { campaignId, testDraws, winner, stopped } = campaign;
  // A stopped text waits for the one that is chosen.
  const waits = winner === null && stopped.length > 0 ? tx`and variant <> all(${stopped}::smallint[])` : tx``;
  const range = tx`campaign_id = ${campaignId} and status = 'queued'
    and due_at >= ${new Date(WAITING_FROM_MS)} and due_at <= ${waitingDueAt(upToDraw)} ${waits}`;
  const released = await tx<{ dueAt: Date }[]>`
    with waiting as materialized (
      select id from send_jobs where ${range} order by due_at limit ${BATCH} for no key update skip locked
    ), times as (
      select j.id, j.verdict -> 'then' as hold, (j.verdict ->> 'dueAt')::timestamptz as due_at, late.until
      from waiting join send_jobs j on j.id = waiting.id
      cross join lateral (select coalesce((j.verdict -> 'then' ->> 'offsetMs')::float8, 0) / 1000 as seconds) place
      cross join lateral (
        select greatest((j.verdict -> 'then' ->> 'until')::timestamptz - make_interval(secs => place.seconds), clock_timestamp())
          + make_interval(secs => place.seconds) as until
      ) late
    )
    update send_jobs j set
      due_at = coalesce(times.until, times.due_at, clock_timestamp()),
      hold_reason = times.hold ->> 'reason', gate = times.hold ->> 'gate', not_before = times.until,
      verdict = times.hold || jsonb_build_object('until', times.until),
      variant = case when ${winner}::smallint is not null
        and (j.draw > coalesce(${testDraws}::int, 0) or j.variant = any(${stopped}::smallint[])) then ${winner} else j.variant end
    from (select id, due_at, case when until > clock_timestamp() then hold end as hold,
      case when until > clock_timestamp() then until end as until from times) times
    where j.id = times.id and j.status = 'queued'
    returning j.due_at as "dueAt"`;
  const last = released.reduce((latest, { dueAt }) => Math.max(latest, dueAt.getTime()), 0);
  if (last > 0) await waitForLast(tx, campaign, new Date(last));
  const [left] = await tx`select 1 from send_jobs where ${range} limit 1`;
  return left !== undefined;
}

/** The time within which a part must have gone begins with the last of its own send times. */
async function waitForLast(
  tx: PipelineTransaction,
  { campaignId, tenantId }: Pick<Part, "campaignId" | "tenantId">,
  lastDueAt: Date,
): Promise<void> {
  await tx`
    update first_parts set send_by = greatest(send_by, ${lastDueAt}::timestamptz + make_interval(hours => ${SENT_WITHIN_HOURS}))
    where tenant_id = ${tenantId} and campaign_id = ${campaignId} and state = 'sending'`;
}
