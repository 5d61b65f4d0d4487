import { SUBMISSION_LIMIT_MS } from "@smscrm/core/send/send-job";
import { type Environment, openEnvironment } from "../environment/environment.ts";
import { type Evidence, gather } from "../evaluation/evidence.ts";
import { tooLateFor } from "../evaluation/lateness.ts";
import { setPaused, type, underWay } from "../faults/operators.ts";
import { pause } from "../faults/processes.ts";
import type { Command } from "../options.ts";
import { ensureLoad, tenantsOf } from "../phases/phase.ts";
import type { TestTenant } from "../plan/tenants.ts";
import { type Measure, progressOf, quantile } from "./measure.ts";

/** Measures the kill switch under full load: when was the last message submitted after each pause had committed? */
export const killSwitchTrials: Measure = async (command, say) => {
  const trials = command.trials ?? 200;
  const size = { plain: 1, people: 2_000, tightTenants: 0, crowd: 0 };
  return withWorld(command, size, async (environment) => {
    const [tenant] = tenantsOf(environment, "plain");
    const tell = progressOf("kill switch closed", trials, say);
    for (let trial = 0; trial < trials; trial += 1) {
      tell(trial);
      await ensureLoad(environment, tenant!, 600);
      await underWay(environment, tenant!, 40, 20_000);
      await setPaused(environment, tenant!, true);
      await pause(SUBMISSION_LIMIT_MS + 100);
      await setPaused(environment, tenant!, false);
    }
    return sayFigures(await evidenceOf(environment), "pause", "kill switch", command, say);
  });
};

/** Measures STOPs from handsets of recipients whose message is next or in flight. */
export const stopRaces: Measure = async (command, say) => {
  const races = command.trials ?? 10_000;
  const size = { plain: 4, people: Math.ceil(races / 2) + 500, tightTenants: 0, crowd: 0 };
  return withWorld(command, size, async (environment) => {
    const tenants = tenantsOf(environment, "plain");
    const stopped = new Set<string>();
    const tell = progressOf("STOPs", races, say);
    const race = async (tenant: TestTenant) => {
      while (stopped.size < races) {
        await ensureLoad(environment, tenant, 300);
        const fresh = (await nextInLine(environment, tenant.id, 60)).filter(
          (phone) => !stopped.has(`${tenant.id} ${phone}`),
        );
        for (const phone of fresh) stopped.add(`${tenant.id} ${phone}`);
        await Promise.all(fresh.map((phone) => type(environment, tenant, phone, "STOP")));
        tell(stopped.size);
        if (fresh.length === 0) await pause(20);
      }
    };
    await Promise.all(tenants.map(race));
    return sayFigures(await evidenceOf(environment), "do-not-contact", "STOP", command, say);
  });
};

async function withWorld(
  command: Command,
  size: Parameters<typeof openEnvironment>[0]["size"],
  work: (environment: Environment) => Promise<boolean>,
): Promise<boolean> {
  const environment = await openEnvironment({ options: command, size, mutations: [] });
  try {
    return await work(environment);
  } finally {
    await environment.close();
  }
}

const evidenceOf = (environment: Environment) =>
  environment.operator.run((sql) => gather(environment, sql, []));

/** Returns some of the recipients whose message is queued or in flight, and who have not said STOP. */
function nextInLine(environment: Environment, tenantId: string, most: number): Promise<string[]> {
  return environment.operator.run(async (sql) => {
    const rows = await sql<{ phone: string }[]>`
      select distinct phone_e164 as phone from (
        select phone_e164 from send_jobs j
        where tenant_id = ${tenantId} and status in ('queued', 'sending') and hold_reason is null
          and not exists (select from do_not_contact d where d.tenant_id = j.tenant_id and d.phone_e164 = j.phone_e164)
        order by random() limit ${most}) next`;
    return rows.map(({ phone }) => phone);
  });
}

/** Prints how long after each closing the last request started and arrived. Returns whether one was too late. */
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
    const after = evidence.submissions.filter(
      ({ at, tenant, to }) =>
        at > from && at < until && tenant?.id === tenantId && (kind === "pause" || to === subject),
    );
    if (after.length === 0) continue;
    late += after.filter((each) => tooLateFor(evidence, each, from + SUBMISSION_LIMIT_MS) !== null).length;
    const startedAt = (attemptId: string) => evidence.attempts.get(attemptId)?.startedAt;
    arrived.push(Math.max(...after.map(({ at }) => at)) - from);
    began.push(Math.max(...after.map(({ at, attemptId }) => startedAt(attemptId) ?? at)) - from);
  }
  const figures = (values: number[]) =>
    `median ${quantile(values, 0.5).toFixed(0)}, p99 ${quantile(values, 0.99).toFixed(0)}, latest ${Math.max(0, ...values).toFixed(0)} ms`;
  say(
    `${name}, ${mode}: ${closings.length} closings among ${evidence.submissions.length} requests, ${arrived.length} with requests after the commit; ` +
      `the last began after ${figures(began)}; arrived after ${figures(arrived)}; ${late} too late`,
  );
  return late === 0 && closings.length > 0;
}
