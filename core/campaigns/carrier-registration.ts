import { z } from "zod";
import table from "../data/carrier-registrations.json" with { type: "json" };

/** What the carrier's account says about a number's registration. */
export type CarrierRegistration = "registered" | "pending" | "not-registered" | "refused";

/** A state that was read longer ago than this counts as unknown, in days. */
export const REGISTRATION_KNOWN_DAYS = 7;

const rowInput = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/),
  kind: z.enum(["long-code", "toll-free"]),
  program: z.string().min(5),
  why: z.string().min(15),
  step: z.string().min(15),
  source: z.url({ protocol: /^https$/ }),
  checkedOn: z.iso.date(),
  confidence: z.string().min(5),
});
export type RegistrationRule = z.output<typeof rowInput>;

/** Every kind of number that must be registered, by country. */
export const REGISTRATION_RULES: readonly RegistrationRule[] = z.array(rowInput).parse(table.rows);

/** The carrier's errors that say that a number is not registered. They say nothing about the recipient. */
export const UNREGISTERED_CODES: readonly number[] = table.errorCodes;

/** Returns the rule that a number falls under; undefined: it needs no registration. */
export const registrationRule = (country: string, kind: string): RegistrationRule | undefined =>
  REGISTRATION_RULES.find((rule) => rule.country === country && rule.kind === kind);

const STATES: Readonly<Record<string, CarrierRegistration>> = {
  VERIFIED: "registered",
  TWILIO_APPROVED: "registered",
  IN_PROGRESS: "pending",
  PENDING: "pending",
  PENDING_REVIEW: "pending",
  IN_REVIEW: "pending",
  FAILED: "refused",
  SUSPENDED: "refused",
  TWILIO_REJECTED: "refused",
};

/**
 * Returns the state of a carrier's status; null for a status that nobody knows, so that it counts as unknown. Sources:
 * Twilio's UsAppToPerson and Tollfree Verifications resources.
 */
export const registrationState = (status: string): CarrierRegistration | null =>
  Object.hasOwn(STATES, status) ? STATES[status]! : null;

const BEST_FIRST: readonly CarrierRegistration[] = ["registered", "pending", "refused", "not-registered"];

/** Returns the better of two states: a number needs one registration that is in force. */
export const betterRegistration = (
  one: CarrierRegistration,
  other: CarrierRegistration,
): CarrierRegistration => (BEST_FIRST.indexOf(one) <= BEST_FIRST.indexOf(other) ? one : other);

/** Returns how long the reader waits after failures in a row, in seconds: a minute, doubled each time, up to six hours. */
export const registrationBackOff = (failures: number): number =>
  Math.min(6 * 3_600, 60 * 2 ** Math.min(Math.max(0, failures - 1), 20));
