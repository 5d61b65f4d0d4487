import { openPipeline, type Pipeline } from "../postgres/connection.ts";

export interface TestClock {
  /** The worker's login, with connections that see the test's time. */
  sql: Pipeline;
  /** Sets the time that `clock_timestamp()` and `statement_timestamp()` return there, from now on. */
  set(at: Date): Promise<void>;
  close(): Promise<void>;
}

/**
 * Replaces the database's clock for connections of the worker's login: a schema before pg_catalog has the functions of the same
 * names. So the product's own statements run unchanged, at the test's time.
 */
export async function openTestClock(
  owner: Pipeline,
  logins: { DATABASE_WORKER_URL: string },
): Promise<TestClock> {
  await owner.unsafe(`
    create schema test_clock;
    create table test_clock.clock (at timestamptz not null);
    insert into test_clock.clock values (now());
    create function test_clock.clock_timestamp() returns timestamptz language sql stable as 'select at from test_clock.clock';
    create function test_clock.statement_timestamp() returns timestamptz language sql stable as 'select at from test_clock.clock';
    grant usage on schema test_clock to public;
    grant select on test_clock.clock to public`);
  const address = new URL(logins.DATABASE_WORKER_URL);
  address.searchParams.set("search_path", "test_clock, pg_catalog, public");
  const sql = openPipeline(address.href, { name: "clocked tests", max: 4 });
  return {
    sql,
    async set(at) {
      await owner`update test_clock.clock set at = ${at}`;
      // Buckets that were filled at another time stay full.
      await owner`update budgets set rate_tokens_at = ${at}`;
      await owner`update sending_numbers set tokens_at = ${at}`;
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
