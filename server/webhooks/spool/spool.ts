import { accessSync, constants, mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { type SpoolEntry, type SpoolKind, toLine } from "./entry.ts";
import { createSpoolWriter } from "./writer.ts";

/**
 * About an hour of 400 callbacks a second. Beyond it the carrier repeats the requests, and what is lost is
 * reconciled.
 */
const SPOOL_BYTES_MAX = 1024 ** 3;

/** The spool has no room left. */
class SpoolFull extends Error {
  override readonly name = "SpoolFull";
}

/** Keeps webhooks on this machine's disk while the database is away. */
export interface Spool {
  readonly folder: string;
  /** The size of the folder, over all processes that share it: the last count plus what was added since. */
  readonly bytes: number;
  /** Resolves once the entries are on the disk; rejects if the disk or the spool is full. All entries are of one kind. */
  add(kind: SpoolKind, entries: readonly SpoolEntry[]): Promise<void>;
  /** Counts the folder again, because other processes may share it. */
  count(): void;
  close(): Promise<void>;
}

/**
 * Opens the spool. Throws a sentence if the folder can't be written to, so that it fails at the start and not in an
 * outage.
 */
export function openSpool(folder: string, mostBytes: number = SPOOL_BYTES_MAX): Spool {
  makeWritable(folder);
  const writers = {
    status: createSpoolWriter(folder, "status"),
    inbound: createSpoolWriter(folder, "inbound"),
  };
  let bytes = sizeOf(folder);
  return {
    folder,
    get bytes() {
      return bytes;
    },
    async add(kind, entries) {
      const lines = entries.map(toLine);
      const more = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
      if (bytes + more > mostBytes) {
        throw new SpoolFull(`The webhook spool is full: it has ${bytes} of at most ${mostBytes} bytes.`);
      }
      // Counted before the write, so that parallel calls can't exceed the limit together.
      bytes += more;
      await writers[kind].append(lines);
    },
    count() {
      bytes = sizeOf(folder);
    },
    async close() {
      await Promise.all([writers.status.close(), writers.inbound.close()]);
    },
  };
}

function makeWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Error(
      `Webhooks are kept in ${folder} while the database is away, and it can't be written to ` +
        `(${(error as { code?: string }).code}): give it to this user, or set DATA_DIR to another folder.`,
    );
  }
}

function sizeOf(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    // Another process may have removed it in between.
    bytes += statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
