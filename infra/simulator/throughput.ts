import { normaliseNumber, type SenderType, senderTypeOf } from "./phone-numbers.ts";

/** Ten hours of traffic fit into a sender's queue (Twilio's page on error 21611). */
const QUEUE_MS = 36_000_000;
const NORTH_AMERICA = new Set(["US", "CA"]);

/** Segments a second that a sender passes on, by its type and where the message goes. Source: Twilio's throughput pages. */
export function segmentsPerSecond(type: SenderType, toCountry: string): number {
  if (type === "short-code") return 100;
  if (!NORTH_AMERICA.has(toCountry) || type === "alphanumeric") return 10;
  return type === "toll-free" ? 3 : 1;
}

export interface SenderQueues {
  /**
   * When a message would leave its sender's queue (ms since 1970), or `full`. A message that would wait longer than
   * its validity leaves no mark on the queue: it expires there.
   */
  place(from: string, toCountry: string, segments: number, now: number, validityMs: number): Placement;
  /** Puts back what a restart forgot: the sender is busy until then. */
  busyUntil(from: string, until: number): void;
  clear(): void;
}

export type Placement = { kind: "leaves"; at: number } | { kind: "expires"; at: number } | { kind: "full" };

/**
 * One queue per sender, kept as the single moment at which it runs empty: the n-th message's time is arithmetic, not a
 * timer. `override` replaces every sender's rate (Infinity for none at all).
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
