/** Messages are claimed ahead of their slot if it becomes free in this time: well within the submission limit. */
const AHEAD_MS = 75;
/** Weight of the latest response time in the average. */
const LATEST = 0.05;

interface Begin {
  deadlineMs: number;
  answer: (begun: boolean) => void;
}

/**
 * Limits the parallel requests to the carrier. Starts at `limit`, halves when the carrier answers HTTP 429, and grows
 * back by one after as many successes as the limit. Answers to requests from before a halving change nothing, so a
 * burst of 429s counts once.
 * A claim takes a transaction's time, in which its slots would be idle. So messages are claimed ahead (`reserve`): as
 * many as will get a slot soon (`acquire`), by the carrier's average response time.
 */
export class AdaptiveConcurrency {
  readonly #limit: number;
  #allowed: number;
  /** Messages that are being claimed, are claimed, or are in flight. */
  #reserved = 0;
  #underWay = 0;
  /** The carrier's average response time in milliseconds; null before the first answer. */
  #usualMs: number | null = null;
  #sinceChange = 0;
  /** Outstanding answers to requests that started before the last halving. */
  #stale = 0;
  readonly #waiting: { most: number; give: (slots: number) => void }[] = [];
  /** In the order of their claims. The timer rejects those whose deadline has passed. */
  readonly #beginning: Begin[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(limit: number) {
    this.#limit = limit;
    this.#allowed = limit;
  }

  get allowed(): number {
    return this.#allowed;
  }

  get reserved(): number {
    return this.#reserved;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** How many may be claimed beyond those that may be in flight. */
  get ahead(): number {
    if (this.#usualMs === null) return 0;
    return Math.floor(this.#allowed * Math.min(1, AHEAD_MS / Math.max(1, this.#usualMs)));
  }

  /**
   * Waits until there is room for a useful number of messages and reserves it: half of the current limit, or all that
   * are asked for if that is less. One at a time would need a transaction per message. Half of the original limit
   * would, after a few halvings, wait until all are free, and one request without an answer would block the rest.
   */
  reserve(most: number): Promise<number> {
    return new Promise((give) => {
      this.#waiting.push({ most, give });
      this.#serve();
    });
  }

  /** Releases room that was reserved for messages that are not sent. */
  release(slots: number): void {
    this.#reserved -= slots;
    this.#serve();
  }

  /**
   * Waits for a slot for one message with reserved room. True: it has a slot until `finish`. False: none was free until
   * `deadlineMs` (of `performance.now()`), and the room is still to be released.
   */
  acquire(deadlineMs: number): Promise<boolean> {
    return new Promise((answer) => {
      this.#beginning.push({ deadlineMs, answer });
      this.#serve();
    });
  }

  /** Ends a request. `tookMs` is null if it was not made. */
  finish(tookMs: number | null): void {
    this.#reserved -= 1;
    this.#underWay -= 1;
    if (tookMs !== null) this.#usualMs = (this.#usualMs ?? tookMs) * (1 - LATEST) + tookMs * LATEST;
    this.#serve();
  }

  slowDown(): void {
    if (this.#stale > 0) {
      this.#stale -= 1;
      return;
    }
    this.#stale = this.#allowed - 1;
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#sinceChange = 0;
  }

  wentWell(): void {
    if (this.#stale > 0) this.#stale -= 1;
    if (this.#allowed === this.#limit) return;
    this.#sinceChange += 1;
    if (this.#sinceChange < this.#allowed) return;
    this.#allowed += 1;
    this.#sinceChange = 0;
    this.#serve();
  }

  #serve(): void {
    this.#serveBeginning();
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const free = this.#allowed + this.ahead - this.#reserved;
      if (free < Math.min(first.most, Math.max(1, Math.floor(this.#allowed / 2)))) return;
      this.#waiting.shift();
      const slots = Math.min(free, first.most);
      this.#reserved += slots;
      first.give(slots);
    }
  }

  #serveBeginning(): void {
    const nowMs = performance.now();
    for (let first = this.#beginning[0]; first; first = this.#beginning[0]) {
      const late = nowMs > first.deadlineMs;
      if (!late && this.#underWay >= this.#allowed) break;
      this.#beginning.shift();
      if (!late) this.#underWay += 1;
      first.answer(!late);
    }
    const next = this.#beginning[0];
    if (!next || this.#timer) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#serve();
      },
      Math.max(1, next.deadlineMs - nowMs + 1),
    );
  }
}
