import { HAND_OVER_LIMIT_MS } from "@smscrm/core/send-job";
import { setPaused, type, underWay } from "../faults/operators.ts";
import { pause } from "../faults/processes.ts";
import { type Evidence, gather } from "../judge/evidence.ts";
import { tooLateFor } from "../judge/lateness.ts";
import type { Command } from "../options.ts";
import { ensureLoad, tenantsOf } from "../phases/phase.ts";
import type { CastTenant } from "../plan/cast.ts";
import { openWorld, type World } from "../world/world.ts";
import { type Measure, progressOf, quantile } from "./measure.ts";

/** The kill switch under full load: when was the last message handed over after each pause had committed? */
export const killSwitchTrials: Measure = async (command, say) => {
  const trials = command.trials ?? 200;
  const size = { plain: 1, people: 2_000, tightTenants: 0, crowd: 0 };
  return withWorld(command, size, async (world) => {
    const [tenant] = tenantsOf(world, "plain");
    const tell = progressOf("kill switch closed", trials, say);
    for (let trial = 0; trial < trials; trial += 1) {
      tell(trial);
      await ensureLoad(world, tenant!, 600);
      await underWay(world, tenant!, 40, 20_000);
      await setPaused(world, tenant!, true);
      await pause(HAND_OVER_LIMIT_MS + 100);
      await setPaused(world, tenant!, false);
    }
    return sayFigures(await evidenceOf(world), "pause", "kill switch", command, say);
  });
};

/** STOPs from the handsets of people whose message is next in line, or on its way. */
export const stopRaces: Measure = async (command, say) => {
  const races = command.trials ?? 10_000;
  const size = { plain: 4, people: Math.ceil(races / 2) + 500, tightTenants: 0, crowd: 0 };
  return withWorld(command, size, async (world) => {
    const tenants = tenantsOf(world, "plain");
    const stopped = new Set<string>();
    const tell = progressOf("STOPs", races, say);
    const race = async (tenant: CastTenant) => {
      while (stopped.size < races) {
        await ensureLoad(world, tenant, 300);
        const fresh = (await nextInLine(world, tenant.id, 60)).filter(
          (phone) => !stopped.has(`${tenant.id} ${phone}`),
        );
        for (const phone of fresh) stopped.add(`${tenant.id} ${phone}`);
        await Promise.all(fresh.map((phone) => type(world, tenant, phone, "STOP")));
        tell(stopped.size);
        if (fresh.length === 0) await pause(20);
      }
    };
    await Promise.all(tenants.map(race));
    return sayFigures(await evidenceOf(world), "do-not-contact", "STOP", command, say);
  });
};

async function withWorld(
  command: Command,
  size: Parameters<typeof openWorld>[0]["size"],
  work: (world: World) => Promise<boolean>,
): Promise<boolean> {
  const world = await openWorld({ options: command, size, mutations: [] });
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

const evidenceOf = (world: World) => world.operator.run((sql) => gather(world, sql, []));

/** Some of the people whose message is queued or on its way, and who have not said STOP. */
function nextInLine(world: World, tenantId: string, most: number): Promise<string[]> {
  return world.operator.run(async (sql) => {
    const rows = await sql<{ phone: string }[]>`
      select distinct phone_e164 as phone from (
        select phone_e164 from send_jobs j
        where tenant_id = ${tenantId} and status in ('queued', 'sending') and hold_reason is null
          and not exists (select from do_not_contact d where d.tenant_id = j.tenant_id and d.phone_e164 = j.phone_e164)
        order by random() limit ${most}) next`;
    return rows.map(({ phone }) => phone);
  });
}

/** How long after each closing the last request began and arrived, and whether one was too late. */
function sayFigures(
  evidence: Evidence,
  kind: string,
  name: string,
  { mode }: Command,
  say: (line: string) => void,
): boolean {
  const closings = evidence.closed.filter((span) => span.kind === kind);
  const began: number[] = [];
  const arrived: number[] = [];
  let late = 0;
  for (const { from, until, tenantId, subject } of closings) {
    const after = evidence.handOvers.filter(
      ({ at, tenant, to }) =>
        at > from && at < until && tenant?.id === tenantId && (kind === "pause" || to === subject),
    );
    if (after.length === 0) continue;
    late += after.filter((each) => tooLateFor(evidence, each, from + HAND_OVER_LIMIT_MS) !== null).length;
    const startedAt = (attemptId: string) => evidence.attempts.get(attemptId)?.startedAt;
    arrived.push(Math.max(...after.map(({ at }) => at)) - from);
    began.push(Math.max(...after.map(({ at, attemptId }) => startedAt(attemptId) ?? at)) - from);
  }
  const figures = (values: number[]) =>
    `median ${quantile(values, 0.5).toFixed(0)}, p99 ${quantile(values, 0.99).toFixed(0)}, latest ${Math.max(0, ...values).toFixed(0)} ms`;
  say(
    `${name}, ${mode}: ${closings.length} closings among ${evidence.handOvers.length} requests, ${arrived.length} with requests after the commit; ` +
      `the last began after ${figures(began)}; arrived after ${figures(arrived)}; ${late} too late`,
  );
  return late === 0 && closings.length > 0;
}
