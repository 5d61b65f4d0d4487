import { launch } from "../faults/operators.ts";
import { comes, pause } from "../faults/processes.ts";
import type { CastTenant } from "../plan/cast.ts";
import { openWorld, type World } from "../world/world.ts";
import { type Measure, progressOf } from "./measure.ts";

const EQUALS = 20;
const SMALL_AUDIENCE = 10;
const MEASURED_MS = 20_000;
const LIMIT_MS = 2_000;
const FROZEN_LIMIT_MS = 120_000;

/** Ten messages beside a million that are due; and equals, none of which can have all that it asks for. */
export const fairness: Measure = async (command, say) => {
  const due = command.trials ?? 1_000_000;
  const size = { plain: EQUALS + 2, people: 3_000, tightTenants: 0, crowd: 0 };
  const world = await openWorld({ options: command, size, mutations: [] });
  try {
    const [big, small, ...equals] = world.tenants.filter(({ part }) => part === "plain");
    const beside = await besideMany(world, big!, small!, due, say);
    await world.operator.run((sql) => sql`update campaigns set status = 'paused', paused_at = now()`);
    const index = await among(world, equals, say);
    return beside <= LIMIT_MS && index >= 0.98;
  } finally {
    await world.close();
  }
};

async function besideMany(
  world: World,
  big: CastTenant,
  small: CastTenant,
  due: number,
  say: (line: string) => void,
): Promise<number> {
  await multiply(world, big, due, progressOf("messages made due", due, say));
  await comes(async () => (await world.carrier.health()).messages > 200, 60_000);
  await world.operator.run(
    (sql) =>
      sql`delete from contacts where id in (select id from contacts where tenant_id = ${small.id} offset ${SMALL_AUDIENCE})`,
  );
  small.people.length = SMALL_AUDIENCE;
  await launch(world, small);
  // From when they are due: the freezing of an audience is another matter.
  let since = 0;
  await comes(async () => {
    const [row] = await world.operator.run(
      (sql) => sql<{ at: number }[]>`
        select extract(epoch from min(created_at))::float8 * 1000 as at from send_jobs where tenant_id = ${small.id}`,
    );
    since = row?.at ?? 0;
    return since > 0;
  }, 30_000);
  let last = 0;
  await comes(async () => {
    const ours = (await world.carrier.ledger()).filter(({ form }) => form?.From === small.number);
    last = Math.max(0, ...ours.map(({ receivedAt }) => receivedAt));
    return ours.length === SMALL_AUDIENCE;
  }, 60_000);
  const ms = Math.round(last - since);
  say(`fairness: ${SMALL_AUDIENCE} messages beside ${due} due: all handed over ${ms} ms after they were due`);
  return ms;
}

/** Campaigns in plenty for one tenant, frozen by SQL: a million people would be no different for the dispatcher. */
async function multiply(
  world: World,
  tenant: CastTenant,
  due: number,
  tell: (made: number) => void,
): Promise<void> {
  for (let made = 0; made < due; made += tenant.people.length) {
    tell(made);
    await world.operator.run(async (sql) => {
      const [campaign] = await sql<{ id: string }[]>`
        insert into campaigns (tenant_id, name, body, audience, status, launched_at, audience_count)
        values (${tenant.id}, 'News', ${`News ${made}. Reply STOP to opt out`}, '{"kind":"all"}', 'paused',
          clock_timestamp(), ${tenant.people.length}) returning id`;
      await sql`
        insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
        select tenant_id, ${campaign!.id}, id, phone_e164, 'AU' from contacts where tenant_id = ${tenant.id}`;
    });
  }
  await world.operator.run((sql) => sql`analyze send_jobs, campaigns`);
  await world.operator.run(
    (sql) => sql`update campaigns set status = 'running' where tenant_id = ${tenant.id}`,
  );
}

/** Jain's index of what each got while all had something due: 1 is perfectly equal. */
async function among(
  world: World,
  tenants: readonly CastTenant[],
  say: (line: string) => void,
): Promise<number> {
  for (const tenant of tenants) for (let nth = 0; nth < 3; nth += 1) await launch(world, tenant);
  await comes(() => allFrozen(world), FROZEN_LIMIT_MS);
  await pause(5_000);
  const [from, to] = [world.clock.now(), world.clock.now() + MEASURED_MS];
  await pause(MEASURED_MS);
  const [left] = await world.operator.run(
    (sql) => sql<{ least: number }[]>`
      select min(n)::int as least from (select sum(jobs) filter (where status = 'queued') as n from campaign_counters
        where tenant_id = any(${tenants.map(({ id }) => id)}::uuid[]) group by tenant_id) each`,
  );
  const counts = new Map(tenants.map(({ number }) => [number, 0]));
  for (const { receivedAt, form } of await world.carrier.ledger()) {
    const number = String(form?.From);
    if (receivedAt >= from && receivedAt < to && counts.has(number))
      counts.set(number, counts.get(number)! + 1);
  }
  const shares = [...counts.values()];
  const sum = shares.reduce((total, each) => total + each, 0);
  const squares = shares.reduce((total, each) => total + each * each, 0);
  const index = squares === 0 ? 0 : (sum * sum) / (shares.length * squares);
  say(
    `fairness: ${tenants.length} equal tenants, ${sum} messages in ${MEASURED_MS / 1_000} s, ${Math.min(...shares)} to ${Math.max(...shares)} each, ` +
      `Jain's index ${index.toFixed(4)}; each still had at least ${left?.least ?? 0} due`,
  );
  return index;
}

/** Whether every launched audience is frozen: until then not all have something due. */
async function allFrozen(world: World): Promise<boolean> {
  const launching = await world.operator.run(
    (sql) => sql`select 1 from campaigns where status = 'launching' limit 1`,
  );
  return launching.length === 0;
}
