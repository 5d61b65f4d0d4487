import { FAILPOINTS } from "../failpoints/failpoints.ts";
import { launch } from "../faults/operators.ts";
import { noteFreeze, pause, revive, triggerFault, waitFor } from "../faults/processes.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** A death at each named point of a worker's path, several workers at a time. */
export const deaths: Phase = {
  name: "deaths",
  async run(environment) {
    const names = FAILPOINTS.filter(({ program }) => program === "worker").map(({ name }) => name);
    const tenants = tenantsOf(environment, "plain");
    const lanes = environment.workers.map(async (worker, lane) => {
      for (let at = lane; at < names.length; at += environment.workers.length) {
        const tenant = tenants[at % tenants.length]!;
        const fault = { point: names[at]!, passes: 1 + environment.random.below(4), act: "die" } as const;
        // Look-ups and new audiences are rare, so a worker may not reach every point in time.
        await triggerFault(environment, worker, fault, {
          limitMs: 5_000,
          meanwhile: () => ensureLoad(environment, tenant, 400),
        });
        revive([worker]);
      }
    });
    await Promise.all(lanes);
  },
};

/** How long a worker is frozen during a launch: several rounds in which another one looks for launches. */
const STANDING_MS = 1_500;

/**
 * Launches with more recipients than one transaction freezes: two workers at one of them, and one that dies in its
 * own.
 */
export const launches: Phase = {
  name: "launches",
  async run(environment) {
    const [crowd] = tenantsOf(environment, "crowd");
    if (!crowd) return;
    const [worker, ...others] = environment.workers;
    for (const act of ["freeze", "die"] as const) {
      const from = environment.clock.now();
      // The other workers are killed, because one of them would freeze the audience first.
      await Promise.all(others.map((other) => other.kill()));
      await launch(environment, crowd);
      const fault = { point: "frozen-chunk-uncommitted", passes: 1, act };
      const met = await triggerFault(environment, worker!, fault, { limitMs: 8_000 });
      revive(environment.workers);
      if (act === "die" || !met) continue;
      for (const other of others) await waitFor(() => other.healthy(), 5_000);
      await pause(STANDING_MS);
      worker!.thaw();
      noteFreeze(environment, worker!, from);
    }
  },
};
