import { sql as drizzleSql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "./schema/index.ts";

/** No statement of ours runs longer: what would is a mistake, and must not hold locks while it shows. */
const STATEMENT_TIMEOUT_MS = 60_000;

/**
 * How long a connection that failed waits before it is made again: a second at most. The driver's own wait grows to
 * twenty seconds with every connection that failed, and a query that waits for it could have had another by then.
 */
const reconnectSeconds = (failures: number) => Math.min(0.05 * 2 ** failures, 1);

export interface ConnectionOptions {
  /** Connections kept at most. */
  max?: number;
  /** Shown in pg_stat_activity. */
  name: string;
}

function connect(url: string, { max = 10, name }: ConnectionOptions, planning: Record<string, number> = {}) {
  // The address of a PgBouncer says `prepare=false`. Its transaction mode hands the server's connection to the next
  // client after a query's end; what was already sent behind that query is answered to nobody, and waits for ever.
  const oneAtATime = new URL(url).searchParams.get("prepare") === "false" ? { max_pipeline: 0 } : {};
  return postgres(url, {
    ...oneAtATime,
    max,
    connect_timeout: 10,
    idle_timeout: 60,
    max_lifetime: 60 * 30,
    backoff: reconnectSeconds,
    onnotice: () => {},
    connection: { application_name: name, statement_timeout: STATEMENT_TIMEOUT_MS, ...planning },
  });
}

export type Orm = PostgresJsDatabase<typeof schema>;
/** A transaction of the API, inside which row-level security shows one tenant (or, for sign-in, none). */
export type TenantTransaction = Parameters<Parameters<Orm["transaction"]>[0]>[0];

/** What the API uses: every query runs as a role that owns nothing and sees one tenant. */
export interface TenantDatabase {
  /** Runs `work` in one transaction that sees and writes only this tenant's rows. */
  asTenant<T>(tenantId: string, work: (tx: TenantTransaction) => Promise<T>): Promise<T>;
  /** Runs `work` with the rights of sign-in: users, memberships and sessions, nothing else. */
  asSignIn<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openTenantDatabase(url: string, options: ConnectionOptions): TenantDatabase {
  const client = connect(url, options);
  const orm = drizzle(client, { schema });
  const as = <T>(role: string, tenantId: string, work: (tx: TenantTransaction) => Promise<T>) =>
    orm.transaction(async (tx) => {
      // Both settings end with the transaction, so this also holds behind a transaction-pooling proxy.
      await tx.execute(
        drizzleSql`select set_config('role', ${role}, true), set_config('app.tenant_id', ${tenantId}, true)`,
      );
      return work(tx);
    });
  return {
    asTenant: (tenantId, work) => as("smscrm_app", tenantId, work),
    asSignIn: (work) => as("smscrm_auth", "", work),
    close: () => client.end({ timeout: 5 }),
  };
}

/** What the worker and webhook ingestion use: plain SQL over all tenants, prepared and pipelined. */
export type Pipeline = postgres.Sql;
export type PipelineTransaction = postgres.TransactionSql;
/** A piece of SQL that goes into other statements. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * A batch names its rows by id. By PostgreSQL's default for spinning disks a scan of the whole table looks cheaper
 * than a hundred look-ups until it has tens of thousands of rows, and each batch would read all of them.
 */
const LOOK_UP_BY_INDEX = { random_page_cost: 1.1 };

export function openPipeline(url: string, options: ConnectionOptions): Pipeline {
  return connect(url, options, LOOK_UP_BY_INDEX);
}

const DEADLOCK = "40P01";
const TRIES = 4;

/**
 * One transaction of the pipeline. All of them lock in one order (attempts by id, then budgets by tenant, then
 * numbers, then counters), so a deadlock should not happen; where PostgreSQL still finds one, it has undone
 * everything, and doing it again is safe.
 */
export async function transact<T>(sql: Pipeline, work: (tx: PipelineTransaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await sql.begin(work)) as T;
    } catch (error) {
      if ((error as { code?: string }).code !== DEADLOCK || attempt === TRIES) throw error;
    }
  }
}
