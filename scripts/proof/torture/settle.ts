import type { Environment } from "./environment/environment.ts";
import { launch, setPaused } from "./faults/operators.ts";
import { pause, startSupervisor } from "./faults/processes.ts";

/** Shortens waits of the product, never its decisions: a minute for orphans, two for look-ups. */
const OLDER_THAN_ANY_REQUEST_SECONDS = 13;

export interface Rest {
  settled: boolean;
  seconds: number;
  /** What was still in flight at the limit. */
  left: string;
}

/** Removes the faults, and waits until nothing is in flight any more; with a limit. */
export async function settle(environment: Environment, limitSeconds: number): Promise<Rest> {
  const from = Date.now();
  await environment.carrier.clearFaults();
  for (const program of [...environment.workers, ...environment.apis]) program.thaw();
  const supervisor = startSupervisor(environment, () => null);
  try {
    // A process that still has a fault is restarted without it.
    for (const program of [...environment.workers, ...environment.apis])
      if (program.fault) await program.kill();
    for (const tenant of environment.tenants) await setPaused(environment, tenant, false);
    await environment.operator.run(
      (sql) => sql`
        update campaigns set paused_at = null, updated_at = clock_timestamp(), status = case
          when materialize_cursor is not null or audience_count = 0 then 'launching' else 'running' end
        where status = 'paused'`,
    );
    // Else the next steps of flows would be queued while all else is at rest.
    await environment.operator.run((sql) => sql`update flows set status = 'paused' where status = 'live'`);
    await askAboutAll(environment);
    let quiet = 0;
    while (Date.now() - from < limitSeconds * 1_000) {
      await hurry(environment);
      quiet = (await underWay(environment)) === "" ? quiet + 1 : 0;
      if (quiet >= 3) return { settled: true, seconds: (Date.now() - from) / 1_000, left: "" };
      await pause(700);
    }
    return { settled: false, seconds: limitSeconds, left: await underWay(environment) };
  } finally {
    await supervisor.stop();
  }
}

const PER_STATEMENT = 1_000;
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/**
 * A death may have lost an earlier look-up, so each unknown message is looked up again. Some at a time, because after
 * a long storm all of them exceed a statement's time limit.
 */
async function askAboutAll(environment: Environment): Promise<void> {
  for (let after = BEFORE_ALL; ; ) {
    const rows = await environment.operator.run(
      (sql) => sql<{ id: string }[]>`
        update send_attempts set look_ups = 0, look_up_at = clock_timestamp() where id in (
          select id from send_attempts
          where id > ${after} and final_at is null and state in ('accepted', 'unknown')
          order by id limit ${PER_STATEMENT} for no key update
        ) returning id`,
    );
    if (rows.length < PER_STATEMENT) return;
    after = rows.reduce((latest, { id }) => (id > latest ? id : latest), after);
  }
}

/** Checks that after everything a message to a new person is still sent and delivered. */
export async function stillSends(environment: Environment, limitSeconds: number): Promise<boolean> {
  const tenant = environment.tenants.find((each) => each.part === "plain")!;
  // The storm may have made it look like a spammer, whose numbers are paused for an hour.
  await environment.operator.run(
    (sql) => sql`update sending_numbers set rested_until = null where tenant_id = ${tenant.id}`,
  );
  const campaignId = await launch(environment, tenant);
  for (const deadline = Date.now() + limitSeconds * 1_000; Date.now() < deadline; await pause(300)) {
    const [row] = await environment.operator.run(
      (sql) =>
        sql`select 1 from send_jobs where campaign_id = ${campaignId} and status = 'delivered' limit 1`,
    );
    if (row) return true;
  }
  return false;
}

/** Makes waiting work due, but not work in progress: locking that caused deadlocks that the product never causes. */
async function hurry(environment: Environment): Promise<void> {
  await environment.operator.run(async (sql) => {
    // Of lost tickets; younger ones are in use.
    await sql`delete from send_leases where expires_at < clock_timestamp() + interval '28 seconds'`;
    await sql`
      update send_jobs set due_at = clock_timestamp() where id in (
        select id from send_jobs
        where status = 'queued' and due_at > clock_timestamp() + interval '1 second'
          and (hold_reason is null or hold_reason = 'Carrier busy')
        for no key update skip locked)`;
    // The claim's own time stays in torture.claims, which the evaluation uses.
    await sql`
      update send_attempts set claimed_at = claimed_at - interval '61 seconds' where id in (
        select id from send_attempts
        where state = 'sending' and claimed_at > clock_timestamp() - interval '60 seconds'
          and claimed_at < clock_timestamp() - make_interval(secs => ${OLDER_THAN_ANY_REQUEST_SECONDS})
        for no key update skip locked)`;
    await sql`
      update send_attempts set look_up_at = clock_timestamp() where id in (
        select id from send_attempts where look_up_at > clock_timestamp() and look_ups = 0 and final_at is null
        for no key update skip locked)`;
  });
}

/**
 * Returns what is still in flight, in words; empty: nothing. A message that is held until an hour or a day is at
 * rest.
 */
async function underWay(environment: Environment): Promise<string> {
  const [jobs, lookUps, carrier] = await Promise.all([
    environment.operator.run(
      (sql) => sql<{ what: string }[]>`
        select status || ' ' || reason || ': ' || sum(jobs) as what from campaign_counters
        where status = 'sending' or (status = 'queued' and reason not in ('Quiet hours', 'Send time', 'First part', 'Budget')
          and not (reason = 'No sender' and exists (
            select 1 from sending_numbers n
            where n.tenant_id = campaign_counters.tenant_id and n.rested_until > clock_timestamp())))
        group by status, reason having sum(jobs) > 0`,
    ),
    environment.operator.run(
      (sql) => sql<{ n: number }[]>`
        select count(*)::int as n from send_attempts
        where look_ups = 0 and final_at is null and state in ('accepted', 'unknown')`,
    ),
    environment.carrier.health(),
  ]);
  return [
    ...jobs.map(({ what }) => what),
    ...(lookUps[0]!.n > 0 ? [`look-ups: ${lookUps[0]!.n}`] : []),
    ...(carrier.pendingSteps > 0 ? [`the carrier's steps: ${carrier.pendingSteps}`] : []),
    ...(carrier.pendingWebhooks > 0 ? [`webhooks: ${carrier.pendingWebhooks}`] : []),
  ].join(", ");
}
