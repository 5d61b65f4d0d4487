import { type GateAnswer, holdAndRecheck, type MessageFacts, PASS } from "./gate.ts";

const RECHECK_MINUTES = 1;

/**
 * Obeys the operators' promise: after a pause commits, nothing more is handed over, and what is queued stays
 * queued. Asked first, so that a paused message is never refused for anything else. Nobody knows when a person
 * will resume: the hold is looked at again every minute (paused rows are not dispatched meanwhile).
 */
export function killSwitch({ killSwitch }: Pick<MessageFacts, "killSwitch">, now: Date): GateAnswer {
  const { tenantPausedAt, campaignPausedAt } = killSwitch;
  const pausedAt = tenantPausedAt ?? campaignPausedAt;
  if (pausedAt === null) return PASS;
  return holdAndRecheck("Paused", RECHECK_MINUTES, now, {
    paused: tenantPausedAt ? "tenant" : "campaign",
    pausedAt: pausedAt.toISOString(),
  });
}
