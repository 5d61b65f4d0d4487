import { launch, setPaused } from "./faults/operators.ts";
import { pause, startKeeper } from "./faults/processes.ts";
import type { World } from "./world/world.ts";

/** Waits that the product prescribes are shortened, never what it decides: an orphan's minute, a look-up's two. */
const OLDER_THAN_ANY_REQUEST_SECONDS = 13;

export interface Rest {
  settled: boolean;
  seconds: number;
  /** What was still under way at the limit. */
  left: string;
}

/** Restores the world, and waits until nothing is under way any more; with a limit. */
export async function settle(world: World, limitSeconds: number): Promise<Rest> {
  const from = Date.now();
  await world.carrier.clearFaults();
  for (const program of [...world.workers, ...world.apis]) program.thaw();
  const keeper = startKeeper(world, () => null);
  try {
    // Whoever still has a fate before them is started afresh.
    for (const program of [...world.workers, ...world.apis]) if (program.fate) await program.kill();
    for (const tenant of world.tenants) await setPaused(world, tenant, false);
    await world.operator.run(
      (sql) => sql`
        update campaigns set paused_at = null, updated_at = clock_timestamp(), status = case
          when materialize_cursor is not null or audience_count = 0 then 'launching' else 'running' end
        where status = 'paused'`,
    );
    await askAboutAll(world);
    let quiet = 0;
    while (Date.now() - from < limitSeconds * 1_000) {
      await hurry(world);
      quiet = (await underWay(world)) === "" ? quiet + 1 : 0;
      if (quiet >= 3) return { settled: true, seconds: (Date.now() - from) / 1_000, left: "" };
      await pause(700);
    }
    return { settled: false, seconds: limitSeconds, left: await underWay(world) };
  } finally {
    await keeper.stop();
  }
}

const PER_STATEMENT = 1_000;
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/** Whatever was looked up before may have been taken along by a death: each is asked about anew. Some at a time: after
 * a long storm all of them are more than a statement's limit. */
async function askAboutAll(world: World): Promise<void> {
  for (let after = BEFORE_ALL; ; ) {
    const rows = await world.operator.run(
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

/** A last sign of life: after all that, a message to somebody new goes out and arrives. */
export async function stillSends(world: World, limitSeconds: number): Promise<boolean> {
  const tenant = world.tenants.find((each) => each.part === "plain")!;
  // The storm may have made it look like a sender of spam, whose numbers rest for an hour.
  await world.operator.run(
    (sql) => sql`update sending_numbers set rested_until = null where tenant_id = ${tenant.id}`,
  );
  const campaignId = await launch(world, tenant);
  for (const deadline = Date.now() + limitSeconds * 1_000; Date.now() < deadline; await pause(300)) {
    const [row] = await world.operator.run(
      (sql) =>
        sql`select 1 from send_jobs where campaign_id = ${campaignId} and status = 'delivered' limit 1`,
    );
    if (row) return true;
  }
  return false;
}

/** Leaves alone what the product has in hand: waiting for it out of turn made deadlocks that the product never makes. */
async function hurry(world: World): Promise<void> {
  await world.operator.run(async (sql) => {
    // Of tickets that were lost; younger ones are on their way.
    await sql`delete from send_leases where expires_at < clock_timestamp() + interval '28 seconds'`;
    await sql`
      update send_jobs set due_at = clock_timestamp() where id in (
        select id from send_jobs
        where status = 'queued' and due_at > clock_timestamp() + interval '1 second'
          and (hold_reason is null or hold_reason = 'Carrier busy')
        for no key update skip locked)`;
    // The claim's own time stays in torture.claims, by which the judge goes.
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

/** What is still under way, in words; empty: nothing. What is held until an hour or a day is at rest. */
async function underWay(world: World): Promise<string> {
  const [jobs, lookUps, carrier] = await Promise.all([
    world.operator.run(
      (sql) => sql<{ what: string }[]>`
        select status || ' ' || reason || ': ' || sum(jobs) as what from campaign_counters
        where status = 'sending' or (status = 'queued' and reason not in ('Quiet hours', 'Budget')
          and not (reason = 'No sender' and exists (
            select 1 from sending_numbers n
            where n.tenant_id = campaign_counters.tenant_id and n.rested_until > clock_timestamp())))
        group by status, reason having sum(jobs) > 0`,
    ),
    world.operator.run(
      (sql) => sql<{ n: number }[]>`
        select count(*)::int as n from send_attempts
        where look_ups = 0 and final_at is null and state in ('accepted', 'unknown')`,
    ),
    world.carrier.health(),
  ]);
  return [
    ...jobs.map(({ what }) => what),
    ...(lookUps[0]!.n > 0 ? [`look-ups: ${lookUps[0]!.n}`] : []),
    ...(carrier.pendingSteps > 0 ? [`the carrier's steps: ${carrier.pendingSteps}`] : []),
    ...(carrier.pendingWebhooks > 0 ? [`webhooks: ${carrier.pendingWebhooks}`] : []),
  ].join(", ");
}
