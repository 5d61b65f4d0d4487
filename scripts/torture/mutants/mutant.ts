import type { Patch } from "../stage/patch.ts";

/** A deliberate fault in the product, as data. */
export interface Mutant {
  name: string;
  /** What it gets wrong, in words. */
  does: string;
  /** The invariant that must notice. */
  breaks: string;
  /** The targeted phases that suffice. */
  phases: readonly string[];
  /** Whether it shows only when nothing is under way any more; the others show at once. */
  atRest?: true;
  /** Whether it takes a storm, and a restore of a backup from its middle. */
  goesBack?: true;
  patches: readonly Patch[];
}
