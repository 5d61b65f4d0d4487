import type { RuleBook } from "../law/rule-book.ts";
import type { RulePart } from "../law/rule-parts.ts";
import { messagePriceMicros } from "../price/pricing.ts";
import { type Outcome, type ReplayCase, replayDecision } from "./replay.ts";
import { countReply, noReplyCounts, type ReplyCounts, type ReplyOutcome } from "./reply-replay.ts";
import { type Counts, countOutcomes, noCounts, type Outcomes } from "./tally.ts";

/** The parts of a country's rules that decide about messages or replies by facts on record. */
const REPLAYED_PARTS: readonly RulePart[] = ["price", "hours", "holidays", "consent", "states", "replies"];

/** Whether a change of this part can be replayed over the stored decisions. */
export function isReplayed(part: RulePart): boolean {
  return REPLAYED_PARTS.includes(part);
}

/**
 * The result of a replay of a country's rule over every organisation: figures alone. It names no person, message or
 * campaign, because the platform's operators see none.
 */
export interface LawTally extends Counts {
  /** Ids of the organisations with a decision there, up to `ORGANISATIONS_MAX`. */
  organisations: string[];
  /** For a change of the price: what was sent, and what it was and would have been priced at. */
  cost: { messages: number; fromMicros: number; toMicros: number };
  /** For a change of reply words: what replies would have been heard as. */
  replies?: ReplyCounts;
}

/** More are shown as "200 or more". */
export const ORGANISATIONS_MAX = 200;

export const emptyLawTally = (): LawTally => ({
  ...noCounts(),
  organisations: [],
  cost: { messages: 0, fromMicros: 0, toMicros: 0 },
});

/** What a decision would have become under another rule of a country, with its price for a message that was sent. */
export interface LawOutcome {
  outcome: Outcome;
  cost: { fromMicros: number; toMicros: number } | null;
}

/** The segments and the price of a message at its last claim. */
export interface Priced {
  segments: number | null;
  priceMicros: number | null;
}

/** Replays one decision under other rules of countries, of which only this part is another one. */
export function replayUnderLaw(item: ReplayCase & Priced, part: RulePart, book: RuleBook): LawOutcome {
  if (part === "price") return replayPrice(item, book);
  return {
    outcome: replayDecision(item, { book }, part === "consent" ? "consent" : "frequency"),
    cost: null,
  };
}

const UNCHANGED: Outcome = { kind: "unchanged" };

/** A message without a price is refused for good, so a price lets it pass; its budget still decides. */
function replayPrice(item: ReplayCase & Priced, book: RuleBook): LawOutcome {
  const { decision, wasSent, priceMicros } = item;
  const isUnpriced = decision.reason === "No price";
  if (!wasSent && !isUnpriced) return { outcome: UNCHANGED, cost: null };
  const priceBy = ({ rateCard }: RuleBook) =>
    messagePriceMicros({ country: item.person.country, segments: item.segments ?? 0 }, rateCard);
  if (priceBy(item.inForce.book) !== priceMicros) {
    return { outcome: { kind: "unknown", reason: "differs" }, cost: null };
  }
  const next = priceBy(book);
  if (isUnpriced) {
    return { outcome: next === null ? UNCHANGED : { kind: "let-through", reason: "No price" }, cost: null };
  }
  if (next === null) return { outcome: { kind: "held", reason: "No price", until: null }, cost: null };
  return { outcome: UNCHANGED, cost: { fromMicros: priceMicros!, toMicros: next } };
}

/** Adds a message of an organisation to the result. */
export function addLawMessage(
  tally: LawTally,
  tenantId: string,
  outcomes: readonly (Outcomes[number] & Pick<LawOutcome, "cost">)[],
): void {
  countOutcomes(tally, outcomes);
  if (outcomes.some(({ counts }) => counts)) noteOrganisation(tally, tenantId);
  for (const { counts, cost } of outcomes) {
    if (!counts || cost === null) continue;
    tally.cost.messages += 1;
    tally.cost.fromMicros += cost.fromMicros;
    tally.cost.toMicros += cost.toMicros;
  }
}

/** Adds a reply to an organisation to the result. */
export function addLawReply(tally: LawTally, tenantId: string, outcome: ReplyOutcome): void {
  tally.replies ??= noReplyCounts();
  countReply(tally.replies, outcome);
  noteOrganisation(tally, tenantId);
}

function noteOrganisation({ organisations }: LawTally, tenantId: string): void {
  if (organisations.length < ORGANISATIONS_MAX && !organisations.includes(tenantId))
    organisations.push(tenantId);
}
