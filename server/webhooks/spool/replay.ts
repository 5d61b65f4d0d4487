import { appendFile, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { InboundMessage, StatusEvent } from "@smscrm/db/carrier/webhooks";
import { blamesTheData } from "@smscrm/db/postgres/connection-faults";
import { parseLine, type SpoolEntry, type SpoolKind } from "./entry.ts";
import { OPEN, TAKEN } from "./writer.ts";

const TOGETHER_MAX = 200;
/** Entries that the database refuses because of their data. A person must look at them. */
const REFUSED_FILE = "refused.jsonl";

/** Where the entries go: the same functions that store a webhook directly. Storing one twice changes nothing. */
export interface Ingest {
  status(events: StatusEvent[]): Promise<unknown>;
  inbound(message: InboundMessage): Promise<unknown>;
}

export interface Replayed {
  stored: number;
  /** Entries that the database refuses because of their data. */
  refused: number;
  /** Incomplete lines. */
  torn: number;
}

/**
 * Stores the entries in the folder, also those of other processes, and removes each file once all of it is committed.
 * Throws if the database is away: the entries stay, and the next replay starts over.
 */
export async function replaySpool(folder: string, ingest: Ingest): Promise<Replayed> {
  const total: Replayed = { stored: 0, refused: 0, torn: 0 };
  const texts = async () => {
    for (const file of await take(folder, "inbound")) await replayFile(folder, file, ingest, total);
  };
  await texts();
  for (const file of await take(folder, "status")) {
    // A new STOP must not wait for all the callbacks before it.
    await texts();
    await replayFile(folder, file, ingest, total);
  }
  return total;
}

async function replayFile(folder: string, file: string, ingest: Ingest, total: Replayed): Promise<void> {
  const text = await readFile(file, "utf8").catch(unlessGone);
  if (text === null) return;
  const lines = text.split("\n").filter((line) => line !== "");
  const entries = lines.map(parseLine).filter((entry) => entry !== null);
  const refused = await store(entries, ingest);
  await keepRefused(folder, refused);
  await rm(file, { force: true });
  total.stored += entries.length - refused.length;
  total.refused += refused.length;
  total.torn += lines.length - entries.length;
}

/** Renames files before they are read, so that their writer notices; oldest first. */
async function take(folder: string, kind: SpoolKind): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${kind}-`)).sort();
  const taken: string[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    if (name.endsWith(TAKEN)) taken.push(file);
    if (!name.endsWith(OPEN)) continue;
    const to = path.join(folder, `${name.slice(0, -OPEN.length)}${TAKEN}`);
    const gone = (await rename(file, to).catch(unlessGone)) === null;
    if (!gone) taken.push(to);
  }
  return taken;
}

/** Returns null if another process that replays the same folder took the file first. */
function unlessGone(error: unknown): null {
  if ((error as { code?: string }).code === "ENOENT") return null;
  throw error;
}

/** Stores entries and returns those that the database refused. */
async function store(entries: readonly SpoolEntry[], ingest: Ingest): Promise<SpoolEntry[]> {
  const refused: SpoolEntry[] = [];
  const texts = entries.filter((entry) => entry.kind === "inbound");
  for (const entry of texts) refused.push(...(await attempt([entry], () => ingest.inbound(entry.message))));
  const statuses = entries.filter((entry) => entry.kind === "status");
  for (let at = 0; at < statuses.length; at += TOGETHER_MAX) {
    refused.push(...(await storeStatuses(statuses.slice(at, at + TOGETHER_MAX), ingest)));
  }
  return refused;
}

/** Stores statuses together. If one is refused, each is tried alone, so that it does not block the others. */
async function storeStatuses(
  entries: readonly Extract<SpoolEntry, { kind: "status" }>[],
  ingest: Ingest,
): Promise<SpoolEntry[]> {
  const together = (some: typeof entries) =>
    attempt(some, () => ingest.status(some.map(({ event }) => event)));
  const failed = await together(entries);
  if (failed.length <= 1) return failed;
  const refused: SpoolEntry[] = [];
  for (const entry of entries) refused.push(...(await together([entry])));
  return refused;
}

async function attempt(entries: readonly SpoolEntry[], work: () => Promise<unknown>): Promise<SpoolEntry[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (blamesTheData(error)) return [...entries];
    throw error;
  }
}

async function keepRefused(folder: string, refused: readonly SpoolEntry[]): Promise<void> {
  if (refused.length === 0) return;
  const text = refused.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  await appendFile(path.join(folder, REFUSED_FILE), text, { mode: 0o600, flush: true });
}

/**
 * Removes a person's entries from the file of refused ones: texts to these numbers from them, and callbacks of messages
 * from these numbers to them. All other entries stay, also those of the person with another tenant.
 */
export async function forgetRefused(folder: string, phone: string, ours: readonly string[]): Promise<void> {
  const file = path.join(folder, REFUSED_FILE);
  const text = await readFile(file, "utf8").catch(unlessGone);
  if (text === null) return;
  const lines = text.split("\n").filter((line) => line !== "");
  const kept = lines.filter((line) => {
    const entry = parseLine(line);
    if (entry?.kind === "inbound") return entry.message.from !== phone || !ours.includes(entry.message.to);
    if (entry?.kind === "status")
      return entry.event.payload.To !== phone || !ours.includes(String(entry.event.payload.From));
    // A line that can't be read may be about anybody.
    return !line.includes(phone);
  });
  if (kept.length === lines.length) return;
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, kept.map((line) => `${line}\n`).join(""), { mode: 0o600, flush: true });
  await rename(unfinished, file);
}
