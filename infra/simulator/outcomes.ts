import { failsBeforeCarrier } from "./carrier-errors.ts";
import type { Disturbance } from "./disturbance.ts";
import { fractionOf } from "./seed.ts";

/** What becomes of a message once accepted, and what its sender gets to hear about it. */
export interface Fate {
  /** The last status; `sent` where the network gives no receipts. */
  final: "delivered" | "undelivered" | "failed" | "sent";
  errorCode: number | null;
  /** How the callbacks are spoiled, where they are. */
  callbacks: "all" | "none" | "until-sent" | "reversed" | "twice";
}

/** What a recipient's number asks for: a fate, a refusal, or a disturbance of the request itself. */
export interface Outcome {
  /** Last six digits of the national number. */
  suffix: string;
  name: string;
  fate?: Fate;
  refusal?: number;
  disturbance?: Disturbance;
  /** Disturb only the first request to each such number. */
  once?: true;
}

export const DELIVERED: Fate = { final: "delivered", errorCode: null, callbacks: "all" };

/** Codes that `99` + their last four digits ask for. */
const UNDELIVERED_CODES = [30003, 30004, 30005, 30006, 30007, 30017, 30410];
const FAILED_CODES = [30001, 30002, 30008, 30022, 30023, 30034, 30036, 30450, 30500];
const REFUSED_CODES = [21211, 21214, 21265, 21268, 21408, 21606, 21610, 21611, 21612, 21614, 21618, 21635];

const fate = (suffix: string, name: string, changed: Partial<Fate>): Outcome => ({
  suffix,
  name,
  fate: { ...DELIVERED, ...changed },
});
const coded = (code: number): string => `99${String(code).slice(-4)}`;

/** Every outcome that a number can ask for; `README.md` beside this file prints it. */
export const OUTCOMES: readonly Outcome[] = [
  fate("990000", "delivered", {}),
  ...UNDELIVERED_CODES.map((code) =>
    fate(coded(code), `undelivered ${code}`, { final: "undelivered", errorCode: code }),
  ),
  ...FAILED_CODES.map((code) => fate(coded(code), `failed ${code}`, { final: "failed", errorCode: code })),
  ...REFUSED_CODES.map((code) => ({ suffix: coded(code), name: `refused ${code}`, refusal: code })),
  fate("980200", "stays sent", { final: "sent" }),
  fate("980201", "delivered, no callback after sent", { callbacks: "until-sent" }),
  fate("980202", "delivered, no callback at all", { callbacks: "none" }),
  fate("980203", "delivered, final callback before sent", { callbacks: "reversed" }),
  fate("980204", "delivered, every callback twice", { callbacks: "twice" }),
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

/** The outcome that a number asks for, if it asks for one. */
export function outcomeAskedBy(to: string): Outcome | undefined {
  return BY_SUFFIX.get(to.slice(-6));
}

/** Shares of ordinary traffic as lists of real people show them; what is left, about 96.6 %, is delivered. */
const MISFORTUNES: readonly { share: number; code: number }[] = [
  { share: 0.012, code: 30005 },
  { share: 0.011, code: 30003 },
  { share: 0.004, code: 30006 },
  { share: 0.004, code: 30007 },
  { share: 0.003, code: 30008 },
];

/** The fate of a number that asks for nothing: a handset stays as it is, so the number and the seed decide. */
export function ordinaryFate(to: string, seed: number): Fate {
  let rest = fractionOf(to, seed);
  for (const { share, code } of MISFORTUNES) {
    if (rest < share) return { ...DELIVERED, final: "undelivered", errorCode: code };
    rest -= share;
  }
  return DELIVERED;
}

/** The fate that goes with a code that arrives by callback. */
export function fateOfCode(code: number): Fate {
  const final = failsBeforeCarrier(code) ? "failed" : "undelivered";
  return { ...DELIVERED, final, errorCode: code };
}
