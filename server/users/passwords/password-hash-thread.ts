import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { hashSync, verifySync } from "@node-rs/argon2";
import type { HashQuestion } from "./passwords.ts";
import type { Answer, Question } from "./thread.ts";

/** Gives way to the thread that answers requests, and to everything else of usual priority. */
const GIVES_WAY = 10;

// On Linux a thread has a priority of its own. Elsewhere this would be the whole process's.
if (process.platform === "linux") setPriority(0, GIVES_WAY);

parentPort?.on("message", ({ id, asked }: Question<HashQuestion>) => {
  parentPort?.postMessage(answerTo(id, asked));
});

function answerTo(id: number, asked: HashQuestion): Answer<string | boolean> {
  try {
    const answer =
      "hash" in asked ? verifySync(asked.hash, asked.password) : hashSync(asked.password, asked.cost);
    return { id, answer };
  } catch (error) {
    return { id, fault: (error as Error).message };
  }
}
