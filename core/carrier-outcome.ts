import table from "./data/carrier-errors.json" with { type: "json" };
import type { DropReason } from "./send-job.ts";

/** `suppress`: write an opt-out with source "carrier". `strike`: three on different days mark a number unreachable. */
export type RecipientAction = "none" | "suppress" | "mark-invalid" | "strike";
/** `throttle`: slow this sending number down; `pause`: take it out until a person has looked. */
export type SenderAction = "none" | "throttle" | "pause";
/**
 * `stop-after-repeats`: every recipient will fail the same way, so pause after `CONFIGURATION_ERROR_STREAK` equal
 * ones in a row. `pause-country`: hold the recipients in that country. `…-on-rate`: by the share of such errors.
 */
export type CampaignAction =
  | "none"
  | "alert"
  | "alert-on-rate"
  | "pause-on-rate"
  | "pause-country"
  | "stop-after-repeats";
/** `throttle`: fewer requests at once for the whole carrier account; `hold`: none, until a person has looked. */
export type AccountAction = "none" | "throttle" | "hold";

export interface CarrierActions {
  recipientAction: RecipientAction;
  senderAction: SenderAction;
  campaignAction: CampaignAction;
  accountAction: AccountAction;
  /** How long whatever was throttled or not sent should wait at least; null when there is nothing to wait for. */
  retryAfterMs: number | null;
}

/**
 * What became of a hand-over. `throttled` and `not-sent` are proof that nothing was sent: the job may go back to the
 * queue. `unknown` never is: it is looked up, and never sent again by the program.
 */
export type SendOutcome = "accepted" | "rejected" | "throttled" | "not-sent" | "unknown";

export type SendResult =
  | { kind: "response"; httpStatus: number; code?: number | null }
  /** It failed before the first byte of the request went out, or we let it go ourselves. */
  | { kind: "not-sent"; cause: string }
  /** The request had begun and no whole answer came: timeout, reset, death of the process. */
  | { kind: "no-response"; cause: string };

export interface ClassifiedOutcome extends CarrierActions {
  outcome: SendOutcome;
  /** Why the job fails; only a rejected one does. */
  reason: DropReason | null;
}

export type CallbackReason = "Undelivered" | "Invalid phone" | "Do not contact" | "Provider error";

export interface ClassifiedCallback extends CarrierActions {
  reason: CallbackReason;
}

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

/** First waits; whoever retries doubles them, with jitter. */
const RETRY_AFTER_MS = { connection: 1_000, throttled: 1_000 } as const;

/**
 * Creating a message is not idempotent at the carrier, so this errs to one side only: whatever might have been sent is
 * `unknown`. HTTP 429 means "not processed" and is safe to repeat; so is a 4xx whose code says "not accepted now"
 * (a full queue). Every other 4xx is a refusal. Source: Twilio's error pages 20429 and 20500.
 */
export function classifySendOutcome(result: SendResult): ClassifiedOutcome {
  if (result.kind === "no-response") return { ...NO_ACTION, outcome: "unknown", reason: null };
  if (result.kind === "not-sent") {
    return { ...NO_ACTION, outcome: "not-sent", reason: null, retryAfterMs: RETRY_AFTER_MS.connection };
  }
  const { httpStatus } = result;
  if (httpStatus >= 200 && httpStatus < 300) return { ...NO_ACTION, outcome: "accepted", reason: null };
  if (httpStatus === 429) return throttled(errorOf(result.code));
  // 408 comes from a proxy that gave up waiting: what stands behind it may have sent.
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

/** A code beside a 5xx tells what to watch, but proves nothing about this message. */
function unknown(error: CarrierError | undefined): ClassifiedOutcome {
  const watch = error?.class === "unknown-outcome" ? actionsOf(error) : NO_ACTION;
  return { ...NO_ACTION, campaignAction: watch.campaignAction, outcome: "unknown", reason: null };
}

/** Codes are added over time: what an unknown one means is read off its status. */
function actionsByStatus(httpStatus: number): CarrierActions {
  if (httpStatus === 401 || httpStatus === 403) return { ...NO_ACTION, accountAction: "hold" };
  return { ...NO_ACTION, campaignAction: "stop-after-repeats" };
}

/** A status callback said `failed` or `undelivered`. Without a code, or with a new one, it counts as 30008. */
export function classifyCallbackError(code: number | null): ClassifiedCallback {
  const error = errorOf(code) ?? ERRORS.get(30008)!;
  return { ...actionsOf(error), reason: error.reason === "Content" ? "Undelivered" : error.reason };
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

/** Failures of the connection, by the code that Node and Bun give them, after which no byte of a request went out. */
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

/** Whether an error code of the HTTP client proves that nothing was sent. A reset or a timeout never does. */
export function provesNothingSent(errorCode: string | null | undefined): boolean {
  return NEVER_CONNECTED.has(errorCode ?? "");
}

/** The carrier's code as a sentence for operators. */
export function describeCarrierError(code: number | null): string {
  if (code === null) return "The carrier gave no reason.";
  const error = ERRORS.get(code);
  return error
    ? `${error.meaning} (carrier code ${code}).`
    : `The carrier reported error ${code}, new to this program.`;
}
