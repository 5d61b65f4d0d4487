const TICKETS_MIN = 2;
const TICKETS_MAX = 16;

/**
 * How many tickets may wait in the queue: about as many as are taken between two looks at it. A short queue pauses
 * quickly and lets a new tenant send soon; an empty one leaves workers idle. So the length doubles when all that was
 * added is gone at the next look, and shrinks by one when more than half still waits.
 */
export class QueueLength {
  #lengthMax = TICKETS_MIN;
  #filled = false;

  /** How many tickets may join the `waiting` ones. */
  room(waiting: number): number {
    if (waiting === 0 && this.#filled) this.#lengthMax = Math.min(TICKETS_MAX, this.#lengthMax * 2);
    else if (waiting * 2 > this.#lengthMax) this.#lengthMax = Math.max(TICKETS_MIN, this.#lengthMax - 1);
    return Math.max(0, this.#lengthMax - waiting);
  }

  /** Records how many tickets were added, and for how many there was room. */
  added(tickets: number, room: number): void {
    this.#filled = tickets > 0 && tickets === room;
  }
}
