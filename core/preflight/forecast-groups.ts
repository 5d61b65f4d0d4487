import type { ForecastGroup } from "../campaigns/forecast.ts";
import type { MessageFacts, Verdict } from "../gates/gate.ts";

/** Holds with the same cause are rounded up to this, so that a million contacts do not become a million groups. */
const OPENING_STEP_MS = 15 * 60_000;

/** Groups recipients for whom everything that decides the sending time is equal. */
export function createForecastGroups() {
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
      const opensAt = frequencyOpening(verdict);
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
        expiresAt: expiry.expiresAt,
      });
    },
    list: () => [...groups.values()],
  };
}

const OPEN = Array.from({ length: 7 }, () => ({ open: "00:00", close: "24:00" }));

/** The forecast itself computes hours, warm-up and budget, but not a full frequency cap. */
function frequencyOpening(verdict: Exclude<Verdict, { kind: "drop" }>): Date | null {
  if (verdict.kind !== "hold" || verdict.gate !== "frequency") return null;
  return new Date(Math.ceil(verdict.until.getTime() / OPENING_STEP_MS) * OPENING_STEP_MS);
}
