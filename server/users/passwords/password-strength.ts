import { Worker } from "node:worker_threads";
import { createFairQueue } from "../../fair-queue.ts";
import { tooMany } from "../../http/refusals.ts";

export interface StrengthQuestion {
  id: number;
  password: string;
  /** Words that someone who knows the person would try first. */
  words: readonly string[];
}

export interface StrengthAnswer {
  id: number;
  /** zxcvbn's score: 0 is guessed at once, 4 withstands an attack on a stolen hash. */
  score: number;
}

/**
 * The time of an estimate grows with the square of the length. A strong beginning stays strong, so the rest is not
 * needed.
 */
const ESTIMATED_CHARACTERS = 64;
/** Starting the thread takes one to two seconds on a slow machine, and an estimate up to one. */
const ANSWER_LIMIT_MS = 15_000;
/** The dictionaries take 70 MB. They are released when nobody has chosen a password for this long. */
const IDLE_MS = 60_000;

const inTurn = createFairQueue({
  atOnce: 1,
  atOncePerKey: 1,
  waitingPerKeyMax: 8,
  waitLimitMs: 20_000,
  refusal: () => tooMany("Too many passwords are being set from your network. Try again in a few seconds."),
});

let thread: Worker | null = null;
let idle: ReturnType<typeof setTimeout> | undefined;
let nextId = 1;

/**
 * Returns zxcvbn's score of the password, 0 to 4. It is computed in its own thread, because an estimate can take a
 * second and must not block the server. `of` is the key of the fair queue: a visitor's network or a person.
 */
export function passwordScore(password: string, words: readonly string[], of: string): Promise<number> {
  return inTurn(of, async () => {
    clearTimeout(idle);
    thread ??= startThread();
    try {
      const head = password.slice(0, ESTIMATED_CHARACTERS);
      return await ask(thread, { id: nextId++, password: head, words });
    } catch (error) {
      endThread();
      throw error;
    } finally {
      idle = setTimeout(endThread, IDLE_MS);
      idle.unref();
    }
  });
}

function startThread(): Worker {
  const started = new Worker(new URL("./password-strength-thread.ts", import.meta.url));
  // The thread must not keep the process alive.
  started.unref();
  return started;
}

function endThread(): void {
  void thread?.terminate();
  thread = null;
}

function ask(to: Worker, question: StrengthQuestion): Promise<number> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(limit);
      to.off("message", onMessage);
      to.off("error", onError);
    };
    const onMessage = ({ id, score }: StrengthAnswer) => {
      if (id !== question.id) return;
      done();
      resolve(score);
    };
    const onError = (error: Error) => {
      done();
      reject(error);
    };
    const limit = setTimeout(
      () => onError(new Error(`No estimate of a password within ${ANSWER_LIMIT_MS} ms`)),
      ANSWER_LIMIT_MS,
    );
    to.on("message", onMessage);
    to.on("error", onError);
    to.postMessage(question);
  });
}
