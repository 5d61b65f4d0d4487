// Loaded before the process's own code (`bun --preload`): kills or freezes the process at its failpoint.

const [point, passes, act] = (process.env.TORTURE_FAULT ?? "").split(":");
let left = Number(passes);

/** Returns at once, except at the chosen pass of the chosen point: there the process dies or freezes. */
async function failpoint(name: string): Promise<void> {
  if (name !== point || left === 0) return;
  left -= 1;
  if (left > 0) return;
  process.kill(process.pid, act === "freeze" ? "SIGSTOP" : "SIGKILL");
}

Object.assign(globalThis, { failpoint });
