/** Messages in hand per slot: while one claim's requests are under way, the next is claimed. */
const PER_SLOT = 2;
const FEWEST = 2;
const MOST = 64;
/** Weight of the latest ticket in their usual size. */
const LATEST = 0.1;

/**
 * How many tickets a worker works on at once: as many as fill its slots twice. More would only wait in line here, where
 * a newcomer's few messages wait behind them; fewer of those with a message or two would leave slots idle.
 */
export class TicketsAtOnce {
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
