import type { Pipeline } from "../postgres/connection.ts";

/** The counts of one process since its last report. */
export interface ServiceTally {
  requests: number;
  requestsFast: number;
  requestsFailed: number;
  databaseFailures: number;
}

/** Adds to the current minute. The row itself proves that the process and the database were up. */
export async function recordServiceMinute(
  sql: Pipeline,
  service: "api" | "worker",
  instance: string,
  tally: ServiceTally,
): Promise<void> {
  await sql`
    insert into service_minutes as m (minute, service, instance, requests, requests_fast, requests_failed, database_failures)
    values (date_trunc('minute', clock_timestamp()), ${service}, ${instance}, ${tally.requests}, ${tally.requestsFast},
      ${tally.requestsFailed}, ${tally.databaseFailures})
    on conflict (minute, service, instance) do update set requests = m.requests + excluded.requests,
      requests_fast = m.requests_fast + excluded.requests_fast,
      requests_failed = m.requests_failed + excluded.requests_failed,
      database_failures = m.database_failures + excluded.database_failures`;
}
