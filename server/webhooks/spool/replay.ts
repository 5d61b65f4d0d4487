import { appendFile, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { InboundMessage, StatusEvent } from "@smscrm/db/webhooks";
import { parseLine, type SpoolEntry, type SpoolKind } from "./entry.ts";
import { blamesTheData } from "./fault.ts";
import { OPEN, TAKEN } from "./writer.ts";

const MOST_TOGETHER = 200;
/** What the database refuses for what it says, and not for its own state: kept for a person to look at. */
export const REFUSED_FILE = "refused.jsonl";

/** Where the entries go: the same functions that store a webhook at once. Storing one twice changes nothing. */
export interface Ingest {
  status(events: StatusEvent[]): Promise<unknown>;
  inbound(message: InboundMessage): Promise<unknown>;
}

export interface Replayed {
  stored: number;
  /** Entries that the database refuses for what they say. */
  refused: number;
  /** Lines that are not whole. */
  torn: number;
}

/**
 * Stores what waits in the folder, also what other processes left there, and removes each file once all of it is
 * committed. Throws where the database does not take it: everything is still there, and the next replay begins again.
 */
export async function replaySpool(folder: string, ingest: Ingest): Promise<Replayed> {
  const total: Replayed = { stored: 0, refused: 0, torn: 0 };
  const texts = async () => {
    for (const file of await take(folder, "inbound")) await replayFile(folder, file, ingest, total);
  };
  await texts();
  for (const file of await take(folder, "status")) {
    // A STOP that came meanwhile must not wait for all the callbacks before it.
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

/** Renamed before they are read, so that whoever writes to one notices; the oldest first. */
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

/** Another process that replays the same folder was quicker. */
function unlessGone(error: unknown): null {
  if ((error as { code?: string }).code === "ENOENT") return null;
  throw error;
}

/** Returns what the database refused. */
async function store(entries: readonly SpoolEntry[], ingest: Ingest): Promise<SpoolEntry[]> {
  const refused: SpoolEntry[] = [];
  const texts = entries.filter((entry) => entry.kind === "inbound");
  for (const entry of texts) refused.push(...(await attempt([entry], () => ingest.inbound(entry.message))));
  const statuses = entries.filter((entry) => entry.kind === "status");
  for (let at = 0; at < statuses.length; at += MOST_TOGETHER) {
    refused.push(...(await storeStatuses(statuses.slice(at, at + MOST_TOGETHER), ingest)));
  }
  return refused;
}

/** One that is refused must not take along those that are stored with it: then each is tried by itself. */
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
