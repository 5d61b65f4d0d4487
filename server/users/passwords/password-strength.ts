import { createFairQueue } from "../../fair-queue.ts";
import { tooMany } from "../../http/refusals.ts";
import { createThread } from "./thread.ts";

export interface StrengthQuestion {
  password: string;
  /** Words that someone who knows the person would try first. */
  words: readonly string[];
}

/**
 * The time of an estimate grows with the square of the length. A strong beginning stays strong, so the rest is not
 * needed.
 */
const ESTIMATED_CHARACTERS = 64;
/**
 * Starting the thread takes one to two seconds on a slow machine, and an estimate up to one. The dictionaries take 70 MB,
 * which are released when nobody has chosen a password for a minute.
 */
const THREAD = { answerLimitMs: 15_000, idleMs: 60_000 };

const inTurn = createFairQueue({
  atOnce: 1,
  atOncePerKey: 1,
  waitingPerKeyMax: 8,
  waitLimitMs: 20_000,
  refusal: () => tooMany("Too many passwords are being set from your network. Try again in a few seconds."),
});

const ask = createThread<StrengthQuestion, number>(
  new URL("./password-strength-thread.ts", import.meta.url),
  THREAD,
);

/**
 * Returns zxcvbn's score of the password, 0 to 4. It is computed in its own thread, because an estimate can take a
 * second and must not block the server. `of` is the key of the fair queue: a visitor's network or a person.
 */
export function passwordScore(password: string, words: readonly string[], of: string): Promise<number> {
  return inTurn(of, () => ask({ password: password.slice(0, ESTIMATED_CHARACTERS), words }));
}
