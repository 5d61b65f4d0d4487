import { launch } from "../faults/operators.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/** Messages to recipients whose windows close, open, or shift with a clock change during the run. */
export const hours: Phase = {
  name: "hours",
  async run(environment) {
    for (const part of ["edge", "clock-change"] as const)
      for (const tenant of tenantsOf(environment, part)) await launch(environment, tenant);
  },
};
