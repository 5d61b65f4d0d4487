import type { Breach, Invariant } from "../evaluation/invariant.ts";
import { tooLateFor } from "../evaluation/lateness.ts";
import { ALL_DAY, isWithin } from "../plan/hours.ts";

/** The validity is in whole seconds and starts a moment after the claim, so the carrier may try this much longer. */
const SLACK_MS = 1_500;
/** Twilio's default. */
const VALIDITY_SECONDS_MAX = 36_000;

/** Checked by the recipient's wall clock from Intl, at the arrival and as long as the carrier may still deliver. */
export const allowedHours: Invariant = {
  name: "I5",
  says: "every submission is within the recipient's allowed local hours, as long as the carrier may try",
  examine(evidence) {
    const zones = new Map(
      evidence.environment.tenants.flatMap(({ id, people }) =>
        people.map(({ phone, zone }) => [`${id} ${phone}`, zone] as const),
      ),
    );
    const breaches: Breach[] = [];
    let tried = 0;
    let beyondMinutes = 0;
    for (const submission of evidence.submissions) {
      const { tenant, to, attemptId, at } = submission;
      const seconds = submission.validitySeconds ?? VALIDITY_SECONDS_MAX;
      if (seconds > 300) breaches.push({ what: `the carrier may try for ${seconds} s`, attemptId, to });
      if (!tenant || tenant.hours === ALL_DAY) continue;
      const zone = zones.get(`${tenant.id} ${to}`);
      if (!zone) continue;
      tried += 1;
      if (seconds < 300) beyondMinutes += 1;
      const closedSince = (time: number) => lastOpen(tenant.hours, zone, time);
      if (!isWithin(tenant.hours, zone, at)) {
        const late = tooLateFor(evidence, submission, closedSince(at));
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

/**
 * Returns the last second before `time` in which the window was open, or a time long ago if it was not open within a
 * minute.
 */
function lastOpen(hours: Parameters<typeof isWithin>[0], zone: string, time: number): number {
  for (let back = 0; back < 60; back += 1) {
    const at = Math.floor(time / 1_000) * 1_000 - back * 1_000;
    if (isWithin(hours, zone, at - 1)) return at;
  }
  return time - 60_000;
}
