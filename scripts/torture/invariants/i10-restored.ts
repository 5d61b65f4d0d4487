import type { Invariant } from "../judge/invariant.ts";

/** A run does not go back to a backup: `pnpm restore:drill` does. This is said, and not counted as held. */
export const restored: Invariant = {
  name: "I10",
  says: "after a restore nothing is sent again",
  examine: () => ({ tried: 0, cases: "no restore in this run (pnpm restore:drill has one)", breaches: [] }),
};
