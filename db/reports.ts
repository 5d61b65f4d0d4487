import { openPipeline, openTenantDatabase, type Pipeline, type TenantDatabase } from "./connection.ts";
import { within } from "./within.ts";

/**
 * Where long reports are read: from a read replica, so that they take nothing from sending, or from the database itself.
 * Only reports: gates, pages and everything that decides read the database.
 */
export interface Reports {
  /** The replica where it follows closely enough, else the database. */
  source(): Promise<ReportSource>;
  /** Null where no replica is named. */
  replica(): Promise<ReplicaStatus | null>;
  close(): Promise<void>;
}

export interface ReportSource {
  database: TenantDatabase;
  /** All that was committed until then is in the report; null: everything is. */
  asOf: Date | null;
}

export interface ReplicaStatus {
  state: "in use" | "too far behind" | "unreachable" | "no replica";
  /** What it holds for certain ends so long ago; null: not known. */
  behindSeconds: number | null;
  /** Beyond this the database itself is read. */
  mostBehindSeconds: number;
}

const MOST_BEHIND_SECONDS = 60;
const ANSWER_MS = 2_000;

/** Without a replica: everything from the database. */
export function reportsFromDatabase(database: TenantDatabase): Reports {
  return {
    source: async () => ({ database, asOf: null }),
    replica: async () => null,
    close: async () => {},
  };
}

/** `url` is the replica's (a hot standby of the database; its user and roles come with it). */
export function reportsFromReplica(
  url: string,
  primary: { database: TenantDatabase; pipeline: Pipeline },
  mostBehindSeconds: number = MOST_BEHIND_SECONDS,
): Reports {
  const database = openTenantDatabase(url, { name: "smscrm-reports", max: 4 });
  const sql = openPipeline(url, { name: "smscrm-replica", max: 1 });
  const look = () => within(ANSWER_MS, standing(sql, primary.pipeline)).catch(() => "unreachable" as const);
  const stateOf = (seen: Awaited<ReturnType<typeof look>>): ReplicaStatus["state"] => {
    if (seen === "unreachable") return seen;
    if (!seen.standby) return "no replica";
    return (seen.behindSeconds ?? Infinity) <= mostBehindSeconds ? "in use" : "too far behind";
  };
  return {
    async source() {
      const seen = await look();
      if (seen === "unreachable" || stateOf(seen) !== "in use")
        return { database: primary.database, asOf: null };
      return { database, asOf: seen.behindSeconds === 0 ? null : seen.asOf };
    },
    async replica() {
      const seen = await look();
      const behindSeconds = seen === "unreachable" ? null : seen.behindSeconds;
      return { state: stateOf(seen), behindSeconds, mostBehindSeconds };
    },
    async close() {
      await Promise.allSettled([database.close(), sql.end({ timeout: 1 })]);
    },
  };
}

interface Standing {
  standby: boolean;
  asOf: Date | null;
  behindSeconds: number | null;
}

/**
 * By the log's positions, and not by the time of the last transaction alone: that grows on an idle system, too. The
 * database's position is read first, so that a replica which has reached it lacks nothing committed before the question.
 */
async function standing(replica: Pipeline, primary: Pipeline): Promise<Standing> {
  const [at] = await primary<{ position: string }[]>`select pg_current_wal_flush_lsn()::text as position`;
  const [row] = await replica<
    { standby: boolean; reached: boolean; asOf: Date | null; behind: number | null }[]
  >`
    select pg_is_in_recovery() as standby,
      coalesce(pg_last_wal_replay_lsn() >= ${at!.position}::text::pg_lsn, false) as reached,
      pg_last_xact_replay_timestamp() as "asOf",
      extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 as behind`;
  const { standby, reached, asOf, behind } = row!;
  return { standby, asOf, behindSeconds: reached ? 0 : behind === null ? null : Math.max(behind, 0) };
}
