import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release } from "node:os";
import path from "node:path";
import { projectFolder } from "../start/runtime.ts";

/** What the figures were measured on: without it nobody could compare them. */
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

/** Runnable processes over the last minute: far above the processors means that others were at work too. */
export function loadAverage(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

function versionOf(name: string): string {
  const { dependencies } = JSON.parse(
    readFileSync(path.join(projectFolder, "worker", "package.json"), "utf8"),
  ) as { dependencies: Record<string, string> };
  return dependencies[name] ?? "unknown";
}
