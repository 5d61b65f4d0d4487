import { type Environment, openEnvironment } from "../environment/environment.ts";
import { launch } from "../faults/operators.ts";
import { pause, waitFor } from "../faults/processes.ts";
import type { TestTenant } from "../plan/tenants.ts";
import { type Measure, progressOf } from "./measure.ts";

const EQUALS = 20;
const SMALL_AUDIENCE = 10;
const MEASURED_MS = 20_000;
const LIMIT_MS = 2_000;
const FROZEN_LIMIT_MS = 120_000;

/** Measures ten messages beside a million due ones, and equal tenants that all ask for more than they can get. */
export const fairness: Measure = async (command, say) => {
  const due = command.trials ?? 1_000_000;
  const size = { plain: EQUALS + 2, people: 3_000, tightTenants: 0, crowd: 0 };
  const environment = await openEnvironment({ options: command, size, mutations: [] });
  try {
    const [big, small, ...equals] = environment.tenants.filter(({ part }) => part === "plain");
    const beside = await besideMany(environment, big!, small!, due, say);
    await environment.operator.run((sql) => sql`update campaigns set status = 'paused', paused_at = now()`);
    const index = await among(environment, equals, say);
    return beside <= LIMIT_MS && index >= 0.98;
  } finally {
    await environment.close();
  }
};

async function besideMany(
  environment: Environment,
  big: TestTenant,
  small: TestTenant,
  due: number,
  say: (line: string) => void,
): Promise<number> {
  await multiply(environment, big, due, progressOf("messages made due", due, say));
  await waitFor(async () => (await environment.carrier.health()).messages > 200, 60_000);
  await environment.operator.run(
    (sql) =>
      sql`delete from contacts where id in (select id from contacts where tenant_id = ${small.id} offset ${SMALL_AUDIENCE})`,
  );
  small.people.length = SMALL_AUDIENCE;
  await launch(environment, small);
  // Measured from when they are due, because freezing an audience is a separate matter.
  let since = 0;
  await waitFor(async () => {
    const [row] = await environment.operator.run(
      (sql) => sql<{ at: number }[]>`
        select extract(epoch from min(created_at))::float8 * 1000 as at from send_jobs where tenant_id = ${small.id}`,
    );
    since = row?.at ?? 0;
    return since > 0;
  }, 30_000);
  let last = 0;
  await waitFor(async () => {
    const ours = (await environment.carrier.ledger()).filter(({ form }) => form?.From === small.number);
    last = Math.max(0, ...ours.map(({ receivedAt }) => receivedAt));
    return ours.length === SMALL_AUDIENCE;
  }, 60_000);
  const ms = Math.round(last - since);
  say(`fairness: ${SMALL_AUDIENCE} messages beside ${due} due: all handed over ${ms} ms after they were due`);
  return ms;
}

/**
 * Creates many campaigns for one tenant, frozen by SQL. A million different contacts would make no difference to the
 * dispatcher.
 */
async function multiply(
  environment: Environment,
  tenant: TestTenant,
  due: number,
  tell: (made: number) => void,
): Promise<void> {
  for (let made = 0; made < due; made += tenant.people.length) {
    tell(made);
    await environment.operator.run(async (sql) => {
      const [campaign] = await sql<{ id: string }[]>`
        insert into campaigns (tenant_id, name, body, audience, status, launched_at, audience_count)
        values (${tenant.id}, 'News', ${`News ${made}. Reply STOP to opt out`}, '{"kind":"all"}', 'paused',
          clock_timestamp(), ${tenant.people.length}) returning id`;
      await sql`
        insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
        select tenant_id, ${campaign!.id}, id, phone_e164, 'AU' from contacts where tenant_id = ${tenant.id}`;
    });
  }
  await environment.operator.run((sql) => sql`analyze send_jobs, campaigns`);
  await environment.operator.run(
    (sql) => sql`update campaigns set status = 'running' where tenant_id = ${tenant.id}`,
  );
}

/** Computes Jain's index of what each tenant got while all had messages due: 1 is perfectly equal. */
async function among(
  environment: Environment,
  tenants: readonly TestTenant[],
  say: (line: string) => void,
): Promise<number> {
  for (const tenant of tenants) for (let nth = 0; nth < 3; nth += 1) await launch(environment, tenant);
  await waitFor(() => allFrozen(environment), FROZEN_LIMIT_MS);
  await pause(5_000);
  const [from, to] = [environment.clock.now(), environment.clock.now() + MEASURED_MS];
  await pause(MEASURED_MS);
  const [left] = await environment.operator.run(
    (sql) => sql<{ least: number }[]>`
      select min(n)::int as least from (select sum(jobs) filter (where status = 'queued') as n from campaign_counters
        where tenant_id = any(${tenants.map(({ id }) => id)}::uuid[]) group by tenant_id) each`,
  );
  const counts = new Map(tenants.map(({ number }) => [number, 0]));
  for (const { receivedAt, form } of await environment.carrier.ledger()) {
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

/** Whether every launched audience is frozen, because until then not all tenants have messages due. */
async function allFrozen(environment: Environment): Promise<boolean> {
  const launching = await environment.operator.run(
    (sql) => sql`select 1 from campaigns where status = 'launching' limit 1`,
  );
  return launching.length === 0;
}
