import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import path from "node:path";
import type { SpoolKind } from "./entry.ts";

/** A file that is written to ends so; once somebody has taken it to replay it, it ends in `.taken`. */
export const OPEN = ".open";
export const TAKEN = ".taken";

/** So that a replay can hold a file in memory, and one that is cut short is a small part of the whole. */
const MOST_FILE_BYTES = 8 * 1024 * 1024;
/** A replay may take the file away while it is written to; more often than this, something else is wrong. */
const TRIES = 50;

interface Current {
  handle: FileHandle;
  file: string;
  inode: number;
  bytes: number;
}

/** What the writer and a replay agree on: take by renaming, then read; write, sync, then see whether it was taken. */
export interface SpoolWriter {
  /** Resolves once the lines are on the disk, in a file that a replay is going to read. */
  append(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Appends to a file of its own, which no other process writes to. Any process may take it, at any moment, by renaming
 * it: who finds after a sync that the file has gone appends the lines again to a new one, because the taker may have
 * read it before. Twice is harmless, lost is not.
 */
export function createSpoolWriter(folder: string, kind: SpoolKind): SpoolWriter {
  let current: Current | null = null;
  let last: Promise<void> = Promise.resolve();

  async function write(text: string): Promise<void> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      current ??= await openNew(folder, kind);
      const { handle, file, inode } = current;
      try {
        await handle.appendFile(text);
        await handle.datasync();
        current.bytes += Buffer.byteLength(text);
        if ((await inodeOf(file)) === inode) {
          if (current.bytes >= MOST_FILE_BYTES) await leave();
          return;
        }
      } catch (error) {
        // Half a line may be in it: nothing more is written there.
        await leave();
        throw error;
      }
      await leave();
    }
    throw new Error("The spool's files disappear while they are written to.");
  }

  async function leave(): Promise<void> {
    const left = current;
    current = null;
    await left?.handle.close().catch(() => {});
  }

  return {
    append(lines) {
      const done = last.then(() => write(`${lines.join("\n")}\n`));
      last = done.catch(() => {});
      return done;
    },
    close: () => last.then(leave),
  };
}

async function openNew(folder: string, kind: SpoolKind): Promise<Current> {
  // People's numbers and texts are in it: for this user alone.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${kind}-${Date.now()}-${randomUUID()}${OPEN}`);
  const handle = await open(file, "ax", 0o600);
  await syncFolder(folder);
  return { handle, file, inode: (await handle.stat()).ino, bytes: 0 };
}

/** A file whose name is not on the disk is lost with it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function inodeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).ino;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return null;
    throw error;
  }
}
