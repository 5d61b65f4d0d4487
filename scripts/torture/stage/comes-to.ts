// Loaded before a tortured process's own code (`bun --preload`): what it does at its named points.

const [point, passes, act] = (process.env.TORTURE_FATE ?? "").split(":");
let left = Number(passes);

/** Returns at once, but for the point and the pass that were chosen: there the process dies, or stands still. */
async function comesTo(name: string): Promise<void> {
  if (name !== point || left === 0) return;
  left -= 1;
  if (left > 0) return;
  process.kill(process.pid, act === "freeze" ? "SIGSTOP" : "SIGKILL");
}

Object.assign(globalThis, { comesTo });
