import { type Click, recordClicks } from "@smscrm/db/links/clicks";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { within } from "@smscrm/db/postgres/within";
import type { Logger } from "pino";

const FLUSH_MS = 500;
/** Clicks of one statement. */
const BATCH = 1_000;
/** Some minutes of a large campaign's clicks. While the database is away longer, the newest are not counted. */
const WAITING_MAX = 50_000;
const COUNT_LIMIT_MS = 20_000;

export type ClickBuffer = ReturnType<typeof createClickBuffer>;

/**
 * Counts clicks in bulk, after the redirect is answered: nobody waits for it, and a click never waits for a lock. A process
 * that is killed loses those of half a second; one that stops counts them first.
 */
export function createClickBuffer(pipeline: Pipeline, log: Logger) {
  let waiting: Click[] = [];
  let dropped = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let flushing: Promise<void> = Promise.resolve();

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), FLUSH_MS);
    timer.unref?.();
  }

  async function count(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      try {
        await within(COUNT_LIMIT_MS, recordClicks(pipeline, batch));
        waiting = waiting.slice(batch.length);
      } catch (error) {
        log.warn({ error, waiting: waiting.length }, "Clicks are not counted yet");
        schedule();
        return;
      }
    }
    if (dropped > 0) log.error({ dropped }, "Clicks were not counted: too many waited for the database");
    dropped = 0;
  }

  /** Counts what waits. What the database does not take is tried again later. */
  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    flushing = flushing.then(count);
    return flushing;
  }

  return {
    add(click: Click): void {
      if (waiting.length >= WAITING_MAX) dropped += 1;
      else waiting.push(click);
      schedule();
    },
    flush,
  };
}
