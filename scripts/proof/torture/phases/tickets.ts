import { endLeases, underWay } from "../faults/operators.ts";
import { pause } from "../faults/processes.ts";
import { loseTickets } from "../faults/servers.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** Duplicate and lost tickets while messages are being sent. */
export const tickets: Phase = {
  name: "tickets",
  async run(environment) {
    const [tenant] = tenantsOf(environment, "plain");
    await ensureLoad(environment, tenant!, 800);
    await underWay(environment, tenant!, 20);
    for (let round = 0; round < 16; round += 1) {
      await endLeases(environment);
      if (round % 8 === 7) await loseTickets(environment);
      await pause(200);
    }
  },
};
