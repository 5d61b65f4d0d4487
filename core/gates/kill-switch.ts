import { type GateAnswer, holdAndRecheck, type MessageFacts, PASS } from "./gate.ts";

const RECHECK_MINUTES = 1;

/**
 * Obeys the operators' promise: after a pause commits, nothing more is submitted, and queued messages stay queued.
 * Asked first, so that a paused message is never refused for another reason. Nobody knows when a person will resume,
 * so the hold is checked every minute (until then paused rows are not dispatched). A restored database closes this
 * gate too: it does not know what was sent since its backup, or who said STOP.
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
