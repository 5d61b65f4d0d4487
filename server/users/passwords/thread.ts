import { Worker } from "node:worker_threads";

/** What a thread gets, and what it sends back. `id` matches them. */
export interface Question<T> {
  id: number;
  asked: T;
}
export type Answer<T> = { id: number; answer: T } | { id: number; fault: string };

export interface ThreadLimits {
  /** A thread that has not answered in this time is ended. */
  answerLimitMs: number;
  /** A thread that was not asked for this long is ended, which releases its memory. */
  idleMs: number;
}

/**
 * Returns a function that asks a program in a thread of its own, one question at a time. The thread is started at the
 * first question.
 */
export function createThread<Asked, Told>(program: URL, { answerLimitMs, idleMs }: ThreadLimits) {
  let thread: Worker | null = null;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let nextId = 1;

  function start(): Worker {
    const started = new Worker(program);
    // The thread must not keep the process alive.
    started.unref();
    return started;
  }

  function end(): void {
    void thread?.terminate();
    thread = null;
  }

  return async function ask(asked: Asked): Promise<Told> {
    clearTimeout(idle);
    thread ??= start();
    try {
      return await answerOf<Asked, Told>(thread, { id: nextId++, asked }, answerLimitMs);
    } catch (error) {
      end();
      throw error;
    } finally {
      idle = setTimeout(end, idleMs);
      idle.unref();
    }
  };
}

function answerOf<Asked, Told>(to: Worker, question: Question<Asked>, limitMs: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(limit);
      to.off("message", onMessage);
      to.off("error", onError);
    };
    const onMessage = (answer: Answer<Told>) => {
      if (answer.id !== question.id) return;
      if ("fault" in answer) return onError(new Error(answer.fault));
      done();
      resolve(answer.answer);
    };
    const onError = (error: Error) => {
      done();
      reject(error);
    };
    const limit = setTimeout(() => onError(new Error(`No answer of a thread within ${limitMs} ms`)), limitMs);
    to.on("message", onMessage);
    to.on("error", onError);
    to.postMessage(question);
  });
}
