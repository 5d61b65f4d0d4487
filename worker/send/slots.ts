/**
 * How many requests to the carrier may be under way at once. Starts at `limit`, halves when the carrier says that
 * it is too much (HTTP 429), and grows back by one for as many requests that went well as are allowed. Those that
 * were under way at a halving say nothing new, so a burst of 429s counts once.
 */
export class Slots {
  readonly #limit: number;
  #allowed: number;
  #taken = 0;
  #sinceChange = 0;
  /** Answers still to come from requests that began before the last halving. */
  #stale = 0;
  readonly #waiting: { most: number; give: (slots: number) => void }[] = [];

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

  /**
   * Waits until a useful number of slots is free and takes them: half of those allowed at that moment, or all that are
   * asked for when that is less. One at a time would make a transaction of each message; half of the original limit
   * would, after a few halvings, wait until all are free, and one request without an answer would stop every other.
   */
  take(most: number): Promise<number> {
    return new Promise((give) => {
      this.#waiting.push({ most, give });
      this.#serve();
    });
  }

  give(slots: number): void {
    this.#taken -= slots;
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
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const free = this.#allowed - this.#taken;
      if (free < Math.min(first.most, Math.max(1, Math.floor(this.#allowed / 2)))) return;
      this.#waiting.shift();
      const slots = Math.min(free, first.most);
      this.#taken += slots;
      first.give(slots);
    }
  }
}
