import { violations } from "@smscrm/db/testing/ledger-checks";
import { INVARIANTS } from "../invariants/index.ts";
import type { World } from "../world/world.ts";
import { type Evidence, gather } from "./evidence.ts";
import type { Breach, Finding, Invariant } from "./invariant.ts";

export interface Judged {
  invariant: Invariant;
  finding: Finding;
}

export interface Judgement {
  evidence: Evidence;
  judged: Judged[];
  /** What is wrong beyond the ten: a process that ended by itself, a world that does not come to rest. */
  others: Breach[];
}

/** Holds everything that is known at rest against all invariants. */
export async function judge(world: World, others: readonly Breach[]): Promise<Judgement> {
  return world.operator.run(async (sql) => {
    const evidence = await gather(world, sql, await violations(sql));
    const judged: Judged[] = [];
    for (const invariant of INVARIANTS)
      judged.push({ invariant, finding: await invariant.examine(evidence) });
    const crashes = [world.simulator, ...world.workers, ...world.apis].flatMap(({ crashes }) => crashes);
    return { evidence, judged, others: [...others, ...crashes.map((what) => ({ what }))] };
  });
}
