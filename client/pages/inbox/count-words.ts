import { formatCount } from "../../ui/format.ts";

/** "3", or "1,000+" where counting stopped. */
export function countWords(count: number, most = Number.POSITIVE_INFINITY, locale?: string): string {
  return count >= most ? `${formatCount(most, locale)}+` : formatCount(count, locale);
}
