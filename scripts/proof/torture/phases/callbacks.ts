import { forge } from "../faults/forgeries.ts";
import { launch, type } from "../faults/operators.ts";
import { pause, revive, triggerFault } from "../faults/processes.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** Repeated, late and reordered receipts, and an API that dies before and after it has written them. */
export const callbacks: Phase = {
  name: "callbacks",
  async run(environment) {
    const [special] = tenantsOf(environment, "special");
    const [, tenant] = tenantsOf(environment, "plain");
    await environment.carrier.addFaults([
      { kind: "callback-duplicate", copies: 3, apartMs: 400, probability: 0.4, seconds: 12 },
      { kind: "callback-shuffle", windowMs: 2_500, probability: 0.6, seconds: 12 },
    ]);
    await launch(environment, special!);
    const [api, ...others] = environment.apis;
    for (const point of ["status-uncommitted", "status-committed"]) {
      await ensureLoad(environment, tenant!, 300);
      // The other APIs are killed, so that the carrier repeats its callbacks to none of them.
      await Promise.all(others.map((other) => other.kill()));
      await triggerFault(environment, api!, { point, passes: 5, act: "die" });
      await pause(150);
      revive(environment.apis);
      await pause(500);
    }
  },
};

/** Texts from handsets while the API that receives them dies, and forged texts. */
export const handsets: Phase = {
  name: "handsets",
  async run(environment) {
    const [one, other] = tenantsOf(environment, "plain");
    const [api, ...others] = environment.apis;
    let person = 20;
    const texts = ["STOP", "Stop please, no more texts", "START", "What are your hours?"];
    for (const point of ["inbound-uncommitted", "inbound-committed", null]) {
      await Promise.all(others.map((each) => each.kill()));
      const met =
        point && triggerFault(environment, api!, { point, passes: 2, act: "die" }, { limitMs: 4_000 });
      if (point) await pause(700);
      const typing = Promise.all(
        texts.map((text) =>
          type(environment, person % 2 ? one! : other!, one!.people[person++]!.phone, text),
        ),
      );
      await met;
      revive(environment.apis);
      await typing;
    }
    environment.forgeries.push(...(await forge(environment, 20)));
  },
};
