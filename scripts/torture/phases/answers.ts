import { endLeases, launch } from "../faults/operators.ts";
import { comes, letMeetFate, revive } from "../faults/processes.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** Every way in which the carrier can fail to answer, refuse, or call back: by the recipient's number. */
export const answers: Phase = {
  name: "answers",
  async run(world) {
    const [special] = tenantsOf(world, "special");
    // Receipts come late: else they would tell, before a message could go again, that it had gone.
    await world.carrier.addFaults([
      { kind: "callback-delay", delayMs: 5_000, from: special!.number, seconds: 60 },
    ]);
    const campaignId = await launch(world, special!);
    await comes(async () => {
      const [row] = await world.operator.run(
        (sql) => sql<{ frozen: boolean; open: number }[]>`
          select status <> 'launching' as frozen, (
            select count(*)::int from send_jobs where campaign_id = ${campaignId} and status in ('queued', 'sending')
          ) as open from campaigns where id = ${campaignId}`,
      );
      return row!.frozen && row!.open === 0;
    }, 8_000);
  },
};

/** Requests whose end nobody has written down: some the carrier has, of some it never heard. */
export const orphans: Phase = {
  name: "orphans",
  async run(world) {
    const [, tenant] = tenantsOf(world, "plain");
    await world.carrier.addFaults([{ kind: "callback-loss", probability: 1, seconds: 60 }]);
    const [worker, ...others] = world.workers;
    // In its first batch at the carrier, and with the one after it claimed: it has several requests on their way.
    for (const fate of [
      { point: "answered", passes: 10, act: "die" },
      { point: "about-to-send", passes: 40, act: "die" },
    ] as const) {
      // Alone, or the others would have sent everything before.
      await Promise.all(others.map((other) => other.kill()));
      await letMeetFate(world, worker!, fate, {
        meanwhile: async () => {
          await ensureLoad(world, tenant!, 200);
          await endLeases(world);
        },
      });
      revive(world.workers);
    }
    // Until the carrier has nothing more to tell of them: one receipt would say what only a look-up may find.
    await comes(async () => (await world.carrier.health()).pendingSteps === 0, 8_000);
  },
};
