import { isGsm7 } from "../text/gsm7.ts";
import { gsmSuggestion } from "../text/smart-encoding.ts";

/** One merge value that raises the cost. */
export interface Offender {
  field: string;
  value: string;
  people: number;
  /** In micros; its share, if several values of one text raise the cost. */
  extraMicros: number;
  /** The value in GSM-7. Null if it already is GSM-7 (then it is too long), or if nothing would be left. */
  replacement: string | null;
}

/** Replaces each character outside GSM-7 with its look-alike; without one the character is removed. */
export function gsmSafeText(text: string): string {
  // Most values are GSM-7: an audience of a million has them by the million.
  if (isGsm7(text)) return text.trim();
  let safe = "";
  for (const char of text) safe += isGsm7(char) ? char : (gsmSuggestion(char) ?? "");
  return safe.trim();
}

/** How many different values are kept before the cheapest are dropped. */
const OFFENDERS_MAX = 2_000;

/** A bounded tally of values: when it is full, only the more expensive half stays. */
export function createOffenders(most: number) {
  const known = new Map<string, Offender>();
  let complete = true;

  const dearest = (count: number) =>
    [...known].sort(([, a], [, b]) => b.extraMicros - a.extraMicros || b.people - a.people).slice(0, count);
  const dropCheapest = () => {
    const kept = dearest(OFFENDERS_MAX / 2);
    known.clear();
    for (const [key, offender] of kept) known.set(key, offender);
    complete = false;
  };

  return {
    add(field: string, value: string, extraMicros: number): void {
      const key = `${field}\n${value}`;
      const offender = known.get(key);
      if (offender) {
        offender.people += 1;
        offender.extraMicros += extraMicros;
        return;
      }
      if (known.size >= OFFENDERS_MAX) dropCheapest();
      const safe = gsmSafeText(value);
      const replacement = safe === value || safe === "" ? null : safe;
      known.set(key, { field, value, people: 1, extraMicros, replacement });
    },
    list: (): Offender[] => dearest(most).map(([, offender]) => ({ ...offender })),
    complete: () => complete,
  };
}
