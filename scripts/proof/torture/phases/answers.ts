import { endLeases, launch } from "../faults/operators.ts";
import { revive, triggerFault, waitFor } from "../faults/processes.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** Every way in which the carrier can fail to answer, refuse, or call back, by the recipient's number. */
export const answers: Phase = {
  name: "answers",
  async run(environment) {
    const [special] = tenantsOf(environment, "special");
    // Receipts come late: otherwise one would prove a send before the message could be sent again.
    await environment.carrier.addFaults([
      { kind: "callback-delay", delayMs: 5_000, from: special!.number, seconds: 60 },
    ]);
    const campaignId = await launch(environment, special!);
    await waitFor(async () => {
      const [row] = await environment.operator.run(
        (sql) => sql<{ frozen: boolean; open: number }[]>`
          select status <> 'launching' as frozen, (
            select count(*)::int from send_jobs where campaign_id = ${campaignId} and status in ('queued', 'sending')
          ) as open from campaigns where id = ${campaignId}`,
      );
      return row!.frozen && row!.open === 0;
    }, 8_000);
  },
};

/** Requests whose result was never written. The carrier got some of them, but not all. */
export const orphans: Phase = {
  name: "orphans",
  async run(environment) {
    const [, tenant] = tenantsOf(environment, "plain");
    await environment.carrier.addFaults([{ kind: "callback-loss", probability: 1, seconds: 60 }]);
    const [worker, ...others] = environment.workers;
    // The first batch is at the carrier and the next one is claimed, so it has several requests in flight.
    for (const fault of [
      { point: "answered", passes: 10, act: "die" },
      { point: "about-to-send", passes: 40, act: "die" },
    ] as const) {
      // The other workers are killed, because they would have sent everything before.
      await Promise.all(others.map((other) => other.kill()));
      await triggerFault(environment, worker!, fault, {
        meanwhile: async () => {
          await ensureLoad(environment, tenant!, 200);
          await endLeases(environment);
        },
      });
      revive(environment.workers);
    }
    // Waits until the carrier has no receipts left, because a receipt would reveal the outcome before the look-up.
    await waitFor(async () => (await environment.carrier.health()).pendingSteps === 0, 8_000);
  },
};
