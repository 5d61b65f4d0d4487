import { isAllowed } from "@smscrm/core/links/destination";
import { type Destination, findDestination } from "@smscrm/db/links/clicks";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { within } from "@smscrm/db/postgres/within";

/** How long a destination is not read again: a host that is no longer allowed is followed this long. */
const FRESH_MS = 30_000;
/** More than the destinations of a day. An entry takes a few hundred bytes. */
const KEPT_MAX = 20_000;
/** A person waits no longer for the database. */
const READ_LIMIT_MS = 2_000;

interface Kept {
  destination: Destination;
  readMs: number;
}

/** Where a link leads now; `away`: it is not known here, and the database does not answer. */
type Led = { to: string } | "unknown" | "expired" | "away";

/**
 * Finds where links lead. A campaign's recipients all have the same few destinations, so nearly every click is answered from
 * memory: at once after a launch, and while the database is slow or away.
 */
export function createDestinations(pipeline: Pipeline) {
  const kept = new Map<string, Kept>();
  const reading = new Map<string, Promise<Destination | null>>();

  /** Reads each destination once at a time, however many people click. */
  function read(key: string, code: string, host: string): Promise<Destination | null> {
    const running = reading.get(key);
    if (running) return running;
    const started = findDestination(pipeline, code, host).finally(() => reading.delete(key));
    reading.set(key, started);
    return started;
  }

  async function find(code: string, host: string): Promise<Destination | null | "away"> {
    const key = `${code} ${host}`;
    const known = kept.get(key);
    if (known && performance.now() - known.readMs < FRESH_MS) return known.destination;
    try {
      const destination = await within(READ_LIMIT_MS, read(key, code, host));
      kept.delete(key);
      if (!destination) return null;
      // The oldest one goes first.
      for (const [oldest] of kept) if (kept.size >= KEPT_MAX) kept.delete(oldest);
      kept.set(key, { destination, readMs: performance.now() });
      return destination;
    } catch {
      return known?.destination ?? "away";
    }
  }

  return {
    /** Whether it is answered from memory, and costs nobody anything. */
    isKept: (code: string, host: string): boolean => {
      const known = kept.get(`${code} ${host}`);
      return known !== undefined && performance.now() - known.readMs < FRESH_MS;
    },
    async leadsTo(code: string, host: string, now: Date): Promise<Led> {
      const destination = await find(code, host);
      if (destination === "away") return "away";
      if (!destination || destination.isElsewhere) return "unknown";
      const { url, expiresAt, allowedHosts } = destination;
      return expiresAt <= now || !isAllowed(url, allowedHosts) ? "expired" : { to: url };
    },
  };
}
