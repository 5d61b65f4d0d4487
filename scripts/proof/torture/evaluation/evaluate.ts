import { violations } from "@smscrm/db/testing/ledger-checks";
import type { Environment } from "../environment/environment.ts";
import { INVARIANTS } from "../invariants/index.ts";
import { type Evidence, gather } from "./evidence.ts";
import type { Breach, Finding, Invariant } from "./invariant.ts";

interface Evaluated {
  invariant: Invariant;
  finding: Finding;
}

export interface Evaluation {
  evidence: Evidence;
  evaluated: Evaluated[];
  /** Faults beside the invariants: a process that ended unexpectedly, or a run that does not become idle. */
  others: Breach[];
}

/** Checks all invariants against the evidence at rest. */
export async function evaluate(environment: Environment, others: readonly Breach[]): Promise<Evaluation> {
  return environment.operator.run(async (sql) => {
    const evidence = await gather(environment, sql, await violations(sql));
    const evaluated: Evaluated[] = [];
    for (const invariant of INVARIANTS)
      evaluated.push({ invariant, finding: await invariant.examine(evidence) });
    const crashes = [environment.simulator, ...environment.workers, ...environment.apis].flatMap(
      ({ crashes }) => crashes,
    );
    return { evidence, evaluated, others: [...others, ...crashes.map((what) => ({ what }))] };
  });
}
