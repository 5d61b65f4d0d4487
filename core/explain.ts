import { DROP_SENTENCES } from "./explain-drop.ts";
import { HOLD_SENTENCES } from "./explain-hold.ts";
import type { Looked } from "./gates/gate.ts";
import type { SendJobStatus } from "./send-job.ts";
import { type Clocks, spokenMoment, spokenMoney } from "./spoken-time.ts";
import { isValidZone } from "./wall-clock.ts";

/** A verdict fresh from `evaluate`, or one read back from a row, where times are text and parts may be missing. */
export interface TellableVerdict {
  kind: "send" | "hold" | "drop";
  gate?: string | null;
  reason?: string | null;
  until?: Date | string | null;
  looked?: Looked | null;
  segments?: number;
  priceMicros?: number;
}

/** Who it is about and who reads it. `recipientZones` as they were for the decision, most likely first. */
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
 * Why it went, why it did not, or when it may go: a sentence for an operator, in English, with times in the
 * recipient's zone and the reader's. Reasons it does not know are shown as they stand. Never shows the number or
 * the text, and never throws for what a row may hold.
 */
export function explainVerdict(verdict: TellableVerdict, context: ExplainContext): string {
  const looked = verdict.looked ?? {};
  const clocks = clocksFor(looked, context);
  const who = context.contactName?.trim() || "this person";
  if (verdict.kind === "send") return goes(verdict, clocks);
  if (verdict.kind === "drop") {
    const tell = sentence(DROP_SENTENCES, verdict.reason);
    return tell?.({ who, looked, clocks }) ?? `Not sent: ${verdict.reason ?? "no reason was kept"}.`;
  }
  const until = toDate(verdict.until);
  if (until === null) return `Held: ${verdict.reason ?? "no reason was kept"}.`;
  if (until <= context.now) {
    return `Due: it was held (${String(verdict.reason).toLowerCase()}) until ${spokenMoment(until, clocks)}, and is looked at again now.`;
  }
  const tell = sentence(HOLD_SENTENCES, verdict.reason);
  const zoneCount = typeof looked.zones === "number" ? looked.zones : context.recipientZones.length;
  return (
    tell?.({ who, until, looked, clocks, zoneCount }) ??
    `Held: ${verdict.reason}. Looked at again at ${spokenMoment(until, clocks)}.`
  );
}

const STATUS_WORDS: Readonly<Record<SendJobStatus, string>> = {
  queued: "Waiting",
  sending: "Being handed to the carrier",
  unknown: "Outcome unknown: the carrier may have it, so it is not sent again by itself",
  sent: "With the carrier, delivery not yet confirmed",
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

function goes({ segments, priceMicros }: TellableVerdict, clocks: Clocks): string {
  if (segments === undefined || priceMicros === undefined) return "Goes now: every gate is open.";
  const length = `${segments} ${segments === 1 ? "segment" : "segments"}`;
  return `Goes now: every gate is open. ${length}, ${spokenMoney(priceMicros, clocks)}.`;
}

/** The zone that said no, if the verdict names one, else the first the person may be in, else the reader's. */
function clocksFor(looked: Looked, context: ExplainContext): Clocks {
  const { recipientZones, viewerZone, now, locale, currency } = context;
  const viewer = isValidZone(viewerZone) ? viewerZone : "UTC";
  const candidates = [looked.zone, ...recipientZones];
  const recipient = candidates.find((zone) => typeof zone === "string" && isValidZone(zone));
  return {
    recipientZone: typeof recipient === "string" ? recipient : viewer,
    viewerZone: viewer,
    now,
    locale,
    currency,
  };
}

function sentence<Tell>(table: Readonly<Record<string, Tell>>, reason?: string | null): Tell | undefined {
  return reason && Object.hasOwn(table, reason) ? table[reason] : undefined;
}

function toDate(time: Date | string | null | undefined): Date | null {
  if (time === null || time === undefined) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}
