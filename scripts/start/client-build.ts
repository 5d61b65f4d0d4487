import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { viteWords } from "./runtime.ts";
import { runStep, type StepContext } from "./step.ts";

const buildLimitMs = 300_000;
const skipped = new Set(["node_modules", "dist", "test-results"]);
const sources = ["client", "core", "pnpm-lock.yaml"];

/** Builds the client if there is no build, or if a source changed after it. */
export async function buildClientIfStale(context: StepContext): Promise<void> {
  const dist = path.join(context.folder, "client", "dist");
  if (!isStale(context.folder, dist)) return;
  const workFolder = path.join(context.folder, "client", "node_modules", ".build");
  // Copies of the product share this folder, so each builds under its own name, and the last rename wins.
  const fresh = path.join(workFolder, `${process.pid}-new`);
  const step = {
    doing: "Building the client (a few seconds)",
    failure: "The client could not be built",
    words: viteWords("build", "client", "--outDir", fresh, "--emptyOutDir"),
    limitMs: buildLimitMs,
  };
  mkdirSync(workFolder, { recursive: true });
  try {
    await runStep(step, context);
    putInPlace(fresh, dist, path.join(workFolder, `${process.pid}-old`));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function putInPlace(fresh: string, dist: string, aside: string): void {
  if (existsSync(dist)) renameSync(dist, aside);
  renameSync(fresh, dist);
  rmSync(aside, { recursive: true, force: true });
}

function isStale(folder: string, dist: string): boolean {
  const page = path.join(dist, "index.html");
  if (!existsSync(page)) return true;
  const builtAt = statSync(page).mtimeMs;
  return sources.some((each) => changedAfter(path.join(folder, each), builtAt));
}

function changedAfter(place: string, at: number): boolean {
  if (!existsSync(place)) return false;
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs > at && !/\.(test\.tsx?|md)$/.test(place);
  return readdirSync(place).some((name) => !skipped.has(name) && changedAfter(path.join(place, name), at));
}
