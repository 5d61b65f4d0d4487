import { launch } from "../faults/operators.ts";
import { AT_ONCE, IN_PARTS, localTimeSoon, TWO_TEXTS } from "../plan/timing.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/**
 * Messages to recipients whose windows close, open, or shift with a clock change during the run, and campaigns that go at a
 * local time, spread, with a speed limit of their own, to a first part, or with
 * an A/B test.
 */
export const hours: Phase = {
  name: "hours",
  async run(environment) {
    for (const part of ["edge", "clock-change"] as const)
      for (const tenant of tenantsOf(environment, part)) await launch(environment, tenant);
    const now = environment.clock.now();
    for (const tenant of [
      ...tenantsOf(environment, "edge"),
      ...tenantsOf(environment, "plain").slice(0, 2),
    ]) {
      const localTime = localTimeSoon(environment.random, tenant, now);
      await launch(environment, tenant, { ...AT_ONCE, localTime });
      await launch(environment, tenant, { ...AT_ONCE, spreadMinutes: 1 });
      await launch(environment, tenant, IN_PARTS);
      await launch(environment, tenant, TWO_TEXTS);
      // All of them would take a minute, and go within seconds without the limit.
      await launch(environment, tenant, { ...AT_ONCE, messagesPerMinute: tenant.people.length });
    }
  },
};
