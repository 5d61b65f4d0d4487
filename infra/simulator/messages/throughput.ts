import { normaliseNumber, type SenderType, senderTypeOf } from "./phone-numbers.ts";

/** A sender's queue has room for ten hours of traffic (Twilio's page on error 21611). */
const QUEUE_MS = 36_000_000;
const NORTH_AMERICA = new Set(["US", "CA"]);

/** Segments a second that a sender submits, by its type and the destination. Source: Twilio's throughput pages. */
export function segmentsPerSecond(type: SenderType, toCountry: string): number {
  if (type === "short-code") return 100;
  if (!NORTH_AMERICA.has(toCountry) || type === "alphanumeric") return 10;
  return type === "toll-free" ? 3 : 1;
}

export interface SenderQueues {
  /**
   * Returns when a message would leave its sender's queue (ms since 1970), or `full`. A message that would wait
   * longer than its validity expires and takes no place.
   */
  place(from: string, toCountry: string, segments: number, now: number, validityMs: number): Placement;
  /** Restores a sender's queue after a restart: it is busy until then. */
  busyUntil(from: string, until: number): void;
  clear(): void;
}

export type Placement = { kind: "leaves"; at: number } | { kind: "expires"; at: number } | { kind: "full" };

/**
 * Creates one queue per sender, stored as the time at which it runs empty: a message's time is computed, without a
 * timer. `override` replaces every sender's rate (Infinity for no limit).
 */
export function createSenderQueues(override: number | undefined): SenderQueues {
  const emptyAt = new Map<string, number>();
  return {
    place(from, toCountry, segments, now, validityMs) {
      const rate =
        override ?? segmentsPerSecond(senderTypeOf(normaliseNumber(from)) ?? "alphanumeric", toCountry);
      const at = Math.max(now, emptyAt.get(from) ?? 0);
      if (at - now >= QUEUE_MS) return { kind: "full" };
      if (at - now > validityMs) return { kind: "expires", at: now + validityMs };
      emptyAt.set(from, at + (segments * 1000) / rate);
      return { kind: "leaves", at };
    },
    busyUntil(from, until) {
      emptyAt.set(from, Math.max(until, emptyAt.get(from) ?? 0));
    },
    clear: () => emptyAt.clear(),
  };
}
