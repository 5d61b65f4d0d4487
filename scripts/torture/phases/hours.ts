import { launch } from "../faults/operators.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/** Messages to people whose windows close, open, or are set with the clock while the run goes on. */
export const hours: Phase = {
  name: "hours",
  async run(world) {
    for (const part of ["edge", "clock-change"] as const)
      for (const tenant of tenantsOf(world, part)) await launch(world, tenant);
  },
};
