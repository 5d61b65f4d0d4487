import type { Logger } from "pino";

/** Something that is done again and again until the worker stops. */
export interface Loop {
  name: string;
  /** Returns how long to rest before the next time, in milliseconds. */
  run: () => Promise<number>;
}

/** How long to rest after a failure: the database may be away for a moment. */
const AFTER_FAILURE_MS = 1_000;

/** Runs a loop until `stop`; resolves once its last round has ended. A failure is logged and the loop goes on. */
export async function keepRunning(
  loop: Loop,
  stop: AbortSignal,
  log: Logger,
  onFailure: (loop: string, error: unknown) => void = () => {},
): Promise<void> {
  let failing = false;
  while (!stop.aborted) {
    let restMs = AFTER_FAILURE_MS;
    try {
      restMs = await loop.run();
      if (failing) log.info({ loop: loop.name }, "works again");
      failing = false;
    } catch (error) {
      onFailure(loop.name, error);
      if (!failing) log.error({ loop: loop.name, err: error }, "failed; trying again every second");
      failing = true;
    }
    await rest(restMs, stop);
  }
}

/** Waits, but not beyond `stop`. */
function rest(ms: number, stop: AbortSignal): Promise<void> {
  if (ms <= 0 || stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener("abort", end);
  });
}
