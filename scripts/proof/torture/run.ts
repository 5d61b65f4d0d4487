import { type Environment, openEnvironment } from "./environment/environment.ts";
import type { TorturedPostgres } from "./environment/postgres.ts";
import { type Evaluation, evaluate } from "./evaluation/evaluate.ts";
import type { Breach } from "./evaluation/invariant.ts";
import type { Patch } from "./failpoints/patch.ts";
import { pause, revive } from "./faults/processes.ts";
import { restored } from "./invariants/i10-restored.ts";
import type { Options } from "./options.ts";
import { PHASES } from "./phases/index.ts";
import type { Phase } from "./phases/phase.ts";
import type { TenantSizes } from "./plan/tenants.ts";
import { canRestore, restoreBackup, takeBackup } from "./restore.ts";
import { settle, stillSends } from "./settle.ts";
import { storm } from "./storm.ts";

const SETTLE_LIMIT_SECONDS = 150;
const ROUNDS = 3;

export interface Run {
  options: Options;
  size: TenantSizes;
  mutations?: readonly Patch[];
  server?: TorturedPostgres;
  settleLimitSeconds?: number;
  say: (line: string) => void;
}

/** Runs everything: the targeted phases, the storm, settling, the evaluation, and the restore of a backup. */
export async function torture<T>(
  { options, size, mutations = [], server, settleLimitSeconds = SETTLE_LIMIT_SECONDS, say }: Run,
  then: (environment: Environment, evaluation: Evaluation) => Promise<T>,
): Promise<T> {
  const environment = await openEnvironment({ options, size, mutations, server });
  try {
    say(
      `== ${options.mode}, seed ${options.seed}: ${options.workers} workers, ${options.apis} APIs, ${environment.tenants.length} tenants`,
    );
    for (const phase of chosen(options)) await runPhase(environment, phase, say);
    const needsRestore = options.seconds > 0 && options.restore && canRestore(environment);
    let backup: ReturnType<typeof takeBackup> | null = null;
    if (options.seconds > 0) {
      say(`-- storm: ${options.seconds} s`);
      if (needsRestore) backup = pause(options.seconds * 500).then(() => takeBackup(environment));
      await storm(environment, options.seconds);
    }
    const rest = await settle(environment, settleLimitSeconds);
    say(`-- at rest after ${rest.seconds.toFixed(0)} s${rest.settled ? "" : `, but for ${rest.left}`}`);
    const others: Breach[] = rest.settled ? [] : [{ what: `did not come to rest: ${rest.left}` }];
    if (mutations.length === 0) {
      if (!(await stillSends(environment, 60)))
        others.push({ what: "a campaign launched afterwards was not sent" });
      await settle(environment, settleLimitSeconds);
    }
    const evaluation = await evaluate(environment, others);
    const taken = await backup;
    // Breaches are traced in the database before the restore, because the restored one lacks their rows.
    if (taken && evaluation.evaluated.every(({ finding }) => finding.breaches.length === 0)) {
      const from = Date.now();
      environment.restored = await restoreBackup(environment, taken, settleLimitSeconds);
      const last = evaluation.evaluated.find(({ invariant }) => invariant === restored);
      if (last) last.finding = await restored.examine(evaluation.evidence);
      say(`-- back to a backup, unlocked, at rest: ${((Date.now() - from) / 1_000).toFixed(0)} s`);
    }
    return await then(environment, evaluation);
  } finally {
    await environment.close();
  }
}

/** Runs the targeted phases alone until `sees` returns true, at most three times. */
export async function tortureUntil(
  { options, size, mutations = [], server }: Omit<Run, "say">,
  sees: (evaluation: Evaluation) => boolean,
): Promise<Evaluation> {
  const environment = await openEnvironment({ options, size, mutations, server });
  try {
    for (let round = 1; ; round += 1) {
      for (const phase of chosen(options)) await runPhase(environment, phase, () => {});
      // Checked while messages are in flight.
      await pause(2_000);
      const evaluation = await evaluate(environment, []);
      if (sees(evaluation) || round === ROUNDS) return evaluation;
    }
  } finally {
    await environment.close();
  }
}

function chosen({ phases }: Options): readonly Phase[] {
  for (const name of phases ?? [])
    if (!PHASES.some((phase) => phase.name === name)) throw new Error(`there is no phase ${name}`);
  return PHASES.filter(({ name }) => phases === null || phases.includes(name));
}

async function runPhase(environment: Environment, phase: Phase, say: (line: string) => void): Promise<void> {
  const from = Date.now();
  await phase.run(environment);
  revive([...environment.workers, ...environment.apis]);
  say(`-- ${phase.name}: ${((Date.now() - from) / 1_000).toFixed(1)} s`);
}
