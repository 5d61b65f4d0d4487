import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release } from "node:os";
import path from "node:path";
import { projectFolder } from "../../start/runtime.ts";

/** Describes the machine, because figures of different machines can't be compared. */
export function describeMachine(postgres: string, redis: string): Record<string, string> {
  return {
    processors: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
    kernel: release(),
    bun: process.versions.bun ?? "none",
    postgres,
    redis,
    bullmq: versionOf("bullmq"),
    twilio: versionOf("twilio"),
  };
}

/**
 * Returns the runnable processes over the last minute. A value far above the number of processors means that other
 * programs were running.
 */
export function loadAverage(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

function versionOf(name: string): string {
  const { dependencies } = JSON.parse(
    readFileSync(path.join(projectFolder, "worker", "package.json"), "utf8"),
  ) as { dependencies: Record<string, string> };
  return dependencies[name] ?? "unknown";
}
