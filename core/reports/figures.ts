/**
 * The figures of a report. Each counts messages, not events: a message that was answered twice is answered once. So every
 * figure can open exactly the messages that it counts. A message counts at the time of its last submission to the carrier; one
 * that was not sent, at the time of that decision.
 */
export const FIGURES = [
  "sent",
  "delivered",
  "failed",
  "open",
  "notSent",
  "replied",
  "optedOut",
  "clicked",
] as const;
export type Figure = (typeof FIGURES)[number];

/** How long after a message a reply or an opt-out still counts as its answer. `0079_reports.sql` has the same. */
const ANSWER_DAYS = 7;

/** The figures of some messages. Money in micros. */
export interface Figures {
  sent: number;
  delivered: number;
  failed: number;
  /** Sent, and the carrier has not said yet what became of it. */
  open: number;
  notSent: number;
  replied: number;
  optedOut: number;
  clicked: number;
  segments: number;
  costMicros: number;
  /** The part of the cost whose price the carrier has not stated. */
  estimatedMicros: number;
}

/** What a report's table is by. */
export const DIMENSIONS = [
  "campaign",
  "audience",
  "template",
  "sender",
  "country",
  "hour",
  "weekday",
  "failed",
  "notSent",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What each figure counts, in one sentence: the help of the page, and the table in docs/reports.md. */
export const FIGURE_HELP: Readonly<Record<Figure | "cost" | "costPerReply" | "deliveryRate", string>> = {
  sent: "Messages submitted to the carrier, at the time of their last submission. Refused ones count too.",
  delivered: "Sent messages that the carrier reports as delivered.",
  failed: "Sent messages that the carrier refused or could not deliver.",
  open: "Sent messages whose result the carrier has not reported yet.",
  notSent: "Messages that a check refused or a person canceled, at the time of that decision.",
  replied: `Sent messages that were answered: it was the latest to this person in the ${ANSWER_DAYS} days before the reply. Opt-outs count too.`,
  optedOut: `Sent messages after which the person opted out, by reply or link, within ${ANSWER_DAYS} days.`,
  clicked:
    "Sent messages whose short link the person opened. Clicks that are kept without a person are only on the campaign's page.",
  cost: "The carrier's prices. Where it has not stated one, our estimate.",
  costPerReply: "Cost divided by the messages that were answered.",
  deliveryRate: "Delivered of those whose result is known.",
};

/** Returns the share of delivered messages among those whose result is known, from 0 to 1; null: none is known. */
export function deliveryRate({ delivered, failed }: Pick<Figures, "delivered" | "failed">): number | null {
  return delivered + failed > 0 ? delivered / (delivered + failed) : null;
}

/** Returns the cost of each answered message in micros; null: none was answered. */
export function costPerReply({
  costMicros,
  replied,
}: Pick<Figures, "costMicros" | "replied">): number | null {
  return replied > 0 ? Math.round(costMicros / replied) : null;
}

export const NO_FIGURES: Readonly<Figures> = {
  ...{ sent: 0, delivered: 0, failed: 0, open: 0, notSent: 0, replied: 0, optedOut: 0, clicked: 0 },
  ...{ segments: 0, costMicros: 0, estimatedMicros: 0 },
};

/** Returns the sum of figures of different messages. */
export function sumOf(all: readonly Figures[]): Figures {
  const sum = { ...NO_FIGURES };
  for (const one of all) for (const name of Object.keys(sum) as (keyof Figures)[]) sum[name] += one[name];
  return sum;
}
