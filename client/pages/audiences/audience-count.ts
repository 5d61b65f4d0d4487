import { countOf, formatCount } from "../../ui/words/format.ts";

interface Counted {
  contacts: number;
  /** The bounds of an estimate; null: the count is exact. */
  estimate: { low: number; high: number } | null;
}

/** Returns the count of an audience in words. An estimate says that it is one. */
export function audienceCount({ contacts, estimate }: Counted): string {
  if (!estimate) return countOf(contacts, "contact");
  if (contacts === 0) return `Probably fewer than ${countOf(estimate.high, "contact")}`;
  return `About ${countOf(contacts, "contact")}`;
}

/** Returns what an estimate rests on; null for an exact count. */
export function estimateBounds({ contacts, estimate }: Counted): string | null {
  if (!estimate) return null;
  if (contacts === 0) return "None in a sample.";
  return `Probably between ${formatCount(estimate.low)} and ${formatCount(estimate.high)}.`;
}
