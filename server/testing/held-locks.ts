import type { Pipeline } from "@smscrm/db/postgres/connection";

/** Holds locks in transactions beside a test's calls. `release` ends all of them. */
export function createHeldLocks(sql: () => Pipeline) {
  const releases: (() => Promise<void>)[] = [];
  return {
    /** Resolves once the statement holds its locks. */
    async hold(statement: string): Promise<void> {
      let release = () => {};
      const over = new Promise<void>((resolve) => {
        release = resolve;
      });
      let ended: Promise<unknown> = Promise.resolve();
      await new Promise<void>((locked, failed) => {
        ended = sql()
          .begin(async (tx) => {
            await tx.unsafe(statement);
            locked();
            await over;
          })
          .catch(failed);
      });
      releases.push(async () => {
        release();
        await ended;
      });
    },
    async release(): Promise<void> {
      for (const each of releases.splice(0)) await each();
    },
  };
}

/** Returns an answer, and the milliseconds that it took. */
export async function timed<T>(work: PromiseLike<T> | T): Promise<{ ms: number; answer: T }> {
  const from = performance.now();
  const answer = await work;
  return { ms: performance.now() - from, answer };
}
