import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { logFolderName } from "./settings.ts";

const keptFiles = 5;
const pruneEveryMs = 10 * 60_000;

/** Keeps the newest five log files: the server starts a new one every 10 MB and never deletes any. */
export function keepLogsBounded(dataDir: string): { stop(): void } {
  pruneLogs(dataDir);
  const timer = setInterval(() => pruneLogs(dataDir), pruneEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function pruneLogs(dataDir: string): void {
  for (const file of logFiles(dataDir).slice(keptFiles)) rmSync(file, { force: true });
}

/** Returns the server's last log lines, newest file first, then what it printed before it opened a log. */
export function lastLogLines(dataDir: string, startOutput: string, count = 12): string[] {
  const newest = logFiles(dataDir)[0];
  const lines = [readText(startOutput), newest ? readText(newest) : ""].join("\n").split("\n");
  return lines.filter((line) => line.trim() !== "").slice(-count);
}

function logFiles(dataDir: string): string[] {
  const folder = path.join(dataDir, logFolderName);
  return listFolder(folder)
    .filter((name) => name.endsWith(".log"))
    .map((name) => ({ file: path.join(folder, name), at: statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at)
    .map(({ file }) => file);
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
