const FEWEST = 2;
const MOST = 16;

/**
 * How many tickets may wait in the queue: about as many as are taken between two looks at it. A short queue keeps a
 * pause quick and a newcomer's turn near; one that runs dry leaves workers idle. So it doubles when everything that was
 * added is gone at the next look, and shrinks by one when more than half still waits.
 */
export class QueueLength {
  #most = FEWEST;
  #filled = false;

  /** How many tickets may join the `waiting` ones. */
  room(waiting: number): number {
    if (waiting === 0 && this.#filled) this.#most = Math.min(MOST, this.#most * 2);
    else if (waiting * 2 > this.#most) this.#most = Math.max(FEWEST, this.#most - 1);
    return Math.max(0, this.#most - waiting);
  }

  /** Tells how many were added of those that there was room for. */
  added(tickets: number, room: number): void {
    this.#filled = tickets > 0 && tickets === room;
  }
}
