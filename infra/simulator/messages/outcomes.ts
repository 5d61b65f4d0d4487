import type { Disturbance } from "../control/disturbance.ts";
import { fractionOf } from "../seed.ts";
import { failsBeforeCarrier } from "./carrier-errors.ts";

/** The end of an accepted message, and the callbacks that its sender gets. */
export interface MessageResult {
  /** The last status; `sent` if the network gives no receipts. */
  final: "delivered" | "undelivered" | "failed" | "sent";
  errorCode: number | null;
  /** How the callbacks are disturbed. */
  callbacks: "all" | "none" | "until-sent" | "reversed" | "twice";
}

/** What a recipient's number requests: an end, a refusal, or a disturbance of the request itself. */
export interface Outcome {
  /** Last six digits of the national number. */
  suffix: string;
  name: string;
  messageResult?: MessageResult;
  refusal?: number;
  disturbance?: Disturbance;
  /** Disturbs only the first request to each such number. */
  once?: true;
}

export const DELIVERED: MessageResult = { final: "delivered", errorCode: null, callbacks: "all" };

/** Codes that a number requests with `99` + their last four digits. */
const UNDELIVERED_CODES = [30003, 30004, 30005, 30006, 30007, 30017, 30410];
const FAILED_CODES = [30001, 30002, 30008, 30022, 30023, 30034, 30036, 30450, 30500];
const REFUSED_CODES = [21211, 21214, 21265, 21268, 21408, 21606, 21610, 21611, 21612, 21614, 21618, 21635];

const accepted = (suffix: string, name: string, changed: Partial<MessageResult>): Outcome => ({
  suffix,
  name,
  messageResult: { ...DELIVERED, ...changed },
});
const coded = (code: number): string => `99${String(code).slice(-4)}`;

/** Every outcome that a number can request; `README.md` beside this file lists them. */
export const OUTCOMES: readonly Outcome[] = [
  accepted("990000", "delivered", {}),
  ...UNDELIVERED_CODES.map((code) =>
    accepted(coded(code), `undelivered ${code}`, { final: "undelivered", errorCode: code }),
  ),
  ...FAILED_CODES.map((code) =>
    accepted(coded(code), `failed ${code}`, { final: "failed", errorCode: code }),
  ),
  ...REFUSED_CODES.map((code) => ({ suffix: coded(code), name: `refused ${code}`, refusal: code })),
  accepted("980200", "stays sent", { final: "sent" }),
  accepted("980201", "delivered, no callback after sent", { callbacks: "until-sent" }),
  accepted("980202", "delivered, no callback at all", { callbacks: "none" }),
  accepted("980203", "delivered, final callback before sent", { callbacks: "reversed" }),
  accepted("980204", "delivered, every callback twice", { callbacks: "twice" }),
  { suffix: "980104", name: "reset before accepting", disturbance: { kind: "reset-before-accept" } },
  { suffix: "980105", name: "reset after accepting", disturbance: { kind: "reset-after-accept" } },
  { suffix: "980408", name: "no answer, accepted", disturbance: { kind: "timeout-after-accept" } },
  { suffix: "980409", name: "no answer, not accepted", disturbance: { kind: "timeout-before-accept" } },
  {
    suffix: "980429",
    name: "429 once, then delivered",
    disturbance: { kind: "too-many-requests" },
    once: true,
  },
  { suffix: "980500", name: "500, accepted", disturbance: { kind: "error-after-accept", status: 500 } },
  { suffix: "980501", name: "500, not accepted", disturbance: { kind: "error-before-accept", status: 500 } },
  {
    suffix: "980502",
    name: "502 without JSON, not accepted",
    disturbance: { kind: "error-before-accept", status: 502 },
  },
  { suffix: "980503", name: "503, accepted", disturbance: { kind: "error-after-accept", status: 503 } },
];

const BY_SUFFIX = new Map(OUTCOMES.map((outcome) => [outcome.suffix, outcome]));

/** Returns the outcome that a number requests, if it does. */
export function outcomeRequestedBy(to: string): Outcome | undefined {
  return BY_SUFFIX.get(to.slice(-6));
}

/** Shares of undelivered messages as lists of real people have them. The rest, about 96.6 %, is delivered. */
const FAILURE_SHARES: readonly { share: number; code: number }[] = [
  { share: 0.012, code: 30005 },
  { share: 0.011, code: 30003 },
  { share: 0.004, code: 30006 },
  { share: 0.004, code: 30007 },
  { share: 0.003, code: 30008 },
];

/**
 * The end of messages to a number that requests none. The number and the seed decide it, so that a handset always
 * behaves the same.
 */
export function ordinaryResult(to: string, seed: number): MessageResult {
  let rest = fractionOf(to, seed);
  for (const { share, code } of FAILURE_SHARES) {
    if (rest < share) return { ...DELIVERED, final: "undelivered", errorCode: code };
    rest -= share;
  }
  return DELIVERED;
}

/** The end that belongs to a code that arrives by callback. */
export function resultOfCode(code: number): MessageResult {
  const final = failsBeforeCarrier(code) ? "failed" : "undelivered";
  return { ...DELIVERED, final, errorCode: code };
}
