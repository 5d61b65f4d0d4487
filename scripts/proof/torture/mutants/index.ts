import { GATE_MUTANTS } from "./gates.ts";
import { INPUT_MUTANTS } from "./inputs.ts";
import { MONEY_MUTANTS } from "./money.ts";
import type { Mutant } from "./mutant.ts";
import { OUTCOME_MUTANTS } from "./outcomes.ts";
import { RESTORE_MUTANTS } from "./restore.ts";
import { ROW_MUTANTS } from "./rows.ts";
import { WEBHOOK_MUTANTS } from "./webhooks.ts";

export const MUTANTS: readonly Mutant[] = [
  ...OUTCOME_MUTANTS,
  ...GATE_MUTANTS,
  ...MONEY_MUTANTS,
  ...WEBHOOK_MUTANTS,
  ...ROW_MUTANTS,
  ...INPUT_MUTANTS,
  ...RESTORE_MUTANTS,
];
