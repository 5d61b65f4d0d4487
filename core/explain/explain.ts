import type { Evidence } from "../gates/gate.ts";
import type { SendJobStatus } from "../send/send-job.ts";
import { isValidZone } from "../time/wall-clock.ts";
import { DROP_SENTENCES } from "./explain-drop.ts";
import { firstPartSentence } from "./explain-first-part.ts";
import { HOLD_SENTENCES } from "./explain-hold.ts";
import { type Clocks, spokenMoment, spokenMoney } from "./spoken-time.ts";

/** A verdict from `evaluate`, or one from a row, where times are text and parts may be missing. */
export interface ExplainableVerdict {
  kind: "send" | "hold" | "drop";
  gate?: string | null;
  reason?: string | null;
  until?: Date | string | null;
  looked?: Evidence | null;
  segments?: number;
  priceMicros?: number;
}

/**
 * Who the message is for and who reads the sentence. `recipientZones` are those of the decision, most likely first.
 */
export interface ExplainContext {
  contactName?: string | null;
  recipientZones: readonly string[];
  viewerZone: string;
  now: Date;
  locale?: string;
  /** ISO 4217, of the account that pays. Default USD. */
  currency?: string;
}

/**
 * Says why a message was sent, why not, or when it may go: a sentence for an operator, with times in the recipient's
 * zone and the reader's. Unknown reasons are shown unchanged. Never shows the number or the text, and never throws
 * for any content of a row.
 */
export function explainVerdict(verdict: ExplainableVerdict, context: ExplainContext): string {
  const evidence = verdict.looked ?? {};
  const clocks = clocksFor(evidence, context);
  const who = context.contactName?.trim() || "this person";
  if (verdict.kind === "send") return goes(verdict, clocks);
  if (verdict.kind === "drop") {
    const toSentence = sentence(DROP_SENTENCES, verdict.reason);
    return (
      toSentence?.({ who, evidence, clocks }) ?? `Not sent: ${verdict.reason ?? "no reason was recorded"}.`
    );
  }
  if (verdict.reason === "First part") return firstPartSentence(evidence, clocks);
  const until = toDate(verdict.until);
  if (until === null) return `Held: ${verdict.reason ?? "no reason was recorded"}.`;
  if (until <= context.now) {
    return `Due: it was held (${String(verdict.reason).toLowerCase()}) until ${spokenMoment(until, clocks)}, and is checked again now.`;
  }
  const toSentence = sentence(HOLD_SENTENCES, verdict.reason);
  const zoneCount = typeof evidence.zones === "number" ? evidence.zones : context.recipientZones.length;
  return (
    toSentence?.({ who, until, evidence, clocks, zoneCount }) ??
    `Held: ${verdict.reason}. Checked again at ${spokenMoment(until, clocks)}.`
  );
}

const STATUS_WORDS: Readonly<Record<SendJobStatus, string>> = {
  queued: "Waiting",
  sending: "Being sent to the carrier",
  unknown: "Outcome unknown: the carrier may have it, so it is not sent again automatically",
  sent: "Awaiting delivery",
  delivered: "Delivered",
  failed: "Not sent",
  canceled: "Canceled",
};

/** A status and its reason in a few words, for lists: "Waiting: quiet hours", "Not sent: consent". */
export function describeStatus(status: SendJobStatus, reason?: string | null): string {
  if (status === "failed" && reason === "Undelivered") return "Not delivered";
  const withReason = reason && (status === "queued" || status === "failed");
  return withReason ? `${STATUS_WORDS[status]}: ${reason.toLowerCase()}` : STATUS_WORDS[status];
}

function goes({ segments, priceMicros }: ExplainableVerdict, clocks: Clocks): string {
  if (segments === undefined || priceMicros === undefined) return "Goes now: every gate is open.";
  const length = `${segments} ${segments === 1 ? "segment" : "segments"}`;
  return `Goes now: every gate is open. ${length}, ${spokenMoney(priceMicros, clocks)}.`;
}

/**
 * The recipient's zone: the zone that was closed, if the verdict names one, or the most likely one, or the reader's.
 */
function clocksFor(evidence: Evidence, context: ExplainContext): Clocks {
  const { recipientZones, viewerZone, now, locale, currency } = context;
  const viewer = isValidZone(viewerZone) ? viewerZone : "UTC";
  const candidates = [evidence.zone, ...recipientZones];
  const recipient = candidates.find((zone) => typeof zone === "string" && isValidZone(zone));
  return {
    recipientZone: typeof recipient === "string" ? recipient : viewer,
    viewerZone: viewer,
    now,
    locale,
    currency,
  };
}

function sentence<ToSentence>(
  table: Readonly<Record<string, ToSentence>>,
  reason?: string | null,
): ToSentence | undefined {
  return reason && Object.hasOwn(table, reason) ? table[reason] : undefined;
}

function toDate(time: Date | string | null | undefined): Date | null {
  if (time === null || time === undefined) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}
