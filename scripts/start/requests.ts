import type { Requests } from "./product.ts";

const sameKeyPressMs = 1_000;

/**
 * SIGINT, SIGTERM and SIGHUP ask to stop in order, a second one forces it. One Ctrl-C can arrive twice, from the
 * terminal and from pnpm, so a second request counts only after a second.
 */
export function listenForRequests(): Requests {
  const stop = new AbortController();
  const force = new AbortController();
  let firstAt = 0;
  const ask = () => {
    if (!stop.signal.aborted) {
      firstAt = Date.now();
      stop.abort();
    } else if (Date.now() - firstAt > sameKeyPressMs) force.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, ask);
  return { stop: stop.signal, force: force.signal };
}
