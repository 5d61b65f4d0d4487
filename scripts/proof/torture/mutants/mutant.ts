import type { Patch } from "../failpoints/patch.ts";

/** A deliberate fault in the product, as data. */
export interface Mutant {
  name: string;
  /** What it does wrong. */
  does: string;
  /** The invariant that must notice. */
  breaks: string;
  /** The targeted phases that are enough to catch it. */
  phases: readonly string[];
  /** Whether it shows only when nothing is in flight any more; the others show at once. */
  atRest?: true;
  /** Whether it needs a storm, and a restore of a backup from its middle. */
  needsRestore?: true;
  patches: readonly Patch[];
}
