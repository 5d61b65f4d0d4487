import type { Invariant } from "../evaluation/invariant.ts";
import { neverTwice } from "./i01-never-twice.ts";
import { committedBefore } from "./i02-committed-before.ts";
import { stopsAtOnce } from "./i03-stops-at-once.ts";
import { withinBudget } from "./i04-within-budget.ts";
import { allowedHours } from "./i05-allowed-hours.ts";
import { webhooksOnce } from "./i06-webhooks-once.ts";
import { addsUp } from "./i07-adds-up.ts";
import { tenantsApart } from "./i08-tenants-apart.ts";
import { counters } from "./i09-counters.ts";
import { restored } from "./i10-restored.ts";
import { heard } from "./i11-heard.ts";
import { auditUnbroken } from "./i12-audit-unbroken.ts";
import { ownTimes } from "./i13-own-times.ts";
import { firstParts } from "./i14-first-parts.ts";
import { flowSteps } from "./i15-flow-steps.ts";

/** The invariants, one file each. */
export const INVARIANTS: readonly Invariant[] = [
  neverTwice,
  committedBefore,
  stopsAtOnce,
  withinBudget,
  allowedHours,
  webhooksOnce,
  addsUp,
  tenantsApart,
  counters,
  restored,
  heard,
  auditUnbroken,
  ownTimes,
  firstParts,
  flowSteps,
];
