import type { ForecastGroup } from "@smscrm/core/forecast";
import type { MessageFacts, Verdict } from "@smscrm/core/gates/gate";

/** Holds of one cause are rounded up to this, so that a million people do not make a million groups. */
const OPENING_STEP_MS = 15 * 60_000;

/** Gathers people who are alike in all that decides when a message may go. */
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
    add(facts: MessageFacts, verdict: Exclude<Verdict, { kind: "drop" }>): void {
      const { quietHours, segments, priceMicros, phone, expiry } = facts;
      const country = phone.country ?? "";
      const opensAt = frequencyOpening(verdict);
      // An owner's override has no hours; whatever the hours, it is the same for all of them.
      const overridden = quietHours.overrideReason !== null;
      const hours = overridden
        ? "any"
        : `${quietHours.zones.join()} ${quietHours.schedules.map(numberOf).join()}`;
      const key = `${country} ${segments} ${priceMicros} ${opensAt?.getTime() ?? ""} ${hours}`;
      const known = groups.get(key);
      if (known) {
        known.count += 1;
        return;
      }
      groups.set(key, {
        count: 1,
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

/** Hours, warm-up and budget are the forecast's own business; a full frequency cap is not. */
function frequencyOpening(verdict: Exclude<Verdict, { kind: "drop" }>): Date | null {
  if (verdict.kind !== "hold" || verdict.gate !== "frequency") return null;
  return new Date(Math.ceil(verdict.until.getTime() / OPENING_STEP_MS) * OPENING_STEP_MS);
}
