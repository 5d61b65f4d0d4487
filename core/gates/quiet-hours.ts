import { answerableUntil } from "../answering.ts";
import { isClosedDay, isOpen, isOpenEverywhere, nextOpeningEverywhere } from "../quiet-hours.ts";
import { wallTime } from "../wall-clock.ts";
import { type GateAnswer, hold, type Looked, type MessageFacts, PASS } from "./gate.ts";

/** Hours that never open are an operator's mistake: the message is kept, and looked at again after a week. */
const NEVER_OPENS_DAYS = 7;

/**
 * Obeys 47 CFR 64.1200(c)(1) and the stricter states (US), TRAI TCCCPR (IN), and the operators' promise of quiet
 * from 21:00 to 09:00 in the recipient's zone; states that forbid it are closed on public holidays. All schedules must be open in all zones the person may be in. An
 * owner's recorded reason passes, an empty one does not; who may record one, and when, is the caller's rule. Whoever
 * has just written to us is answered (see answering).
 */
export function quietHours(
  { quietHours, answering }: Pick<MessageFacts, "quietHours" | "answering">,
  now: Date,
): GateAnswer {
  const { schedules, zones, overrideReason } = quietHours;
  if (overrideReason?.trim() || isOpenEverywhere(schedules, zones, now)) return PASS;
  if (answerableUntil({ answering }, now) !== null) return PASS;
  const opensAt = nextOpeningEverywhere(schedules, zones, now);
  const until = opensAt ?? new Date(now.getTime() + NEVER_OPENS_DAYS * 86_400_000);
  return hold("Quiet hours", until, now, lookedAt(quietHours, now, opensAt !== null));
}

/** The zone that says no first, where we know it from, and what its clocks show. */
function lookedAt(
  { schedules, zones, zoneSource }: MessageFacts["quietHours"],
  now: Date,
  opens: boolean,
): Looked {
  const closed = zones.find((zone) => !schedules.every((schedule) => isOpen(schedule, zone, now)));
  const holiday = closed !== undefined && schedules.some((schedule) => isClosedDay(schedule, closed, now));
  return {
    ...(holiday && { publicHoliday: true }),
    zone: closed ?? zones[0] ?? null,
    zones: zones.length,
    zoneSource,
    localTime: closed ? wallTime(closed, now) : null,
    opens,
  };
}
