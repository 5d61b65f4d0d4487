import { chmod, open, readFile } from "node:fs/promises";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import {
  type ErasureList,
  erasureLine,
  keyLine,
  type ListedErasure,
  readErasureFile,
  readErasureList,
  repeatErasures,
} from "@smscrm/db/privacy/erasure-list";
import { finishOpenErasures, lookAgain } from "@smscrm/db/privacy/erasures";
import type { Logger } from "pino";
import type { Loop } from "../loop.ts";

const ROUND_MS = 5_000;
/** How often the whole list is compared with the database, which may have been restored under a running worker. */
const COMPARE_MS = 60_000;
/** A transaction that began before a round may commit after it. */
const OVERLAP_MS = 5 * 60_000;

/**
 * Finishes erasures, and keeps their list in a file outside of the database. What the file has and the database lacks was
 * lost by a restore, and is erased again.
 */
export function erasureLoop(pipeline: Pipeline, file: string | undefined, log: Logger): Loop {
  if (!file)
    log.warn("ERASURE_LIST is not set: erasures are kept only in the database, and a restore may lose them");
  const list = file ? new ListFile(file) : null;
  let comparedAt = Number.NEGATIVE_INFINITY;
  return {
    name: "erasures",
    run: async () => {
      await finishOpenErasures(pipeline);
      await lookAgain(pipeline);
      if (!list) return ROUND_MS;
      if (performance.now() - comparedAt > COMPARE_MS) {
        const known = await list.read();
        const { repeated, found } = known ? await repeatErasures(pipeline, known) : { repeated: 0, found: 0 };
        if (repeated > 0) log.warn({ repeated, found }, "the database was restored: erased people again");
        comparedAt = performance.now();
      }
      await list.add(await readErasureList(pipeline, list.newestAt));
      return ROUND_MS;
    },
  };
}

/** The file is only ever appended to. It has the key of the hashes, so only this user may read it. */
class ListFile {
  readonly #path: string;
  #lines: Set<string> | null = null;
  newestAt = new Date(0);

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<ErasureList | null> {
    const text = await readFile(this.#path, "utf8").catch((error: { code?: string }) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const known = readErasureFile(text);
    this.#lines = new Set(known?.erasures.map(erasureLine));
    return known;
  }

  async add({ key, erasures }: ErasureList): Promise<void> {
    const lines = this.#lines!;
    const fresh = erasures.filter((one) => !lines.has(erasureLine(one)));
    if (fresh.length > 0 || lines.size === 0) await this.#append(key, fresh);
    for (const one of fresh) lines.add(erasureLine(one));
    const newest = erasures.at(-1);
    if (newest) this.newestAt = new Date(newest.erasedAt.getTime() - OVERLAP_MS);
  }

  async #append(key: string, fresh: readonly ListedErasure[]): Promise<void> {
    const file = await open(this.#path, "a", 0o600);
    try {
      const isNew = (await file.stat()).size === 0;
      if (!isNew && fresh.length === 0) return;
      await chmod(this.#path, 0o600);
      // A blank line ends one that a full disk cut off.
      const lines = [isNew ? keyLine(key) : "", ...fresh.map(erasureLine)];
      await file.appendFile(`${lines.join("\n")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
