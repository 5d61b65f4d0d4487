import type { Patch } from "../stage/patch.ts";

/** A deliberate fault in the product, as data. */
export interface Mutant {
  name: string;
  /** What it gets wrong, in words. */
  does: string;
  /** The invariant that is expected to notice first. */
  breaks: string;
  /** The targeted phases that suffice. */
  phases: readonly string[];
  patches: readonly Patch[];
}
