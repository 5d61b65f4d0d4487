import { pause, revive } from "./faults/processes.ts";
import { restored } from "./invariants/i10-restored.ts";
import type { Breach } from "./judge/invariant.ts";
import { type Judgement, judge } from "./judge/judge.ts";
import type { Options } from "./options.ts";
import { PHASES } from "./phases/index.ts";
import type { Phase } from "./phases/phase.ts";
import type { CastSize } from "./plan/cast.ts";
import { canRestore, goBack, takeBackup } from "./restore.ts";
import { settle, stillSends } from "./settle.ts";
import type { Patch } from "./stage/patch.ts";
import { storm } from "./storm.ts";
import type { TorturedPostgres } from "./world/postgres.ts";
import { openWorld, type World } from "./world/world.ts";

const SETTLE_LIMIT_SECONDS = 150;
const ROUNDS = 3;

export interface Run {
  options: Options;
  size: CastSize;
  mutations?: readonly Patch[];
  server?: TorturedPostgres;
  settleLimitSeconds?: number;
  say: (line: string) => void;
}

/** A whole run: the targeted phases, the storm, the calm after it, the judgement, and back to a backup. */
export async function torture<T>(
  { options, size, mutations = [], server, settleLimitSeconds = SETTLE_LIMIT_SECONDS, say }: Run,
  then: (world: World, judgement: Judgement) => Promise<T>,
): Promise<T> {
  const world = await openWorld({ options, size, mutations, server });
  try {
    say(
      `== ${options.mode}, seed ${options.seed}: ${options.workers} workers, ${options.apis} APIs, ${world.tenants.length} tenants`,
    );
    for (const phase of chosen(options)) await runPhase(world, phase, say);
    const goesBack = options.seconds > 0 && options.restore && canRestore(world);
    let backup: ReturnType<typeof takeBackup> | null = null;
    if (options.seconds > 0) {
      say(`-- storm: ${options.seconds} s`);
      if (goesBack) backup = pause(options.seconds * 500).then(() => takeBackup(world));
      await storm(world, options.seconds);
    }
    const rest = await settle(world, settleLimitSeconds);
    say(`-- at rest after ${rest.seconds.toFixed(0)} s${rest.settled ? "" : `, but for ${rest.left}`}`);
    const others: Breach[] = rest.settled ? [] : [{ what: `did not come to rest: ${rest.left}` }];
    if (mutations.length === 0) {
      if (!(await stillSends(world, 60)))
        others.push({ what: "a campaign launched afterwards was not sent" });
      await settle(world, settleLimitSeconds);
    }
    const judgement = await judge(world, others);
    const taken = await backup;
    // What is broken is told from the database as it is; a restored one would know nothing of it.
    if (taken && judgement.judged.every(({ finding }) => finding.breaches.length === 0)) {
      const from = Date.now();
      world.restored = await goBack(world, taken, settleLimitSeconds);
      const last = judgement.judged.find(({ invariant }) => invariant === restored);
      if (last) last.finding = await restored.examine(judgement.evidence);
      say(`-- back to a backup, unlocked, at rest: ${((Date.now() - from) / 1_000).toFixed(0)} s`);
    }
    return await then(world, judgement);
  } finally {
    await world.close();
  }
}

/** The targeted phases alone, again and again until `sees` says that it has seen enough, or three times. */
export async function tortureUntil(
  { options, size, mutations = [], server }: Omit<Run, "say">,
  sees: (judgement: Judgement) => boolean,
): Promise<Judgement> {
  const world = await openWorld({ options, size, mutations, server });
  try {
    for (let round = 1; ; round += 1) {
      for (const phase of chosen(options)) await runPhase(world, phase, () => {});
      // While everything is still under way.
      await pause(2_000);
      const judgement = await judge(world, []);
      if (sees(judgement) || round === ROUNDS) return judgement;
    }
  } finally {
    await world.close();
  }
}

function chosen({ phases }: Options): readonly Phase[] {
  for (const name of phases ?? [])
    if (!PHASES.some((phase) => phase.name === name)) throw new Error(`there is no phase ${name}`);
  return PHASES.filter(({ name }) => phases === null || phases.includes(name));
}

async function runPhase(world: World, phase: Phase, say: (line: string) => void): Promise<void> {
  const from = Date.now();
  await phase.run(world);
  revive([...world.workers, ...world.apis]);
  say(`-- ${phase.name}: ${((Date.now() - from) / 1_000).toFixed(1)} s`);
}
