import { isGsm7 } from "./gsm7.ts";
import { gsmSuggestion } from "./smart-encoding.ts";

/** One merge value that makes texts dearer. */
export interface Offender {
  field: string;
  value: string;
  people: number;
  /** Its share, in micros, where several values of one text are to blame. */
  extraMicros: number;
  /** The same in GSM-7; null where the value is in it already (it is too long) or nothing of it would be left. */
  replacement: string | null;
}

/** Each character outside GSM-7 as the one that looks alike; one that has none is left out. */
export function gsmSafeText(text: string): string {
  let safe = "";
  for (const char of text) safe += isGsm7(char) ? char : (gsmSuggestion(char) ?? "");
  return safe.trim();
}

/** Different values remembered before the cheap ones are let go. */
const ROOM = 2_000;

/** A bounded tally of values: when it is full, the dearer half stays. */
export function createOffenders(most: number) {
  const known = new Map<string, Offender>();
  let complete = true;

  const dearest = (count: number) =>
    [...known].sort(([, a], [, b]) => b.extraMicros - a.extraMicros || b.people - a.people).slice(0, count);
  const letGo = () => {
    const kept = dearest(ROOM / 2);
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
      if (known.size >= ROOM) letGo();
      const safe = gsmSafeText(value);
      const replacement = safe === value || safe === "" ? null : safe;
      known.set(key, { field, value, people: 1, extraMicros, replacement });
    },
    list: (): Offender[] => dearest(most).map(([, offender]) => ({ ...offender })),
    complete: () => complete,
  };
}
