import { SUBMISSION_LIMIT_MS } from "../send/send-job.ts";

/** Below this share of the limit a claim may grow. Measured: see `worker/send/README.md`. */
const QUICK = 0.6;

/**
 * How many messages one claim takes. A claim whose facts are older than the limit submits nothing. On a slow
 * database, claims of the full size would all be released, again and again, and nothing would ever be sent. So the
 * size halves while claims come too late, down to one message, and grows again while they are quick. A claim that was
 * slow but in time has sent its messages: shrinking then would only make more claims.
 */
export class ClaimSize {
  readonly #most: number;
  #size: number;

  constructor(most: number) {
    this.#most = most;
    this.#size = most;
  }

  get size(): number {
    return this.#size;
  }

  /** Records how long a claim of `messages` took from its clock's start to its commit, in milliseconds. */
  took(ms: number, messages: number): void {
    if (ms > SUBMISSION_LIMIT_MS) this.#size = Math.max(1, Math.min(this.#size, messages) >> 1);
    else if (ms < SUBMISSION_LIMIT_MS * QUICK && messages >= this.#size)
      this.#size = Math.min(this.#most, this.#size + Math.max(1, this.#size >> 2));
  }
}
