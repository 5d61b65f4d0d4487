import { formatCount } from "../../ui/words/format.ts";

/** Returns "3", or "1,000+" where counting stopped at `max`. */
export function countWords(count: number, max = Number.POSITIVE_INFINITY, locale?: string): string {
  return count >= max ? `${formatCount(max, locale)}+` : formatCount(count, locale);
}
