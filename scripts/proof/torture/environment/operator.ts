import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";

const TRY_FOR_MS = 90_000;
const ANSWER_LIMIT_MS = 30_000;

/**
 * An operator's psql for a server that may go away at any time. Work is retried on a new connection until it
 * succeeds, so it must be idempotent.
 */
export class Operator {
  readonly #url: string;
  #sql: Pipeline | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async run<T>(work: (sql: Pipeline) => Promise<T>): Promise<T> {
    const asked = new Error("asked here");
    const deadline = Date.now() + TRY_FOR_MS;
    for (;;) {
      this.#sql ??= openPipeline(this.#url, { name: "torture", max: 3 });
      const sql = this.#sql;
      try {
        return await inTime(work(sql), asked);
      } catch (error) {
        this.#discard(sql);
        const { code = "" } = error as { code?: string };
        // A statement that PostgreSQL refuses (class 22, 23, 42) would be refused again.
        if (/^(22|23|42)/.test(code) || Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #discard(sql: Pipeline): void {
    if (this.#sql === sql) this.#sql = null;
    void sql.end({ timeout: 0 }).catch(() => {});
  }

  async close(): Promise<void> {
    await this.#sql?.end({ timeout: 2 }).catch(() => {});
    this.#sql = null;
  }
}

function inTime<T>(work: Promise<T>, asked: Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const silent = () => reject(new Error("the database did not answer", { cause: asked }));
    const timer = setTimeout(silent, ANSWER_LIMIT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
