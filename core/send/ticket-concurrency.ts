/** Messages per slot: while one claim's requests are in flight, the next is claimed. */
const PER_SLOT = 2;
const FEWEST = 2;
const MOST = 64;
/** Weight of the latest ticket in the average size. */
const LATEST = 0.1;

/**
 * How many tickets a worker processes at once: enough to fill its slots twice. With more, a new tenant's few messages
 * would wait behind them here; with fewer small ones, slots would be idle.
 */
export class TicketConcurrency {
  readonly #slots: number;
  #usualSize: number;

  constructor(slots: number, usualSize: number) {
    this.#slots = slots;
    this.#usualSize = usualSize;
  }

  get count(): number {
    const filling = Math.ceil((PER_SLOT * this.#slots) / Math.max(1, this.#usualSize));
    return Math.min(MOST, Math.max(FEWEST, filling));
  }

  took(messages: number): void {
    this.#usualSize = this.#usualSize * (1 - LATEST) + messages * LATEST;
  }
}
