import { appendFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** Loaded before the API: writes the delay of its event loop to a file, every half second. */
const file = process.env.BENCH_EVENT_LOOP_FILE;
if (file) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let used = process.cpuUsage();
  setInterval(() => {
    const since = process.cpuUsage(used);
    used = process.cpuUsage();
    const line = {
      at: Date.now(),
      p50Ms: delay.percentile(50) / 1e6,
      p99Ms: delay.percentile(99) / 1e6,
      maxMs: delay.max / 1e6,
      cpuMs: (since.user + since.system) / 1e3,
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    delay.reset();
  }, 500).unref();
}
