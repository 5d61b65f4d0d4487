import { parentPort } from "node:worker_threads";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as commonDictionary } from "@zxcvbn-ts/language-common";
import { dictionary as englishDictionary } from "@zxcvbn-ts/language-en";
import type { StrengthQuestion } from "./password-strength.ts";
import type { Answer, Question } from "./thread.ts";

/** Trying more ways to read "1" and "@" as letters takes seconds, and finds nothing that these don't. */
const SUBSTITUTIONS_MAX = 16;

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...commonDictionary, ...englishDictionary },
  graphs: adjacencyGraphs,
  l33tMaxSubstitutions: SUBSTITUTIONS_MAX,
});

parentPort?.on("message", ({ id, asked }: Question<StrengthQuestion>) => {
  const answer = zxcvbn.check(asked.password, [...asked.words]).score;
  parentPort?.postMessage({ id, answer } satisfies Answer<number>);
});
