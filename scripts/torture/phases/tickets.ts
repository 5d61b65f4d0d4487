import { endLeases, underWay } from "../faults/operators.ts";
import { pause } from "../faults/processes.ts";
import { loseTickets } from "../faults/servers.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** Tickets twice, and tickets lost, while messages are on their way. */
export const tickets: Phase = {
  name: "tickets",
  async run(world) {
    const [tenant] = tenantsOf(world, "plain");
    await ensureLoad(world, tenant!, 800);
    await underWay(world, tenant!, 20);
    for (let round = 0; round < 16; round += 1) {
      await endLeases(world);
      if (round % 8 === 7) await loseTickets(world);
      await pause(200);
    }
  },
};
