import { parseArgs } from "node:util";
import freshReplies from "../../core/replies/data/fresh-replies.json" with { type: "json" };
import lastReplies from "../../core/replies/data/last-replies.json" with { type: "json" };
import learnReplies from "../../core/replies/data/learn-replies.json" with { type: "json" };
import publicReplies from "../../core/replies/data/public-replies.json" with { type: "json" };
import sealedReplies from "../../core/replies/data/sealed-replies.json" with { type: "json" };
import setCReplies from "../../core/replies/data/set-c-replies.json" with { type: "json" };
import setDReplies from "../../core/replies/data/set-d-replies.json" with { type: "json" };
import setEReplies from "../../core/replies/data/set-e-replies.json" with { type: "json" };
import setFReplies from "../../core/replies/data/set-f-replies.json" with { type: "json" };
import setGReplies from "../../core/replies/data/set-g-replies.json" with { type: "json" };
import setHReplies from "../../core/replies/data/set-h-replies.json" with { type: "json" };
import setIReplies from "../../core/replies/data/set-i-replies.json" with { type: "json" };
import { classifyReply } from "../../core/replies/replies.ts";
import {
  isSeen,
  type LabelledReply,
  measure,
  repliesOf,
} from "../../core/replies/testing/measure-replies.ts";

/**
 * Measures `classifyReply` on the collected replies: what it recognises, and how long it takes. Exits with 1 if the
 * median reply takes longer than the goal.
 *
 *     pnpm measure:replies [--set NAME] [--show]
 *
 *     --set    only this set, without the times. Kept-aside halves and set I are measured only when they are named.
 *     --show   also each reply that is taken for something else. Not for a kept-aside half: it is spoilt by a look.
 */
const GOAL_MICROSECONDS = 50;
const ROUNDS = 20;

const { values } = parseArgs({
  options: { set: { type: "string" }, show: { type: "boolean", default: false } },
});
const first = repliesOf(publicReplies);
const setG = repliesOf(setGReplies);
const setH = repliesOf(setHReplies);
const setI = repliesOf(setIReplies);
const sets: Record<string, readonly LabelledReply[]> = {
  "first set": first,
  "… tuned on": first.filter(isSeen),
  "… kept aside": first.filter((reply) => !isSeen(reply)),
  "fresh set": repliesOf(freshReplies),
  "last set": repliesOf(lastReplies),
  "half A, to learn from": repliesOf(learnReplies),
  "half B, sealed": repliesOf(sealedReplies),
  "set C": repliesOf(setCReplies),
  "set D": repliesOf(setDReplies),
  "set E": repliesOf(setEReplies),
  "set F": repliesOf(setFReplies),
  "set G, tuned on": setG.filter(isSeen),
  "set G, kept aside": setG.filter((reply) => !isSeen(reply)),
  "set H, tuned on": setH.filter(isSeen),
  "set H, kept aside": setH.filter((reply) => !isSeen(reply)),
};
const namedOnly: Record<string, readonly LabelledReply[]> = {
  "set H, kept aside": setH.filter((reply) => !isSeen(reply)),
  "set I": setI,
  "set I, half I1": setI.filter(isSeen),
  "set I, half I2": setI.filter((reply) => !isSeen(reply)),
};
const named = values.set === undefined ? undefined : { ...sets, ...namedOnly }[values.set];
if (values.set !== undefined && named === undefined) {
  const names = Object.keys({ ...sets, ...namedOnly }).map((name) => `  ${name}`);
  console.error(`There is no set "${values.set}". Pass one of these to --set:\n${names.join("\n")}`);
  process.exit(2);
}
const measuredSets = named === undefined ? sets : { [values.set!]: named };
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

for (const [name, replies] of Object.entries(measuredSets)) {
  const measured = measure(replies, (text) => classifyReply(text));
  console.log(
    `${name}: ${measured.replies} replies · opt-outs recognised ${percent(measured.recognised)}, English ` +
      `${percent(measured.recognisedEnglish)} · missed ${measured.missed.length} · false opt-outs ` +
      `${percent(measured.falseOptOutRate)} · false opt-ins ${measured.falseOptIns.length} · innocent ones asked ` +
      `${percent(measured.innocentAskedRate)} · complaints not asked ${measured.unasked.length}`,
  );
  if (!values.show) continue;
  const { missed, askedOptOuts, falseOptOuts, innocentAsked, unasked, otherwise } = measured;
  const shown = { missed, askedOptOuts, falseOptOuts, innocentAsked, unasked, otherwise };
  for (const [kind, list] of Object.entries(shown))
    for (const { language, text } of list) console.log(`  ${kind}: ${language} ${JSON.stringify(text)}`);
}

if (named !== undefined) process.exit(0);

const texts = Object.values(sets).flatMap((replies) => replies.map(({ text }) => text));
const timings: number[] = [];
for (let round = 0; round < ROUNDS; round += 1)
  for (const text of texts) {
    const before = performance.now();
    classifyReply(text);
    timings.push((performance.now() - before) * 1_000);
  }
const sorted = timings.slice(texts.length).sort((a, b) => a - b);
const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!;
const hostile = ["no ", "stop ", "别", "нет не ", "لا ما ", "huwag na "].map((piece) => {
  const before = performance.now();
  classifyReply(piece.repeat(1_600).slice(0, 1_600));
  return performance.now() - before;
});
console.log(
  `each reply: ${at(0.5).toFixed(1)} µs at the median, ${at(0.95).toFixed(1)} µs at 95 % · 1,600 repeated ` +
    `characters: ${Math.max(...hostile).toFixed(1)} ms at most`,
);
process.exit(at(0.5) > GOAL_MICROSECONDS ? 1 : 0);
