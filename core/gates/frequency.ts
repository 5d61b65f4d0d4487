import { answersConversation } from "./answering.ts";
import { drop, type GateAnswer, hold, type MessageFacts, PASS } from "./gate.ts";
import { ownRule } from "./quiet-hours.ts";
import { isRequested } from "./requested.ts";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/**
 * Obeys the promise that nobody gets a campaign twice, also not on two numbers of theirs, the law's caps per rolling 24 hours (FL, MD, OK and OR: three),
 * and the tenant's own per 24 hours and 7 days, which may be stricter but can't loosen the law's. A full cap holds the
 * message until the oldest counted one leaves the window. If that is too late for this message, or never, the message
 * is refused for the cap. Caps limit texts that nobody asked for, so answers in a conversation and
 * requested tests have none.
 */
export function frequency(
  {
    frequency,
    expiry,
    answering,
    requested,
  }: Pick<MessageFacts, "frequency" | "expiry" | "answering" | "requested">,
  now: Date,
): GateAnswer {
  const { alreadyInCampaign, mergedInto = null, recentSubmissions, perDay, perWeek, law = null } = frequency;
  if (alreadyInCampaign) return drop("Duplicate", { alreadyInCampaign });
  if (mergedInto !== null) return drop("Duplicate", { mergedInto });
  if (perDay === null && perWeek === null && law === null) return PASS;
  if (answersConversation({ answering }, now) || isRequested({ requested })) return PASS;
  const lawOpensMs = opensAtMs(recentSubmissions, law?.perDay ?? null, DAY_MS, now);
  const opensMs = Math.max(
    lawOpensMs,
    opensAtMs(recentSubmissions, perDay, DAY_MS, now),
    opensAtMs(recentSubmissions, perWeek, WEEK_MS, now),
  );
  if (opensMs <= now.getTime()) return PASS;
  const evidence = {
    perDay,
    perWeek,
    recent: recentSubmissions.length,
    ...(law &&
      lawOpensMs === opensMs && { law: law.rule, lawPerDay: law.perDay, ...(law.own && ownRule(law.own)) }),
  };
  const tooLateMs = expiry.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (opensMs >= tooLateMs) return drop("Frequency cap", evidence);
  return hold("Frequency cap", new Date(opensMs), now, evidence);
}

/** When the window has fewer than `cap` submissions: as soon as the cap-th newest has left it. */
function opensAtMs(submissions: readonly Date[], cap: number | null, windowMs: number, now: Date): number {
  if (cap === null) return now.getTime();
  if (cap <= 0) return Number.POSITIVE_INFINITY;
  if (submissions.length < cap) return now.getTime();
  const newestFirst = submissions.map((at) => at.getTime()).sort((a, b) => b - a);
  return newestFirst[cap - 1]! + windowMs;
}
