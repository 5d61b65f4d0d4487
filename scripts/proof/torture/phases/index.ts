import { answers, orphans } from "./answers.ts";
import { budget } from "./budget.ts";
import { callbacks, handsets } from "./callbacks.ts";
import { deaths, launches } from "./deaths.ts";
import { frozenClaims, gates } from "./gates.ts";
import { hours } from "./hours.ts";
import { conversations, files } from "./inputs.ts";
import { actions, neighbours } from "./neighbours.ts";
import type { Phase } from "./phase.ts";
import { tickets } from "./tickets.ts";
import { trespass } from "./trespass.ts";

/** All targeted phases in the order of a run. Phases that start long work come early. */
export const PHASES: readonly Phase[] = [
  hours,
  answers,
  budget,
  tickets,
  gates,
  frozenClaims,
  launches,
  deaths,
  orphans,
  callbacks,
  handsets,
  files,
  conversations,
  actions,
  neighbours,
  trespass,
];
