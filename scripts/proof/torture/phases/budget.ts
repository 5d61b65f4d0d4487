import { launch, setBudget } from "../faults/operators.ts";
import { waitFor } from "../faults/processes.ts";
import { PRICE_CENTS } from "../plan/tenants.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/**
 * Runs several claims at once for money that is enough for one of them. The budget is raised, lowered and raised again.
 */
export const budget: Phase = {
  name: "budget",
  async run(environment) {
    const tight = tenantsOf(environment, "tight");
    for (const tenant of tight) await launch(environment, tenant);
    const used = async (messages: number) => {
      const rows = await environment.operator.run(
        (sql) => sql<{ n: number }[]>`
          select count(*)::int as n from send_attempts where tenant_id = any(${tight.map(({ id }) => id)})`,
      );
      return rows[0]!.n >= messages * tight.length;
    };
    await waitFor(() => used(40), 8_000);
    for (const messages of [55, 50, 80]) {
      for (const tenant of tight)
        await setBudget(environment, tenant, Math.round(PRICE_CENTS * (messages + 0.5)));
      await waitFor(() => used(messages), 3_000);
    }
  },
};
