import { setTimeout as sleep } from "node:timers/promises";

/** After this long other requests get a turn. A page of theirs waits for a slice at each of its dozen steps. */
const SLICE_MS = 1;
/** How many times as long as it works a preflight rests while another tenant loads a page. */
const RESTS = 5;

/** What lets other requests run during a preflight. */
export interface Breath {
  /** Called after each few messages. */
  (): Promise<void>;
  /** Called when a part of the audience has been evaluated. */
  partDone(): Promise<void>;
}

/**
 * Lets other requests run when a slice is over, and stops the work when the client has disconnected. While another tenant
 * loads a page, the preflight rests after each part of its audience: the database has read the next one by then.
 */
export function createBreath(isBeside: () => boolean, signal: AbortSignal | undefined): Breath {
  let sliceFrom = performance.now();
  let partFrom = sliceFrom;
  const breathe = async () => {
    if (performance.now() - sliceFrom < SLICE_MS) return;
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
    sliceFrom = performance.now();
  };
  const partDone = async () => {
    if (isBeside()) await sleep(RESTS * (performance.now() - partFrom));
    partFrom = performance.now();
  };
  return Object.assign(breathe, { partDone });
}
