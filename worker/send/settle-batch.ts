import type { SendResult } from "@smscrm/core/send/submission-outcome";

/** Results per statement, and how long the first of them waits for others. */
const RESULTS_MAX = 200;
const WAIT_MS = 10;
const RETRY_MS = 500;

type Waiting = { result: SendResult; done: () => void };

/**
 * Collects the results of sends and writes many in one transaction. A result is never dropped but retried while the
 * database is away: otherwise a sent message would have an unknown outcome.
 */
export class SettleBatch {
  readonly #write: (results: SendResult[]) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #pending: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(write: (results: SendResult[]) => Promise<void>, onError: (error: unknown) => void) {
    this.#write = write;
    this.#onError = onError;
  }

  /** Resolves once the result is committed. */
  settle(result: SendResult): Promise<void> {
    return new Promise((done) => {
      this.#pending.push({ result, done });
      if (this.#pending.length >= RESULTS_MAX) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), WAIT_MS);
    });
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#pending;
    this.#pending = [];
    if (batch.length > 0) this.#writing = this.#writing.then(() => this.#commit(batch));
  }

  async #commit(batch: Waiting[]): Promise<void> {
    for (;;) {
      try {
        await this.#write(batch.map((waiting) => waiting.result));
        break;
      } catch (error) {
        this.#onError(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    for (const waiting of batch) waiting.done();
  }
}
