import { launch, setBudget } from "../faults/operators.ts";
import { comes } from "../faults/processes.ts";
import { PRICE_CENTS } from "../plan/cast.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/** Several claims at once for money that is enough for one of them; raised, lowered and raised again. */
export const budget: Phase = {
  name: "budget",
  async run(world) {
    const tight = tenantsOf(world, "tight");
    for (const tenant of tight) await launch(world, tenant);
    const used = async (messages: number) => {
      const rows = await world.operator.run(
        (sql) => sql<{ n: number }[]>`
          select count(*)::int as n from send_attempts where tenant_id = any(${tight.map(({ id }) => id)})`,
      );
      return rows[0]!.n >= messages * tight.length;
    };
    await comes(() => used(40), 8_000);
    for (const messages of [55, 50, 80]) {
      for (const tenant of tight) await setBudget(world, tenant, Math.round(PRICE_CENTS * (messages + 0.5)));
      await comes(() => used(messages), 3_000);
    }
  },
};
