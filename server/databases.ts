import { apiPipelineUrl } from "@smscrm/db/logins/logins";
import {
  openPipeline,
  openTenantDatabase,
  type Pipeline,
  type TenantDatabase,
} from "@smscrm/db/postgres/connection";
import { API_POOLS } from "./environment.ts";
import { createFairQueue } from "./fair-queue.ts";
import { tooMany } from "./http/refusals.ts";

/** The API's connections to the database. */
export interface Databases {
  /** One tenant's rows, by row-level security: every procedure uses it. */
  database: TenantDatabase;
  /** Connections for the kill switch's pause alone. Nothing else may hold them or queue for them. */
  urgent: TenantDatabase;
  /** Connections for pausing a campaign and for resuming. They are nearly as urgent, and may have to wait for a lock. */
  stops: TenantDatabase;
  /** All tenants' rows: webhooks, memberships, the program's own state. */
  pipeline: Pipeline;
  /**
   * The system's state for a tenant's page. It has its own connections, shared fairly among tenants: a page that
   * reloads often must not delay webhooks, which carry STOPs.
   */
  overview<T>(tenantId: string, work: (sql: Pipeline) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The time limit of statements that write; pages have a shorter one, see trpc.ts. */
const STATEMENT_LIMIT_MS = 20_000;
/** How many connections the queries of all tenants may hold. The rest is for sessions and sign-in. */
const FOR_TENANTS = 16;
/** How many one tenant may hold, so that its slow searches delay only itself. */
const PER_TENANT = 4;
const WAITING_PER_TENANT = 200;
const WAIT_LIMIT_MS = 15_000;

// One of its connections always stays free for looking up sessions.
const FOR_PAUSING = 3;
const FOR_STOPS = 2;
/** A stop that can't be written in this time fails with an error, so that the operator can stop in another way. */
const URGENT_LIMIT_MS = 3_000;

/** `url` is the API's login. */
export function openDatabases(url: string): Databases {
  const database = openTenantDatabase(url, {
    name: "smscrm-api",
    max: API_POOLS.requests,
    statementLimitMs: STATEMENT_LIMIT_MS,
  });
  const urgent = openTenantDatabase(url, {
    name: "smscrm-api-urgent",
    max: API_POOLS.urgent,
    statementLimitMs: URGENT_LIMIT_MS,
    keepOpen: true,
  });
  const oneEach = { atOncePerKey: 1, waitingPerKeyMax: 20, waitLimitMs: URGENT_LIMIT_MS };
  const pipeline = openPipeline(apiPipelineUrl(url), {
    name: "smscrm-api-pipeline",
    max: API_POOLS.pipeline,
  });
  const overview = openPipeline(apiPipelineUrl(url), {
    name: "smscrm-api-overview",
    max: API_POOLS.overview,
  });
  const inTurn = createFairQueue({
    atOnce: API_POOLS.overview,
    atOncePerKey: 1,
    waitingPerKeyMax: WAITING_PER_TENANT,
    waitLimitMs: WAIT_LIMIT_MS,
    refusal: tooManyOfOne,
  });
  return {
    database: shared(database, {
      atOnce: FOR_TENANTS,
      atOncePerKey: PER_TENANT,
      waitingPerKeyMax: WAITING_PER_TENANT,
      waitLimitMs: WAIT_LIMIT_MS,
    }),
    urgent: shared(urgent, { ...oneEach, atOnce: FOR_PAUSING }),
    stops: shared(urgent, { ...oneEach, atOnce: FOR_STOPS }),
    pipeline,
    overview: (tenantId, work) => inTurn(tenantId, () => work(overview)),
    close: async () => {
      await Promise.allSettled([
        ...[pipeline, overview].map((sql) => sql.end({ timeout: 3 })),
        ...[database, urgent].map((each) => each.close()),
      ]);
    },
  };
}

const tooManyOfOne = () =>
  tooMany("Your organisation has too many requests in progress. Try again in a few seconds.");

/** Returns the same database, with its connections shared fairly among tenants. */
function shared(
  database: TenantDatabase,
  limits: Omit<Parameters<typeof createFairQueue>[0], "refusal">,
): TenantDatabase {
  const inTurn = createFairQueue({ ...limits, refusal: tooManyOfOne });
  return {
    ...database,
    asTenant: (tenantId, work, statementLimitMs) =>
      inTurn(tenantId, () => database.asTenant(tenantId, work, statementLimitMs)),
  };
}
