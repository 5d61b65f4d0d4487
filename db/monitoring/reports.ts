import {
  openPipeline,
  openTenantDatabase,
  type Pipeline,
  type TenantDatabase,
} from "../postgres/connection.ts";
import { within } from "../postgres/within.ts";

/**
 * The source of long reports: a read replica, so that they do not slow down sending, or the database itself. Only for
 * reports: gates, pages and all decisions read the database.
 */
export interface Reports {
  /** The replica if its lag is small enough, else the database. */
  source(): Promise<ReportSource>;
  /** Null if no replica is configured. */
  replica(): Promise<ReplicaStatus | null>;
  close(): Promise<void>;
}

interface ReportSource {
  database: TenantDatabase;
  /** The report contains everything committed until then; null: everything. */
  asOf: Date | null;
}

export interface ReplicaStatus {
  state: "in use" | "too far behind" | "unreachable" | "no replica";
  /** How far its data lags behind; null: not known. */
  lagSeconds: number | null;
  /** With a longer lag reports read the database itself. */
  lagMaxSeconds: number;
}

const LAG_SECONDS_MAX = 60;
const ANSWER_MS = 2_000;

/** Returns the source without a replica: the database. */
export function reportsFromDatabase(database: TenantDatabase): Reports {
  return {
    source: async () => ({ database, asOf: null }),
    replica: async () => null,
    close: async () => {},
  };
}

/** Returns the source with a replica. `url` is the replica's: a hot standby has the same users and roles. */
export function reportsFromReplica(
  url: string,
  primary: { database: TenantDatabase; pipeline: Pipeline },
  lagMaxSeconds: number = LAG_SECONDS_MAX,
): Reports {
  const database = openTenantDatabase(url, { name: "smscrm-reports", max: 4 });
  const sql = openPipeline(url, { name: "smscrm-replica", max: 1 });
  const readLag = () =>
    within(ANSWER_MS, readReplicaLag(sql, primary.pipeline)).catch(() => "unreachable" as const);
  const stateOf = (seen: Awaited<ReturnType<typeof readLag>>): ReplicaStatus["state"] => {
    if (seen === "unreachable") return seen;
    if (!seen.standby) return "no replica";
    return (seen.lagSeconds ?? Infinity) <= lagMaxSeconds ? "in use" : "too far behind";
  };
  return {
    async source() {
      const seen = await readLag();
      if (seen === "unreachable" || stateOf(seen) !== "in use")
        return { database: primary.database, asOf: null };
      return { database, asOf: seen.lagSeconds === 0 ? null : seen.asOf };
    },
    async replica() {
      const seen = await readLag();
      const lagSeconds = seen === "unreachable" ? null : seen.lagSeconds;
      return { state: stateOf(seen), lagSeconds, lagMaxSeconds };
    },
    async close() {
      await Promise.allSettled([database.close(), sql.end({ timeout: 1 })]);
    },
  };
}

interface ReplicaLag {
  standby: boolean;
  asOf: Date | null;
  lagSeconds: number | null;
}

/**
 * Measures the lag by positions of the log, because the time since the last transaction also grows on an idle system.
 * The database's position is read first: a replica that has reached it has everything that was committed before the
 * call.
 */
async function readReplicaLag(replica: Pipeline, primary: Pipeline): Promise<ReplicaLag> {
  const [at] = await primary<{ position: string }[]>`select pg_current_wal_flush_lsn()::text as position`;
  const [row] = await replica<
    { standby: boolean; reached: boolean; asOf: Date | null; behind: number | null }[]
  >`
    select pg_is_in_recovery() as standby,
      coalesce(pg_last_wal_replay_lsn() >= ${at!.position}::text::pg_lsn, false) as reached,
      pg_last_xact_replay_timestamp() as "asOf",
      extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 as behind`;
  const { standby, reached, asOf, behind } = row!;
  return { standby, asOf, lagSeconds: reached ? 0 : behind === null ? null : Math.max(behind, 0) };
}
