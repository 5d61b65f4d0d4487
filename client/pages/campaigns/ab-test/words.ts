import { type AbMeasure, type AbPlan, variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import { percentWords } from "@smscrm/core/campaigns/first-part/canary";
import type { ShownTest } from "../../../data/campaigns/ab-test.ts";
import type { Preflight } from "../../../data/campaigns.ts";
import type { Message } from "../../../data/messages.ts";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { minutesWords } from "../timing-words.ts";

export const MEASURE_OPTIONS: readonly (readonly [AbMeasure, string])[] = [
  ["replies", "Most replies"],
  ["clicks", "Most clicks"],
  ["delivered", "Most delivered"],
  ["opt-outs", "Fewest opt-outs"],
];

/** The head of the measure's column. */
export const MEASURE_HEADS: Readonly<Record<AbMeasure, string>> = {
  replies: "Replied",
  clicks: "Clicked",
  delivered: "Delivered",
  "opt-outs": "Opted out",
};

const MEASURE_WORDS: Readonly<Record<AbMeasure, string>> = {
  replies: "replies",
  clicks: "clicks",
  delivered: "delivered",
  "opt-outs": "fewest opt-outs",
};

/** "20 %, at least 500 contacts, by replies after 4 hours; if unclear, a person chooses". */
export function abPlanWords({
  percent,
  atLeast,
  measure,
  waitMinutes,
  choice,
  unclear,
  defaultVariant,
}: AbPlan): string {
  const how = `${percent} %, at least ${countOf(atLeast, "contact")}, by ${MEASURE_WORDS[measure]} after ${minutesWords(waitMinutes)}`;
  if (choice === "hand") return `${how}; a person chooses`;
  return `${how}; if unclear, ${unclear === "hold" ? "a person chooses" : `text ${variantName(defaultVariant)}`}`;
}

type Plan = NonNullable<Preflight["abTest"]>;

/** Says who is in the test, and what happens then. */
export function planSentence({ size, rest, texts, plan }: Plan): string {
  const all = `Each of ${countOf(texts.length, "text")} goes to about ${countOf(Math.round(size / texts.length), "contact")}, chosen at random.`;
  if (rest === 0)
    return `${all} All recipients are in the test, so nobody is left for the text that does best.`;
  const wait = minutesWords(plan.waitMinutes);
  if (plan.choice === "hand")
    return `${all} The other ${formatCount(rest)} wait until somebody chooses a text. You are asked ${wait} after the last of the test has gone.`;
  const unclear =
    plan.unclear === "hold" ? "somebody chooses" : `they get text ${variantName(plan.defaultVariant)}`;
  return `${all} ${wait} after the last of them has gone, the other ${formatCount(rest)} get the text that is clearly better; if none is, ${unclear}.`;
}

/** "5.2 %, between 3.1 % and 8.4 %"; a dash before anything was counted. */
export function shareWords({ of, share, low, high }: ShownTest["shares"][number]): string {
  if (of === 0) return "–";
  return `${percentWords(share)} (${percentWords(low)} to ${percentWords(high)})`;
}

/** Which text a message has, and why. */
export function itsTextWords({
  variant,
  isInTest,
  sentence,
  decidedBy,
}: NonNullable<Message["itsText"]>): string {
  if (variant === null) return "Waits until a text is chosen";
  const text = `Text ${variantName(variant)}`;
  if (isInTest) return `${text}, by chance, as part of the test`;
  if (decidedBy) return `${text}, chosen by ${decidedBy}`;
  return sentence ? `${text}, chosen by the rule: ${sentence}` : text;
}
