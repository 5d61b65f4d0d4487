import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { BoundedLog } from "./bounded-log.ts";

export type ChildOutput = { lastLines(): string[] };

const keptLines = 15;
const levelNames: Record<number, string> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/**
 * Writes all that a child prints to its log file, and passes readable lines to `show` if their level is at least
 * `consoleLevel`. A line that is not pino's counts as a warning on stderr (a crash's trace) and as info on stdout.
 */
export function takeOutput(
  child: ChildProcess,
  log: BoundedLog,
  consoleLevel: number,
  show: (line: string) => void,
): ChildOutput {
  const last: string[] = [];
  const take = (line: string, plainLevel: number) => {
    log.write(line);
    const { level, text } = readable(line, plainLevel);
    // The console shows a crash's message without its stack lines; the file has both.
    if (text !== "" && !/^\s*at /.test(text)) last.push(text);
    if (last.length > keptLines) last.shift();
    if (level >= consoleLevel && text !== "") show(text);
  };
  createInterface({ input: child.stdout! }).on("line", (line) => take(line, 30));
  createInterface({ input: child.stderr! }).on("line", (line) => take(line, 40));
  return { lastLines: () => [...last] };
}

function readable(line: string, plainLevel: number): { level: number; text: string } {
  const entry = parseEntry(line);
  if (!entry) return { level: plainLevel, text: line.trimEnd() };
  const { level, time: _time, pid: _pid, hostname: _hostname, name: _name, msg, ...rest } = entry;
  const details = Object.entries(rest).map(([key, value]) => ` ${key}=${valueText(value)}`);
  return { level, text: `${levelNames[level] ?? level} ${msg ?? ""}${details.join("")}` };
}

type Entry = { level: number; msg?: string } & Record<string, unknown>;

function parseEntry(line: string): Entry | null {
  if (!line.startsWith("{")) return null;
  try {
    const entry = JSON.parse(line) as Entry;
    return typeof entry.level === "number" ? entry : null;
  } catch {
    return null;
  }
}

const shownCharacters = 300;

function valueText(value: unknown): string {
  if (value && typeof value === "object" && "message" in value) return String(value.message);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (text ?? "").slice(0, shownCharacters);
}
