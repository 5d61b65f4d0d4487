/** Messages are claimed ahead of their slot by what will be answered in this time: well within the hand-over limit. */
const AHEAD_MS = 75;
/** Weight of the latest answer in the carrier's usual time. */
const LATEST = 0.05;

interface Begin {
  deadlineMs: number;
  answer: (begun: boolean) => void;
}

/**
 * How many requests to the carrier may be under way at once. Starts at `limit`, halves when the carrier says that
 * it is too much (HTTP 429), and grows back by one for as many requests that went well as are allowed. Those that
 * were under way at a halving say nothing new, so a burst of 429s counts once.
 *
 * A claim takes a transaction's time, in which the slots that it is for would stand idle. So messages are claimed ahead
 * (`take`), as many as will find a slot soon (`begin`) by the time that the carrier takes to answer.
 */
export class Slots {
  readonly #limit: number;
  #allowed: number;
  /** Messages that are claimed for, claimed, or under way. */
  #taken = 0;
  #underWay = 0;
  /** The carrier's usual time for an answer, in milliseconds; null before the first. */
  #usualMs: number | null = null;
  #sinceChange = 0;
  /** Answers still to come from requests that began before the last halving. */
  #stale = 0;
  readonly #waiting: { most: number; give: (slots: number) => void }[] = [];
  /** In the order of their claims; whose deadline has passed is told so by the timer. */
  readonly #beginning: Begin[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(limit: number) {
    this.#limit = limit;
    this.#allowed = limit;
  }

  get allowed(): number {
    return this.#allowed;
  }

  get taken(): number {
    return this.#taken;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** How many may be claimed beyond those that may be under way. */
  get ahead(): number {
    if (this.#usualMs === null) return 0;
    return Math.floor(this.#allowed * Math.min(1, AHEAD_MS / Math.max(1, this.#usualMs)));
  }

  /**
   * Waits until there is room for a useful number of messages and takes it: half of those allowed at that moment, or all
   * that are asked for when that is less. One at a time would make a transaction of each message; half of the original
   * limit would, after a few halvings, wait until all are free, and one request without an answer would stop every other.
   */
  take(most: number): Promise<number> {
    return new Promise((give) => {
      this.#waiting.push({ most, give });
      this.#serve();
    });
  }

  /** Room that was taken for messages that don't go. */
  give(slots: number): void {
    this.#taken -= slots;
    this.#serve();
  }

  /**
   * Waits for a slot for one message that room was taken for. True: it has one, until `end`. False: there was none until
   * `deadlineMs` (of `performance.now()`); it still has its room, to be given back.
   */
  begin(deadlineMs: number): Promise<boolean> {
    return new Promise((answer) => {
      this.#beginning.push({ deadlineMs, answer });
      this.#serve();
    });
  }

  /** The request is over, or was not made after all (null); otherwise after so many milliseconds. */
  end(tookMs: number | null): void {
    this.#taken -= 1;
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
      const free = this.#allowed + this.ahead - this.#taken;
      if (free < Math.min(first.most, Math.max(1, Math.floor(this.#allowed / 2)))) return;
      this.#waiting.shift();
      const slots = Math.min(free, first.most);
      this.#taken += slots;
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
