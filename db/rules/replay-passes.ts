import type { RuleVersion } from "@smscrm/core/law/rule-book";
import { emptyLawTally, type LawTally } from "@smscrm/core/replay/law-replay";
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
/** The time that a replay over every tenant has. What it has counted by then is shown as not complete. */
const LAW_REPLAY_MINUTES = 120;
/** A claim that began before this has committed or failed. */
const COMMITTED_SECONDS = 10;

/** One way through the stored decisions: the last 30 days, or those since the last look ("shadow"). */
export interface Pass<Result> {
  /** Where the draft is. */
  table: "rule_changes" | "country_rule_changes";
  id: string;
  leasedBy: string;
  isShadow: boolean;
  window: ReplayWindow;
  tally: Result;
  /** The last message that was judged; null: none yet. */
  cursor: string | null;
}

/** A pass of a tenant's draft over its own decisions. */
export interface ReplayPass extends Pass<Tally> {
  tenantId: string;
  proposed: Partial<SendingRules>;
}

/** A pass of the platform's draft over every tenant's decisions in a country. */
export interface LawPass extends Pass<LawTally> {
  proposed: RuleVersion;
  /** Whether the replay has used up its time. */
  isLate: boolean;
}

interface PassRow<Result> {
  id: string;
  leasedBy: string;
  replayState: string;
  replayFrom: Date;
  replayUntil: Date;
  shadowUntil: Date | null;
  passUntil: Date | null;
  replay: Result | null;
  shadow: Result | null;
  cursor: string | null;
}

/** Takes the tenant's draft that has waited longest, so that no other worker does; null: there is none. */
export async function leasePass(sql: Pipeline): Promise<ReplayPass | null> {
  type Row = PassRow<Tally> & Pick<ReplayPass, "tenantId" | "proposed">;
  const row = await lease<Row>(sql, "rule_changes", {
    columns: `tenant_id as "tenantId", rules_after as proposed`,
  });
  if (!row) return null;
  const { tenantId, proposed } = row;
  return { ...passOf("rule_changes", row, emptyTally()), tenantId, proposed };
}

/** Takes the platform's draft that has waited longest, so that no other worker does; null: there is none. */
export async function leaseLawPass(sql: Pipeline): Promise<LawPass | null> {
  type Columns = Pick<RuleVersion, "country" | "part" | "body" | "source" | "checkedOn" | "note">;
  const row = await lease<PassRow<LawTally> & Columns & { isLate: boolean }>(sql, "country_rule_changes", {
    also: `started_at = case when replay_state = 'done' then started_at
      else coalesce(started_at, clock_timestamp()) end,`,
    columns: `country, part, body, source, checked_on::text as "checkedOn", note,
      replay_state <> 'done' and started_at < clock_timestamp() - interval '${LAW_REPLAY_MINUTES} minutes' as "isLate"`,
  });
  if (!row) return null;
  const { id, country, part, body, source, checkedOn, note, isLate } = row;
  const proposed = {
    ...{ id, country, part, body, source, checkedOn, note },
    ...{ validFrom: new Date(0), revision: Number.MAX_SAFE_INTEGER },
  } as RuleVersion;
  return { ...passOf("country_rule_changes", row, emptyLawTally()), proposed, isLate };
}

async function lease<Row extends object>(
  sql: Pipeline,
  table: Pass<unknown>["table"],
  { columns, also = "" }: { columns: string; also?: string },
): Promise<Row | undefined> {
  const [row] = await sql<Row[]>`
    update ${sql(table)} set ${sql.unsafe(also)} leased_by = gen_random_uuid(),
      due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}),
      replay_state = case replay_state when 'waiting' then 'running' else replay_state end,
      pass_until = case when replay_state = 'done' then
        coalesce(pass_until, clock_timestamp() - make_interval(secs => ${COMMITTED_SECONDS})) end
    where id = (
      select id from ${sql(table)} where due_at <= clock_timestamp() and status = 'open'
      order by due_at limit 1 for no key update skip locked
    )
    returning id, leased_by as "leasedBy", replay_state as "replayState", replay_from as "replayFrom",
      replay_until as "replayUntil", shadow_until as "shadowUntil", pass_until as "passUntil", replay, shadow, cursor,
      ${sql.unsafe(columns)}`;
  return row;
}

function passOf<Result>(table: Pass<Result>["table"], row: PassRow<Result>, empty: Result): Pass<Result> {
  const isShadow = row.replayState === "done";
  const { id, leasedBy, cursor, replayFrom, replayUntil } = row;
  return {
    ...{ table, id, leasedBy, isShadow, cursor },
    window: isShadow
      ? { since: replayUntil, from: row.shadowUntil ?? replayUntil, until: row.passUntil! }
      : { since: replayFrom, from: replayFrom, until: replayUntil },
    tally: (isShadow ? row.shadow : row.replay) ?? empty,
  };
}

/**
 * Stores what a page added. False: the pass was canceled, withdrawn, activated or begun again, or another worker has
 * it; then nothing is stored, and the worker stops.
 */
export async function storePage(
  sql: Pipeline,
  { table, id, leasedBy, isShadow, tally }: Pass<object>,
  { lastId, scanned, toScan }: { lastId: string; scanned: number; toScan: number | null },
): Promise<boolean> {
  const json = sql.json(tally as never);
  const stored = await sql`
    update ${sql(table)} set cursor = ${lastId},
      scanned = case when ${isShadow} then scanned else scanned + ${scanned} end,
      to_scan = case when ${isShadow} then to_scan else coalesce(${toScan}::bigint, to_scan) end,
      replay = case when ${isShadow} then replay else ${json} end,
      shadow = case when ${isShadow} then ${json} else shadow end,
      due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
    where id = ${id} and leased_by = ${leasedBy} and status = 'open' returning 1`;
  return stored.length > 0;
}

/** Ends a pass. The next look is an hour later, as long as the draft is watched. */
export async function endPass(sql: Pipeline, pass: Pass<object>, empty: object): Promise<void> {
  const { table, id, leasedBy, isShadow, tally } = pass;
  const json = sql.json(tally as never);
  await sql`
    update ${sql(table)} set replay_state = 'done', cursor = null, leased_by = null,
      replay = case when ${isShadow} then replay else ${json} end,
      shadow = case when ${isShadow} then ${json} else ${sql.json(empty as never)} end,
      shadow_until = case when ${isShadow} then pass_until else replay_until end, pass_until = null,
      due_at = case when created_at > clock_timestamp() - make_interval(days => ${SHADOW_DAYS})
        then clock_timestamp() + make_interval(mins => ${SHADOW_MINUTES}) end
    where id = ${id} and leased_by = ${leasedBy} and status = 'open'`;
}

/** Gives a pass back, so that others have their turn first. Its tally so far is stored. */
export async function returnPass(sql: Pipeline, { table, id, leasedBy }: Pass<unknown>): Promise<void> {
  await sql`
    update ${sql(table)} set leased_by = null, due_at = clock_timestamp() where id = ${id} and leased_by = ${leasedBy}`;
}

/** Ends a replay that has used up its time. What it counted stays, and is not complete. Shadow mode does not follow. */
export async function timeOut(sql: Pipeline, { table, id, leasedBy }: LawPass): Promise<void> {
  await sql`
    update ${sql(table)} set replay_state = 'timed-out', cursor = null, leased_by = null, due_at = null
    where id = ${id} and leased_by = ${leasedBy} and status = 'open'`;
}
