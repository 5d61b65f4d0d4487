import { forge } from "../faults/forgeries.ts";
import { launch, type } from "../faults/operators.ts";
import { letMeetFate, pause, revive } from "../faults/processes.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** Receipts twice, late and in the wrong order, and an API that dies before and after it has written them down. */
export const callbacks: Phase = {
  name: "callbacks",
  async run(world) {
    const [special] = tenantsOf(world, "special");
    const [, tenant] = tenantsOf(world, "plain");
    await world.carrier.addFaults([
      { kind: "callback-duplicate", copies: 3, apartMs: 400, probability: 0.4, seconds: 12 },
      { kind: "callback-shuffle", windowMs: 2_500, probability: 0.6, seconds: 12 },
    ]);
    await launch(world, special!);
    const [api, ...others] = world.apis;
    for (const point of ["status-uncommitted", "status-committed"]) {
      await ensureLoad(world, tenant!, 300);
      // Alone, so that what it had in hand is asked of nobody else.
      await Promise.all(others.map((other) => other.kill()));
      await letMeetFate(world, api!, { point, passes: 5, act: "die" });
      await pause(150);
      revive(world.apis);
      await pause(500);
    }
  },
};

/** Texts from handsets, while the API that takes them dies; and texts that nobody sent. */
export const handsets: Phase = {
  name: "handsets",
  async run(world) {
    const [one, other] = tenantsOf(world, "plain");
    const [api, ...others] = world.apis;
    let person = 20;
    const texts = ["STOP", "Stop please, no more texts", "START", "What are your hours?"];
    for (const point of ["inbound-uncommitted", "inbound-committed", null]) {
      await Promise.all(others.map((each) => each.kill()));
      const met = point && letMeetFate(world, api!, { point, passes: 2, act: "die" }, { limitMs: 4_000 });
      if (point) await pause(700);
      const typing = Promise.all(
        texts.map((text) => type(world, person % 2 ? one! : other!, one!.people[person++]!.phone, text)),
      );
      await met;
      revive(world.apis);
      await typing;
    }
    world.forgeries.push(...(await forge(world, 20)));
  },
};
