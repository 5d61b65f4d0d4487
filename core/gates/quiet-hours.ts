import {
  closedWeekday,
  isClosedDay,
  isOpen,
  isOpenEverywhere,
  nextOpening,
  nextOpeningEverywhere,
} from "../time/quiet-hours.ts";
import { type HoursRule, ruleOf } from "../time/quiet-hours-presets.ts";
import { wallTime } from "../time/wall-clock.ts";
import { answerableUntil } from "./answering.ts";
import { type Evidence, type GateAnswer, hold, holdAndRecheck, type MessageFacts, PASS } from "./gate.ts";
import { requestedUntil } from "./requested.ts";

/** Hours that never open are an operator's mistake: the message stays, and is checked again after a week. */
const NEVER_OPENS_MINUTES = 7 * 24 * 60;

/**
 * Obeys the law's hours and the recommended ones of the person's places (docs/law.md), and the operators' promise of
 * quiet from 21:00 to 09:00 in the recipient's zone. Places that forbid it are closed on public holidays. All
 * schedules must be open in all zones where the person may be. An owner's recorded reason passes the gate, an empty one does not; the
 * caller decides who may record one. A person who has just written to us is answered (see answering), and
 * a member who has just asked for a test on their own number gets it (see requested).
 */
export function quietHours(
  { quietHours, answering, requested }: Pick<MessageFacts, "quietHours" | "answering" | "requested">,
  now: Date,
): GateAnswer {
  const { schedules, zones, overrideReason } = quietHours;
  if (overrideReason?.trim() || isOpenEverywhere(schedules, zones, now)) return PASS;
  if (answerableUntil({ answering }, now) !== null || requestedUntil({ requested }, now) !== null)
    return PASS;
  const opensAt = nextOpeningEverywhere(schedules, zones, now);
  const evidence = evidenceOf(quietHours, now, opensAt !== null);
  if (opensAt === null) return holdAndRecheck("Quiet hours", NEVER_OPENS_MINUTES, now, evidence);
  return hold("Quiet hours", opensAt, now, evidence);
}

/** The first closed zone, how we know it, and its local time. */
function evidenceOf(
  { schedules, zones, zoneSource }: MessageFacts["quietHours"],
  now: Date,
  opens: boolean,
): Evidence {
  const closed = zones.find((zone) => !schedules.every((schedule) => isOpen(schedule, zone, now)));
  const holiday = closed !== undefined && schedules.some((schedule) => isClosedDay(schedule, closed, now));
  const rule = closed === undefined ? null : closingRule(schedules, closed, now);
  const weekday =
    closed === undefined
      ? null
      : schedules.map((schedule) => closedWeekday(schedule, closed, now)).find((name) => name !== null);
  return {
    ...(holiday && { publicHoliday: true }),
    ...(weekday && { closedOn: weekday }),
    ...(rule && { rule: rule.jurisdiction }),
    ...(rule && ownRule(rule)),
    zone: closed ?? zones[0] ?? null,
    zones: zones.length,
    zoneSource,
    localTime: closed ? wallTime(closed, now) : null,
    opens,
  };
}

/** A rule that the platform's operator set, with its words and source: it may be another one tomorrow. */
export function ownRule({ name, basis, law, source, version }: HoursRule): Evidence {
  if (version === undefined) return {};
  return { ruleName: name, ruleBasis: basis, ruleLaw: law, ruleSource: source, ruleVersion: version };
}

/** Of the rules that close the zone now, the one that opens last. Null if only chosen hours are closed. */
function closingRule(
  schedules: MessageFacts["quietHours"]["schedules"],
  zone: string,
  now: Date,
): HoursRule | null {
  let last: { rule: HoursRule; opensMs: number } | null = null;
  for (const schedule of schedules) {
    const rule = isOpen(schedule, zone, now) ? null : ruleOf(schedule);
    if (!rule) continue;
    const opensMs = nextOpening(schedule, zone, now)?.getTime() ?? Number.POSITIVE_INFINITY;
    if (!last || opensMs >= last.opensMs) last = { rule, opensMs };
  }
  return last?.rule ?? null;
}
