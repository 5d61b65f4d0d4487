/**
 * The most statements that are prepared: each takes memory in each connection's server process. Filters and lists make
 * new texts without end.
 */
const PREPARED_MAX = 300;
/** How many texts that were seen once are remembered. */
const SEEN_MAX = 1_000;

/** Decides which statements are worth preparing: those that come a second time, as long as there is room. */
export function createStatementBook({ preparedMax = PREPARED_MAX, seenMax = SEEN_MAX } = {}) {
  const prepared = new Set<string>();
  const seen = new Set<string>();
  return (text: string): boolean => {
    if (prepared.has(text)) return true;
    if (prepared.size >= preparedMax) return false;
    if (seen.delete(text)) {
      prepared.add(text);
      return true;
    }
    if (seen.size >= seenMax) seen.clear();
    seen.add(text);
    return false;
  };
}
