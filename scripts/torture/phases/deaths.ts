import { letMeetFate, revive } from "../faults/processes.ts";
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

/** A launch of more people than one transaction freezes, with a worker that dies between and in them. */
export const launches: Phase = {
  name: "launches",
  async run(world) {
    const [crowd] = tenantsOf(world, "crowd");
    if (!crowd) return;
    const [worker] = world.workers;
    await ensureLoad(world, crowd, 1);
    await letMeetFate(
      world,
      worker!,
      { point: "frozen-chunk-uncommitted", passes: 1, act: "die" },
      { limitMs: 4_000 },
    );
    revive([worker!]);
  },
};
