import { rest } from "@smscrm/db/postgres/rest";
import type { Logger } from "pino";

/** Work that repeats until the worker stops. */
export interface Loop {
  name: string;
  /** Returns how long to wait before the next round, in milliseconds. */
  run: () => Promise<number>;
}

/** How long to wait after a failure: the database may be away for a moment. */
const AFTER_FAILURE_MS = 1_000;

/** Runs a loop until `stop`; resolves once its last round has ended. A failure is logged and the loop continues. */
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
