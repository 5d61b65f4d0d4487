import type { SendingRules } from "@smscrm/core/replay/sending-rules";
import type { ReplayWindow } from "@smscrm/core/replay/stored-message";
import { emptyTally, type Tally } from "@smscrm/core/replay/tally";
import type { Pipeline } from "../postgres/connection.ts";

/** A worker that stops answering loses its pass after this time. */
const LEASE_SECONDS = 60;
/** Between two looks at the new decisions. */
const SHADOW_MINUTES = 60;
/** A draft that nobody activates is watched this long. */
const SHADOW_DAYS = 30;
/** A claim that began before this has committed or failed. */
const COMMITTED_SECONDS = 10;

/** One way through the stored decisions: the last 30 days, or those since the last look ("shadow"). */
export interface ReplayPass {
  id: string;
  tenantId: string;
  leasedBy: string;
  isShadow: boolean;
  proposed: Partial<SendingRules>;
  window: ReplayWindow;
  tally: Tally;
  /** The last message that was judged; null: none yet. */
  cursor: string | null;
}

interface PassRow {
  id: string;
  tenantId: string;
  leasedBy: string;
  replayState: string;
  proposed: Partial<SendingRules>;
  replayFrom: Date;
  replayUntil: Date;
  shadowUntil: Date | null;
  passUntil: Date | null;
  replay: Tally | null;
  shadow: Tally | null;
  cursor: string | null;
}

/** Takes the pass that has waited longest, so that no other worker does; null: there is none. */
export async function leasePass(sql: Pipeline): Promise<ReplayPass | null> {
  const [row] = await sql<PassRow[]>`
    update rule_changes set leased_by = gen_random_uuid(),
      due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}),
      replay_state = case replay_state when 'waiting' then 'running' else replay_state end,
      pass_until = case when replay_state = 'done' then
        coalesce(pass_until, clock_timestamp() - make_interval(secs => ${COMMITTED_SECONDS})) end
    where id = (
      select id from rule_changes where due_at <= clock_timestamp() and status = 'open'
      order by due_at limit 1 for no key update skip locked
    )
    returning id, tenant_id as "tenantId", leased_by as "leasedBy", replay_state as "replayState", rules_after as proposed,
      replay_from as "replayFrom", replay_until as "replayUntil", shadow_until as "shadowUntil",
      pass_until as "passUntil", replay, shadow, cursor`;
  if (!row) return null;
  const isShadow = row.replayState === "done";
  const { replayFrom, replayUntil } = row;
  return {
    ...{
      id: row.id,
      tenantId: row.tenantId,
      leasedBy: row.leasedBy,
      isShadow,
      proposed: row.proposed,
      cursor: row.cursor,
    },
    window: isShadow
      ? { since: replayUntil, from: row.shadowUntil ?? replayUntil, until: row.passUntil! }
      : { since: replayFrom, from: replayFrom, until: replayUntil },
    tally: (isShadow ? row.shadow : row.replay) ?? emptyTally(),
  };
}

/**
 * Stores what a page added. False: the pass was canceled, withdrawn, activated or begun again, or another worker has
 * it; then nothing is stored, and the worker stops.
 */
export async function storePage(
  sql: Pipeline,
  { id, leasedBy, isShadow, tally }: ReplayPass,
  { lastId, scanned, toScan }: { lastId: string; scanned: number; toScan: number | null },
): Promise<boolean> {
  const json = sql.json(tally as never);
  const stored = await sql`
    update rule_changes set cursor = ${lastId},
      scanned = case when ${isShadow} then scanned else scanned + ${scanned} end,
      to_scan = case when ${isShadow} then to_scan else coalesce(${toScan}::int, to_scan) end,
      replay = case when ${isShadow} then replay else ${json} end,
      shadow = case when ${isShadow} then ${json} else shadow end,
      due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
    where id = ${id} and leased_by = ${leasedBy} and status = 'open' returning 1`;
  return stored.length > 0;
}

/** Ends a pass. The next look is an hour later, as long as the draft is watched. */
export async function endPass(sql: Pipeline, { id, leasedBy, isShadow, tally }: ReplayPass): Promise<void> {
  const json = sql.json(tally as never);
  await sql`
    update rule_changes set replay_state = 'done', cursor = null, leased_by = null,
      replay = case when ${isShadow} then replay else ${json} end,
      shadow = case when ${isShadow} then ${json} else ${sql.json(emptyTally() as never)} end,
      shadow_until = case when ${isShadow} then pass_until else replay_until end, pass_until = null,
      due_at = case when created_at > clock_timestamp() - make_interval(days => ${SHADOW_DAYS})
        then clock_timestamp() + make_interval(mins => ${SHADOW_MINUTES}) end
    where id = ${id} and leased_by = ${leasedBy} and status = 'open'`;
}

/** Gives a pass back, so that others have their turn first. Its tally so far is stored. */
export async function returnPass(sql: Pipeline, { id, leasedBy }: ReplayPass): Promise<void> {
  await sql`
    update rule_changes set leased_by = null, due_at = clock_timestamp() where id = ${id} and leased_by = ${leasedBy}`;
}
