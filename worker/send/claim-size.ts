import { HAND_OVER_LIMIT_MS } from "@smscrm/core/send-job";

/** Above this share of the limit a claim is too slow for comfort, below the other there is room for more. */
const SLOW = 0.6;
const QUICK = 0.3;

/**
 * How many messages one claim takes. A claim whose facts are older than the limit hands nothing over; on a database
 * that is slow or contended, claims of the full size would all be released, again and again, and nothing would ever
 * go. So the size halves while claims are slow, down to one message, and grows again while they are quick.
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

  /** Tells how long a claim of `messages` took from its clock's start to its commit, in milliseconds. */
  took(ms: number, messages: number): void {
    if (ms > HAND_OVER_LIMIT_MS * SLOW) this.#size = Math.max(1, Math.min(this.#size, messages) >> 1);
    else if (ms < HAND_OVER_LIMIT_MS * QUICK && messages >= this.#size)
      this.#size = Math.min(this.#most, this.#size + Math.max(1, this.#size >> 2));
  }
}
