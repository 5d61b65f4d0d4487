import type { Breach, Invariant } from "../judge/invariant.ts";
import { tooLateFor } from "../judge/lateness.ts";
import { ALL_DAY, isWithin } from "../plan/hours.ts";

/** The carrier may keep trying until the validity ends; it is told whole seconds, from a moment after the claim. */
const SLACK_MS = 1_500;
/** Twilio's own, where nothing is said. */
const LONGEST_VALIDITY_SECONDS = 36_000;

/** By the wall clock of the recipient as Intl has it, at the arrival and as long as the carrier may still deliver. */
export const allowedHours: Invariant = {
  name: "I5",
  says: "every hand-over lies inside the recipient's allowed local hours, as long as the carrier may try",
  examine(evidence) {
    const zones = new Map(
      evidence.world.tenants.flatMap(({ id, people }) =>
        people.map(({ phone, zone }) => [`${id} ${phone}`, zone] as const),
      ),
    );
    const breaches: Breach[] = [];
    let tried = 0;
    let beyondMinutes = 0;
    for (const handOver of evidence.handOvers) {
      const { tenant, to, attemptId, at } = handOver;
      const seconds = handOver.validitySeconds ?? LONGEST_VALIDITY_SECONDS;
      if (seconds > 300) breaches.push({ what: `the carrier may try for ${seconds} s`, attemptId, to });
      if (!tenant || tenant.hours === ALL_DAY) continue;
      const zone = zones.get(`${tenant.id} ${to}`);
      if (!zone) continue;
      tried += 1;
      if (seconds < 300) beyondMinutes += 1;
      const closedSince = (time: number) => lastOpen(tenant.hours, zone, time);
      if (!isWithin(tenant.hours, zone, at)) {
        const late = tooLateFor(evidence, handOver, closedSince(at));
        if (late !== null) breaches.push({ what: `arrived outside of the hours of ${zone}`, attemptId, to });
      } else if (!isWithin(tenant.hours, zone, at + seconds * 1_000 - SLACK_MS)) {
        breaches.push({ what: `the carrier may deliver after the window of ${zone} closes`, attemptId, to });
      }
    }
    return {
      tried,
      cases: `${tried} requests to people with quiet hours, ${beyondMinutes} of them within five minutes of the close`,
      breaches,
    };
  },
};

/** The last second before `time` in which the window was open; long ago where it was not within a minute. */
function lastOpen(hours: Parameters<typeof isWithin>[0], zone: string, time: number): number {
  for (let back = 0; back < 60; back += 1) {
    const at = Math.floor(time / 1_000) * 1_000 - back * 1_000;
    if (isWithin(hours, zone, at - 1)) return at;
  }
  return time - 60_000;
}
