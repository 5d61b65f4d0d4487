import { setTimeout as sleep } from "node:timers/promises";

/** Waits for `ms` milliseconds, or until `stop`. */
export async function rest(ms: number, stop: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: stop }).catch(() => {});
}
