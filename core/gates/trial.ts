import { drop, type GateAnswer, holdAndRecheck, type MessageFacts, PASS } from "./gate.ts";

const RECHECK_MINUTES = 1;

/**
 * Obeys the operators' promise: in trial mode nobody but the team is texted. What was launched as a trial is refused for
 * everybody else, also after the trial: it was never meant for them. A campaign that was under way when the trial began
 * waits for its end.
 */
export function trial({ trial }: Pick<MessageFacts, "trial">, now: Date): GateAnswer {
  if (!trial || trial.isTeamNumber) return PASS;
  if (trial.launchedAsTrial) return drop("Trial mode", {});
  return holdAndRecheck("Trial mode", RECHECK_MINUTES, now, {});
}
