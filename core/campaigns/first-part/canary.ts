import { count, counted } from "../../text/counted.ts";
import { criticalCount, upperTail } from "./binomial.ts";

/** What is counted about people who were texted. A person counts once in each. */
export interface PartFigures {
  /** Messages that the carrier took or refused. */
  sent: number;
  /** Of them, with a final status. */
  reported: number;
  /** Refused by the carrier, or not delivered. */
  failures: number;
  optOuts: number;
  /** Replies that may be an opt-out or a complaint, for a person to read. */
  complaints: number;
}

/** The same about the tenant's last campaigns. */
export interface Baseline extends PartFigures {
  campaigns: number;
}

const MEASURES = ["failures", "optOuts", "complaints"] as const;
type Measure = (typeof MEASURES)[number];

/** A baseline is made of this many campaigns at most, none of them older than this. */
export const BASELINE_CAMPAIGNS_MAX = 20;
export const BASELINE_DAYS = 90;

/** What is taken as usual of a tenant without history. */
const DEFAULT_RATES: Readonly<Record<Measure, number>> = { failures: 0.05, optOuts: 0.01, complaints: 0.01 };
/** The default weighs as much as this number of the tenant's own messages, so a short history changes it little. */
const DEFAULT_WEIGHT = 1_000;

/**
 * The probability, for each of the three measures, that an ordinary campaign is held by chance. With all three it is at most
 * three times that (Bonferroni). One look is made, at the end of the watch, so there is no more to correct.
 */
const ALPHA = 0.01;

/** Fewer messages than this show nothing, whatever happened to them. */
const SENT_MIN = 20;

/** Returns what share is usual: the tenant's own, drawn towards the default where its history is short. */
export function usualRate(measure: Measure, baseline: Baseline): number {
  return (baseline[measure] + DEFAULT_RATES[measure] * DEFAULT_WEIGHT) / (baseline.sent + DEFAULT_WEIGHT);
}

const EVENT_WORDS: Readonly<Record<Measure, string>> = {
  failures: "failed",
  optOuts: "opted out",
  complaints: "replied with a possible opt-out or complaint",
};

/** Returns from how many of each measure a part of this size is held. */
export function holdLimits(sent: number, baseline: Baseline): Record<Measure, number> {
  const limit = (measure: Measure) => criticalCount(sent, usualRate(measure, baseline), ALPHA);
  return { failures: limit("failures"), optOuts: limit("optOuts"), complaints: limit("complaints") };
}

export interface CanaryAnswer {
  kind: "go" | "hold";
  /** What was seen and why, for the team. */
  sentence: string;
}

/**
 * Decides whether the rest goes. It is held if, for failures, opt-outs or complaints, as many as were seen or more would
 * happen by chance with a probability of at most `ALPHA` at the tenant's usual share (one-sided exact binomial test). It is
 * also held if too little is known: fewer than `SENT_MIN` messages went, or no carrier reported on any of them, in which
 * case opt-outs would not have arrived either.
 */
export function decideCanary(seen: PartFigures, baseline: Baseline): CanaryAnswer {
  const { sent, reported } = seen;
  if (sent < SENT_MIN)
    return held(
      `Only ${count(sent)} of the first part ${sent === 1 ? "was" : "were"} sent, too few to judge by`,
    );
  if (reported === 0)
    return held(`No delivery report has come for any of the ${count(sent)}, so nothing can be judged`);
  const unusual = MEASURES.filter(
    (measure) => upperTail(seen[measure], sent, usualRate(measure, baseline)) <= ALPHA,
  );
  if (unusual.length > 0)
    return held(unusual.map((measure) => comparison(measure, seen, baseline)).join("; "));
  const counts = MEASURES.map((measure) => `${count(seen[measure])} ${EVENT_WORDS[measure]}`).join(", ");
  return { kind: "go", sentence: `${counts} of ${count(sent)}: nothing unusual, so the rest goes.` };
}

const held = (why: string): CanaryAnswer => ({
  kind: "hold",
  sentence: `${why}: held until somebody decides.`,
});

function comparison(measure: Measure, seen: PartFigures, baseline: Baseline): string {
  const usual = percentWords(usualRate(measure, baseline));
  return `${count(seen[measure])} of ${count(seen.sent)} ${EVENT_WORDS[measure]}, usually ${usual}`;
}

/** "0.4 %", "12 %". */
export const percentWords = (share: number): string =>
  `${Number((share * 100).toPrecision(2)).toLocaleString("en-US", { maximumFractionDigits: 2 })} %`;

/** Why a part that can't go in time is held. */
export const notSentInTime = (left: number, size: number): string =>
  held(`${counted(left, "message")} of the first ${count(size)} could not go in time`).sentence;

/** Why nothing is watched: all recipients are in the first part. */
export const wholeAudience = "All recipients are in the first part, so nothing waits.";
