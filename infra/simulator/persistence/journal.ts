import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  write,
} from "node:fs";
import { dirname } from "node:path";

const READ_BYTES = 1 << 20;

/** An append-only file of JSON lines. */
export interface Journal {
  /** Queues a record; `committed()` says when it is in the file. */
  write(record: object): void;
  /** Resolves once everything written so far is in the file; undefined if it already is. Rejects if the disk fails. */
  committed(): Promise<void> | undefined;
  /** Empties the file. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const NOTHING: Journal = {
  write: () => {},
  committed: () => undefined,
  clear: async () => {},
  close: async () => {},
};

/** Opens the file for appending. Without a path it returns a journal that stores nothing. */
export function openJournal(path: string | undefined): Journal {
  if (path === undefined) return NOTHING;
  mkdirSync(dirname(path), { recursive: true });
  return journalOn(openSync(path, "a", 0o600));
}

/** Records that arrive during a write share the next one, so that thousands a second cost few writes. */
function journalOn(fd: number): Journal {
  let lines: string[] = [];
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    try {
      while (lines.length > 0) {
        const chunk = Buffer.from(lines.join(""));
        lines = [];
        await append(fd, chunk);
      }
    } finally {
      writing = undefined;
    }
  }

  return {
    write(record) {
      lines.push(`${JSON.stringify(record)}\n`);
      // Started in a microtask, so that the records of one request are written together.
      if (writing === undefined) {
        writing = Promise.resolve().then(writeAll);
        // Callers of `committed()` get the disk's error; without a caller it must not be an unhandled rejection.
        writing.catch(() => {});
      }
    },
    committed: () => writing,
    async clear() {
      await writing;
      ftruncateSync(fd, 0);
    },
    async close() {
      await writing;
      fdatasyncSync(fd);
      closeSync(fd);
    },
  };
}

async function append(fd: number, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += await new Promise<number>((resolve, reject) => {
      write(fd, chunk, done, chunk.length - done, null, (error, written) =>
        error ? reject(error) : resolve(written),
      );
    });
  }
}

/**
 * Reads the records back, oldest first. Cuts off a last line that a crash left incomplete, so that the next record
 * does not join it.
 */
export function replayJournal(path: string, apply: (record: Record<string, unknown>) => void): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  let whole = 0;
  for (const line of wholeLines(path)) {
    apply(JSON.parse(line.toString("utf8")) as Record<string, unknown>);
    whole += line.length + 1;
  }
  if (whole < size) truncateSync(path, whole);
}

/** Split at line feeds only, by hand: JSON keeps U+2028 unescaped inside a text. */
function* wholeLines(path: string): Generator<Buffer> {
  const fd = openSync(path, "r");
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(READ_BYTES);
      const read = readSync(fd, chunk, 0, READ_BYTES, null);
      if (read === 0) return;
      const data = Buffer.concat([rest, chunk.subarray(0, read)]);
      let start = 0;
      for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
        yield data.subarray(start, end);
        start = end + 1;
      }
      rest = data.subarray(start);
    }
  } finally {
    closeSync(fd);
  }
}
