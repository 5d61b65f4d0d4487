import { tooMany } from "../../http/refusals.ts";

/** More than a person answers calls in a minute, and too few to guess the hidden digits: a million numbers take three weeks. */
const LOOK_UPS_PER_MINUTE = 30;
const MINUTE_MS = 60_000;

export type LookUps = ReturnType<typeof createLookUps>;

/**
 * Counts how often members who see numbers masked ask for a whole number that they typed. An answer tells whether
 * somebody has it.
 */
export function createLookUps(now: () => number = Date.now) {
  const counts = new Map<string, number>();
  let minute = 0;
  return (userId: string): void => {
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute) counts.clear();
    minute = current;
    const count = (counts.get(userId) ?? 0) + 1;
    counts.set(userId, count);
    if (count > LOOK_UPS_PER_MINUTE)
      throw tooMany(
        `Your role sees phone numbers masked, so it may look up ${LOOK_UPS_PER_MINUTE} numbers a minute. Wait a minute, then try again.`,
      );
  };
}
