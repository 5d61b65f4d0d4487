import { parentPort } from "node:worker_threads";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as commonDictionary } from "@zxcvbn-ts/language-common";
import { dictionary as englishDictionary } from "@zxcvbn-ts/language-en";
import type { StrengthAnswer, StrengthQuestion } from "./password-strength.ts";

/** Trying more ways to read "1" and "@" as letters takes seconds, and finds nothing that these don't. */
const SUBSTITUTIONS_MAX = 16;

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...commonDictionary, ...englishDictionary },
  graphs: adjacencyGraphs,
  l33tMaxSubstitutions: SUBSTITUTIONS_MAX,
});

parentPort?.on("message", ({ id, password, words }: StrengthQuestion) => {
  const answer: StrengthAnswer = { id, score: zxcvbn.check(password, [...words]).score };
  parentPort?.postMessage(answer);
});
