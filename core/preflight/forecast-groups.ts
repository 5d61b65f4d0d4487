import type { ForecastGroup } from "../campaigns/forecast.ts";
import type { MessageFacts, Verdict } from "../gates/gate.ts";
import { MINUTE_MS } from "../time/wall-clock.ts";

/** Holds with the same cause are rounded up to this, so that a million contacts do not become a million groups. */
const OPENING_STEP_MS = 15 * 60_000;

/** A spread campaign is a group for each of these parts of its time. */
const SPREAD_PARTS = 12;

/** Groups recipients for whom everything that decides the sending time is equal. */
export function createForecastGroups({ now, spreadMinutes }: { now: Date; spreadMinutes: number | null }) {
  const groups = new Map<string, ForecastGroup>();
  const numbers = new Map<object, number>();
  const numberOf = (schedule: object) => {
    const known = numbers.get(schedule);
    if (known !== undefined) return known;
    numbers.set(schedule, numbers.size);
    return numbers.size - 1;
  };

  return {
    add(facts: MessageFacts, verdict: Exclude<Verdict, { kind: "drop" }>, times = 1): void {
      const { quietHours, segments, priceMicros, phone, expiry } = facts;
      const country = phone.country ?? "";
      const { opensAt, waitsFor } = openingOf(facts, verdict);
      // With an owner's override the hours do not matter, so all schedules count as one.
      const overridden = quietHours.overrideReason !== null;
      const hours = overridden
        ? "any"
        : `${quietHours.zones.join()} ${quietHours.schedules.map(numberOf).join()}`;
      const key = `${country} ${segments} ${priceMicros} ${opensAt?.getTime() ?? ""} ${hours}`;
      const known = groups.get(key);
      if (known) {
        known.count += times;
        return;
      }
      groups.set(key, {
        count: times,
        segments,
        priceMicros,
        country,
        schedules: overridden ? [OPEN] : quietHours.schedules,
        zones: overridden ? ["UTC"] : quietHours.zones,
        opensAt,
        ...(waitsFor && { waitsFor }),
        expiresAt: expiry.expiresAt,
      });
    },
    list: (): ForecastGroup[] =>
      [...groups.values()].flatMap((group) =>
        spreadMinutes === null ? group : spread(group, now, spreadMinutes * MINUTE_MS),
      ),
  };
}

/** Splits a group into parts of whole recipients, which open one after another. */
function spread(group: ForecastGroup, now: Date, spreadMs: number): ForecastGroup[] {
  const startMs = (group.opensAt ?? now).getTime();
  const upTo = (part: number) => Math.floor((group.count * part) / SPREAD_PARTS);
  return Array.from({ length: SPREAD_PARTS }, (_, part) => ({
    ...group,
    count: upTo(part + 1) - upTo(part),
    // The first part at the start, the last at the end.
    opensAt: new Date(startMs + (spreadMs * part) / (SPREAD_PARTS - 1)),
    waitsFor: "Send time" as const,
  })).filter(({ count }) => count > 0);
}

const OPEN = Array.from({ length: 7 }, () => ({ open: "00:00", close: "24:00" }));

type Opening = { opensAt: Date | null; waitsFor?: "Send time" };

/** The later of what the forecast does not compute itself: a full frequency cap, and the local time. */
function openingOf({ sendTime }: MessageFacts, verdict: Exclude<Verdict, { kind: "drop" }>): Opening {
  const frequency = frequencyOpening(verdict);
  if (!sendTime || (frequency && frequency >= sendTime.at)) return { opensAt: frequency };
  return { opensAt: sendTime.at, waitsFor: "Send time" };
}

function frequencyOpening(verdict: Exclude<Verdict, { kind: "drop" }>): Date | null {
  if (verdict.kind !== "hold" || verdict.gate !== "frequency") return null;
  return new Date(Math.ceil(verdict.until.getTime() / OPENING_STEP_MS) * OPENING_STEP_MS);
}
