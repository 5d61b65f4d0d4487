import { killSwitchTrials, stopRaces } from "./closings.ts";
import { fairness } from "./fairness.ts";
import type { Measure } from "./measure.ts";
import { outage } from "./outage.ts";
import { reservations } from "./reservations.ts";

export const MEASURES: Readonly<
  Record<"kill-switch" | "stop-races" | "reservations" | "fairness" | "outage", Measure>
> = {
  "kill-switch": killSwitchTrials,
  "stop-races": stopRaces,
  reservations,
  fairness,
  outage,
};
