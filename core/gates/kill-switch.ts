import { type GateAnswer, holdAndRecheck, type MessageFacts, PASS } from "./gate.ts";

const RECHECK_MINUTES = 1;

/**
 * Obeys the operators' promise: after a pause commits, nothing more is handed over, and what is queued stays
 * queued. Asked first, so that a paused message is never refused for anything else. Nobody knows when a person
 * will resume: the hold is looked at again every minute (paused rows are not dispatched meanwhile). A restored
 * database closes it too: it does not know what was sent since its backup, nor who said STOP.
 */
export function killSwitch({ killSwitch }: Pick<MessageFacts, "killSwitch">, now: Date): GateAnswer {
  const { restoreLockedAt = null, tenantPausedAt, campaignPausedAt } = killSwitch;
  const pausedAt = restoreLockedAt ?? tenantPausedAt ?? campaignPausedAt;
  if (pausedAt === null) return PASS;
  return holdAndRecheck("Paused", RECHECK_MINUTES, now, {
    paused: restoreLockedAt ? "restore" : tenantPausedAt ? "tenant" : "campaign",
    pausedAt: pausedAt.toISOString(),
  });
}
