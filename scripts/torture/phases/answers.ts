import { launch } from "../faults/operators.ts";
import { comes, letMeetFate } from "../faults/processes.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/** Every way in which the carrier can fail to answer, refuse, or call back: by the recipient's number. */
export const answers: Phase = {
  name: "answers",
  async run(world) {
    const [special] = tenantsOf(world, "special");
    await launch(world, special!);
    await comes(async () => {
      const [row] = await world.operator.run(
        (sql) => sql<{ n: number }[]>`
          select count(*)::int as n from send_jobs where tenant_id = ${special!.id} and status in ('queued', 'sending')`,
      );
      return row!.n === 0;
    }, 8_000);
  },
};

/** Requests whose end nobody has written down: some the carrier has, of some it never heard. */
export const orphans: Phase = {
  name: "orphans",
  async run(world) {
    const [, tenant] = tenantsOf(world, "plain");
    await launch(world, tenant!);
    await world.carrier.addFaults([{ kind: "callback-loss", probability: 1, seconds: 8 }]);
    const [worker] = world.workers;
    for (const point of ["about-to-send", "answered"]) {
      await letMeetFate(world, worker!, { point, passes: 40, act: "die" });
      worker!.start();
    }
  },
};
