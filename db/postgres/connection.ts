import { sql as drizzleSql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "../schema/index.ts";
import { isDeadlock } from "./connection-faults.ts";
import { preparing } from "./prepared-statements.ts";

/** No statement may run longer: such a statement is a mistake, and must not hold locks. */
const STATEMENT_TIMEOUT_MS = 60_000;

/**
 * The wait before a failed connection is opened again: at most a second. The driver's own wait grows to twenty
 * seconds, although the database may be back much earlier.
 */
const reconnectSeconds = (failures: number) => Math.min(0.05 * 2 ** failures, 1);

export interface ConnectionOptions {
  /** The most connections. */
  max?: number;
  /** Shown in pg_stat_activity. */
  name: string;
  /** Idle connections stay open, so that an urgent request does not wait for a new one. */
  keepOpen?: boolean;
}

function connect(
  url: string,
  { max = 10, name, keepOpen = false }: ConnectionOptions,
  planning: Record<string, number> = {},
) {
  // PgBouncer's address has `prepare=false`. In its transaction mode the server's connection goes to the next client
  // after each query. A pipelined query behind it would never get its answer.
  const oneAtATime = new URL(url).searchParams.get("prepare") === "false" ? { max_pipeline: 0 } : {};
  return postgres(url, {
    ...oneAtATime,
    max,
    connect_timeout: 10,
    ...(keepOpen ? {} : { idle_timeout: 60 }),
    max_lifetime: 60 * 30,
    backoff: reconnectSeconds,
    onnotice: () => {},
    connection: { application_name: name, statement_timeout: STATEMENT_TIMEOUT_MS, ...planning },
  });
}

type Orm = PostgresJsDatabase<typeof schema>;
/** A transaction of the API: row-level security shows one tenant or, for sign-in, none. */
export type TenantTransaction = Parameters<Parameters<Orm["transaction"]>[0]>[0];

/** The API's database: every query runs as a role that owns nothing and sees one tenant. */
export interface TenantDatabase {
  /**
   * Runs `work` in one transaction that sees and writes only this tenant's rows. A statement that takes longer than
   * `statementLimitMs`, including waits for locks, fails; see `isTooSlow`.
   */
  asTenant<T>(
    tenantId: string,
    work: (tx: TenantTransaction) => Promise<T>,
    statementLimitMs?: number,
  ): Promise<T>;
  /** Runs `work` with the rights of sign-in: users, memberships and sessions, nothing else. */
  asSignIn<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** `options.statementLimitMs`: the default limit of a statement. */
export function openTenantDatabase(
  url: string,
  { statementLimitMs = STATEMENT_TIMEOUT_MS, ...options }: ConnectionOptions & { statementLimitMs?: number },
): TenantDatabase {
  const client = preparing(connect(url, options));
  const orm = drizzle(client, { schema });
  const as = <T>(
    role: string,
    tenantId: string,
    limitMs: number,
    work: (tx: TenantTransaction) => Promise<T>,
  ) =>
    orm.transaction(async (tx) => {
      // The settings end with the transaction, so this is also safe behind a transaction-pooling proxy. They are sent
      // first, and the work's first statement right behind them, which saves a round trip. If they fail, so does it. A
      // prepared statement is planned for its values each time: a rare tag needs another plan than a common one.
      const settings = tx
        .execute(
          drizzleSql`select set_config('role', ${role}, true), set_config('app.tenant_id', ${tenantId}, true),
            set_config('statement_timeout', ${String(limitMs)}, true),
            set_config('plan_cache_mode', 'force_custom_plan', true)`,
        )
        .then(() => {});
      const [sent, done] = await Promise.allSettled([settings, work(tx)]);
      if (sent.status === "rejected") throw sent.reason;
      if (done.status === "rejected") throw done.reason;
      return done.value;
    });
  return {
    asTenant: (tenantId, work, limitMs = statementLimitMs) => as("smscrm_app", tenantId, limitMs, work),
    asSignIn: (work) => as("smscrm_auth", "", statementLimitMs, work),
    close: () => client.end({ timeout: 5 }),
  };
}

/** What the worker and webhook ingestion use: plain SQL over all tenants, prepared and pipelined. */
export type Pipeline = postgres.Sql;
export type PipelineTransaction = postgres.TransactionSql;
/** A part of other SQL statements. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * A batch selects its rows by id. With PostgreSQL's default for spinning disks a scan of a table of up to tens of
 * thousands of rows looks cheaper than a hundred look-ups. Then each batch would read all of them.
 */
const LOOK_UP_BY_INDEX = { random_page_cost: 1.1 };

export function openPipeline(url: string, options: ConnectionOptions): Pipeline {
  return connect(url, options, LOOK_UP_BY_INDEX);
}

const TRIES = 4;

/**
 * Runs one transaction of the pipeline. All transactions lock in one order: attempts by id, budgets by tenant,
 * numbers, counters, heads of audit logs by tenant. So a deadlock should not happen. If PostgreSQL still finds one,
 * it has rolled back, and a retry is safe.
 */
export async function transact<T>(sql: Pipeline, work: (tx: PipelineTransaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await sql.begin(work)) as T;
    } catch (error) {
      if (!isDeadlock(error) || attempt === TRIES) throw error;
    }
  }
}
