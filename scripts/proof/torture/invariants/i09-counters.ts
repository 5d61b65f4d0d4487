import { type Invariant, violationsOf } from "../evaluation/invariant.ts";

export const counters: Invariant = {
  name: "I9",
  says: "counters equal a recount",
  async examine(evidence) {
    const [row] = await evidence.sql<{ counters: number; numbers: number }[]>`
      select count(*)::int as counters from campaign_counters`;
    return {
      tried: row!.counters,
      cases: `${row!.counters} counters of ${evidence.environment.campaigns.length} campaigns`,
      breaches: violationsOf(evidence, "counter"),
    };
  },
};
