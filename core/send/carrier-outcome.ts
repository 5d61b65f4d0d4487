import table from "../data/carrier-errors.json" with { type: "json" };
import type { DropReason } from "./send-job.ts";

/**
 * `suppress`: add an opt-out with source "carrier". `mark-invalid`: the number cannot receive texts. `strike`: the
 * text was not delivered this time; see `STRIKES`. Other codes (unknown ones, a missing route, a sender's fault) say
 * nothing about the person.
 */
export type RecipientAction = "none" | "suppress" | "mark-invalid" | "strike";
/** `throttle`: slow this sending number down; `pause`: stop using it until an operator has checked it. */
type SenderAction = "none" | "throttle" | "pause";
/**
 * `stop-after-repeats`: every recipient will fail the same way, so pause after `CONFIGURATION_ERROR_STREAK` equal
 * errors in a row. `pause-country`: hold the recipients in that country. `…-on-rate`: depends on the share of such
 * errors.
 */
type CampaignAction =
  | "none"
  | "alert"
  | "alert-on-rate"
  | "pause-on-rate"
  | "pause-country"
  | "stop-after-repeats";
/**
 * `throttle`: fewer concurrent requests for the whole carrier account; `hold`: none until an operator has checked it.
 */
type AccountAction = "none" | "throttle" | "hold";

interface CarrierActions {
  recipientAction: RecipientAction;
  senderAction: SenderAction;
  campaignAction: CampaignAction;
  accountAction: AccountAction;
  /** The shortest wait before the next try; null if there is nothing to wait for. */
  retryAfterMs: number | null;
}

/**
 * The outcome of a submission. `throttled` and `not-sent` prove that nothing was sent: the job may return to the
 * queue. `unknown` proves nothing: it is looked up, and the program never sends it again.
 */
type SendOutcome = "accepted" | "rejected" | "throttled" | "not-sent" | "unknown";

export type RequestResult =
  | { kind: "response"; httpStatus: number; code?: number | null }
  /** It failed before the first byte of the request went out, or we released it ourselves. */
  | { kind: "not-sent"; cause: string }
  /** The request had begun, but no complete answer came: a timeout, a reset, a crash. */
  | { kind: "no-response"; cause: string };

export interface ClassifiedOutcome extends CarrierActions {
  outcome: SendOutcome;
  /** Why the job failed; only for `rejected`. */
  reason: DropReason | null;
}

type CallbackReason = "Undelivered" | "Invalid phone" | "Do not contact" | "Provider error";

export interface ClassifiedCallback extends CarrierActions {
  reason: CallbackReason;
}

/**
 * When a number counts as unreachable: texts failed on `days` different days of the window, and none was delivered
 * since the first. It is tried again after `restDays`, because a phone that was off for a month may be on again.
 */
export const STRIKES = { days: 3, windowDays: 30, restDays: 30 } as const;

/** Returns the carrier's codes that count as a strike. */
export const strikeCodes = (): readonly number[] => codesThat("strike");

/** The codes with which the carrier says that the person may not be texted. */
export const suppressCodes = (): readonly number[] => codesThat("suppress");

const codesThat = (action: RecipientAction) =>
  [...ERRORS.values()].filter(({ recipient }) => recipient === action).map(({ code }) => code);

/** Equal configuration errors in a row after which a campaign (and its sender) is stopped. */
export const CONFIGURATION_ERROR_STREAK = 5;

interface CarrierError {
  code: number;
  class: string;
  reason: CallbackReason | "Content";
  recipient?: RecipientAction;
  sender?: SenderAction;
  campaign?: CampaignAction;
  account?: AccountAction;
  retryAfterMs?: number;
  meaning: string;
}

const ERRORS: ReadonlyMap<number, CarrierError> = new Map(
  (table.codes as CarrierError[]).map((error) => [error.code, error]),
);

const NO_ACTION: CarrierActions = {
  recipientAction: "none",
  senderAction: "none",
  campaignAction: "none",
  accountAction: "none",
  retryAfterMs: null,
};

/** First waits; retries double them, with jitter. */
const RETRY_AFTER_MS = { connection: 1_000, throttled: 1_000 } as const;

/**
 * Classifies the answer to a submission. Creating a message is not idempotent at the carrier, so every message that
 * might have been sent is `unknown`. HTTP 429 means "not processed" and is safe to repeat. So is a 4xx whose code
 * says "not accepted now" (a full queue). Every other 4xx is a refusal. Source: Twilio's error pages 20429 and 20500.
 */
export function classifySendOutcome(result: RequestResult): ClassifiedOutcome {
  if (result.kind === "no-response") return { ...NO_ACTION, outcome: "unknown", reason: null };
  if (result.kind === "not-sent") {
    return { ...NO_ACTION, outcome: "not-sent", reason: null, retryAfterMs: RETRY_AFTER_MS.connection };
  }
  const { httpStatus } = result;
  if (httpStatus >= 200 && httpStatus < 300) return { ...NO_ACTION, outcome: "accepted", reason: null };
  if (httpStatus === 429) return throttled(errorOf(result.code));
  // 408 comes from a proxy that stopped waiting: the server behind it may have sent the message.
  if (!(httpStatus >= 400 && httpStatus < 500) || httpStatus === 408) return unknown(errorOf(result.code));
  return refused(httpStatus, errorOf(result.code));
}

function refused(httpStatus: number, error: CarrierError | undefined): ClassifiedOutcome {
  if (error?.class === "unknown-outcome") return unknown(error);
  if (error?.class === "transient" && error.retryAfterMs !== undefined) return throttled(error);
  return {
    ...(error ? actionsOf(error) : actionsByStatus(httpStatus)),
    outcome: "rejected",
    reason: error?.reason ?? "Provider error",
  };
}

function throttled(error: CarrierError | undefined): ClassifiedOutcome {
  const known =
    error?.class === "transient" ? actionsOf(error) : { ...NO_ACTION, accountAction: "throttle" as const };
  return {
    ...known,
    outcome: "throttled",
    reason: null,
    retryAfterMs: known.retryAfterMs ?? RETRY_AFTER_MS.throttled,
  };
}

/** A code with a 5xx says what to watch, but proves nothing about this message. */
function unknown(error: CarrierError | undefined): ClassifiedOutcome {
  const watch = error?.class === "unknown-outcome" ? actionsOf(error) : NO_ACTION;
  return { ...NO_ACTION, campaignAction: watch.campaignAction, outcome: "unknown", reason: null };
}

/** Twilio adds codes over time. For an unknown code the HTTP status decides. */
function actionsByStatus(httpStatus: number): CarrierActions {
  if (httpStatus === 401 || httpStatus === 403) return { ...NO_ACTION, accountAction: "hold" };
  return { ...NO_ACTION, campaignAction: "stop-after-repeats" };
}

/** Classifies a status callback with `failed` or `undelivered`. No code, or an unknown one, counts as 30008. */
export function classifyCallbackError(code: number | null): ClassifiedCallback {
  const error = errorOf(code) ?? ERRORS.get(30008)!;
  return { ...actionsOf(error), reason: error.reason === "Content" ? "Undelivered" : error.reason };
}

/** Whether the carrier gave a code that this program knows. */
export function isKnownError(code: number | null): boolean {
  return errorOf(code) !== undefined;
}

function errorOf(code: number | null | undefined): CarrierError | undefined {
  return code === null || code === undefined ? undefined : ERRORS.get(code);
}

function actionsOf(error: CarrierError): CarrierActions {
  return {
    recipientAction: error.recipient ?? "none",
    senderAction: error.sender ?? "none",
    campaignAction: error.campaign ?? "none",
    accountAction: error.account ?? "none",
    retryAfterMs: error.retryAfterMs ?? null,
  };
}

/** Connection failures, by the codes of Node and Bun, that happen before the first byte of a request. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  ...[
    "ECONNREFUSED",
    "ConnectionRefused",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EAI_FAIL",
    "DNSException",
    "FailedToOpenSocket",
  ],
  ...["ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "UND_ERR_CONNECT_TIMEOUT"],
  ...["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"],
  ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "ERR_TLS_CERT_ALTNAME_INVALID"],
]);

/** Whether an error code of the HTTP client proves that nothing was sent. A reset or a timeout proves nothing. */
export function provesNothingSent(errorCode: string | null | undefined): boolean {
  return NEVER_CONNECTED.has(errorCode ?? "");
}

/** Returns a sentence for operators about the carrier's code. */
export function describeCarrierError(code: number | null): string {
  if (code === null) return "The carrier gave no reason.";
  const error = ERRORS.get(code);
  return error
    ? `${error.meaning} (carrier code ${code}).`
    : `The carrier reported error ${code}, new to this program.`;
}
