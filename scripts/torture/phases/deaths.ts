import { launch } from "../faults/operators.ts";
import { comes, letMeetFate, noteFreeze, pause, revive } from "../faults/processes.ts";
import { POINTS } from "../stage/points.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** A death at each named point of a worker's path, several workers at a time. */
export const deaths: Phase = {
  name: "deaths",
  async run(world) {
    const names = POINTS.filter(({ program }) => program === "worker").map(({ name }) => name);
    const tenants = tenantsOf(world, "plain");
    const lanes = world.workers.map(async (worker, lane) => {
      for (let at = lane; at < names.length; at += world.workers.length) {
        const tenant = tenants[at % tenants.length]!;
        const fate = { point: names[at]!, passes: 1 + world.random.below(4), act: "die" } as const;
        // Look-ups and new audiences are rare: a worker need not come to every point in this time.
        await letMeetFate(world, worker, fate, {
          limitMs: 5_000,
          meanwhile: () => ensureLoad(world, tenant, 400),
        });
        revive([worker]);
      }
    });
    await Promise.all(lanes);
  },
};

/** How long a worker stands still in the middle of a launch: several of the rounds in which another looks for launches. */
const STANDING_MS = 1_500;

/** Launches of more people than one transaction freezes: two workers at one of them, and one that dies in its own. */
export const launches: Phase = {
  name: "launches",
  async run(world) {
    const [crowd] = tenantsOf(world, "crowd");
    if (!crowd) return;
    const [worker, ...others] = world.workers;
    for (const act of ["freeze", "die"] as const) {
      const from = world.clock.now();
      // Alone, or the audience would be frozen before it came to it.
      await Promise.all(others.map((other) => other.kill()));
      await launch(world, crowd);
      const fate = { point: "frozen-chunk-uncommitted", passes: 1, act };
      const met = await letMeetFate(world, worker!, fate, { limitMs: 8_000 });
      revive(world.workers);
      if (act === "die" || !met) continue;
      for (const other of others) await comes(() => other.healthy(), 5_000);
      await pause(STANDING_MS);
      worker!.thaw();
      noteFreeze(world, worker!, from);
    }
  },
};
