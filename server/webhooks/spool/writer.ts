import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import path from "node:path";
import type { SpoolKind } from "./entry.ts";

/** A file that is being written ends in `.open`; once a replay has taken it, it ends in `.taken`. */
export const OPEN = ".open";
export const TAKEN = ".taken";

/** Small enough that a replay can hold a file in memory, and that one damaged file is a small part of the whole. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;
/** A replay may take the file during a write. If that happens more often than this, something else is wrong. */
const TRIES = 50;

interface Current {
  handle: FileHandle;
  file: string;
  inode: number;
  bytes: number;
}

/**
 * The protocol of writer and replay. The replay renames, then reads. The writer writes, syncs, then checks whether
 * the file was taken.
 */
export interface SpoolWriter {
  /** Resolves once the lines are on the disk, in a file that a replay will read. */
  append(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Appends to a file that no other process writes to. Any process may take it at any moment by renaming it. A writer
 * whose file is gone after a sync appends the lines again to a new one, because the taker may have read the file
 * before. A line stored twice is harmless; a lost line is not.
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
          if (current.bytes >= FILE_BYTES_MAX) await leave();
          return;
        }
      } catch (error) {
        // The file may end in half a line, so nothing more is written there.
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
  // It contains phone numbers and texts, so only this user may read it.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${kind}-${Date.now()}-${randomUUID()}${OPEN}`);
  const handle = await open(file, "ax", 0o600);
  await syncFolder(folder);
  return { handle, file, inode: (await handle.stat()).ino, bytes: 0 };
}

/** Without this sync a crash could lose the file's name, and so the file. */
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
