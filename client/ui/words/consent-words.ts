import type { ConsentFault } from "@smscrm/core/consent/standing";
import type { ConsentEventKind, MessagePurpose } from "@smscrm/core/consent/terms";
import { lookUp } from "./look-up.ts";

/** The keys come from core's types, so a new purpose or fault without words does not compile. */
const PURPOSES = {
  marketing: "Marketing",
  transactional: "Transactional",
  service: "Service",
  emergency: "Emergency",
} satisfies Record<MessagePurpose, string>;

export const purposeWords = (purpose: string): string => lookUp(PURPOSES, purpose) ?? purpose;

export const PURPOSE_OPTIONS = Object.entries(PURPOSES) as [MessagePurpose, string][];

const EVENTS = {
  purchase: "A purchase",
  contract: "A contract (the day it ends)",
  enquiry: "An enquiry",
  membership: "A membership (the day it ends)",
  donation: "A donation",
  volunteering: "Volunteering",
} satisfies Record<ConsentEventKind, string>;

export const EVENT_OPTIONS = Object.entries(EVENTS) as [ConsentEventKind, string][];

export const eventWords = (event: string): string => (lookUp(EVENTS, event) ?? event).replace(/ \(.*$/, "");

const FAULTS = {
  none: "No consent on record",
  unknown: "No consent on record",
  withdrawn: "They withdrew their consent",
  expired: "Their consent has run out",
  "other-purpose": "They agreed to other purposes only",
  "other-topic": "They agreed to some topics only",
  "not-enough-for-marketing": "Their consent is not enough for marketing in their country",
  "no-event": "Inferred consent needs a sale or other event on record in their country",
  "event-not-enough": "The event on record does not count in their country",
  "no-event-date": "The day of the event is not on record, and consent ends some time after it",
  "no-evidence": "How they agreed is not on record, and their country’s law requires it",
  "no-wording": "The wording is not on record, and their country’s law requires written consent",
  refused: "They don’t want such texts",
} satisfies Record<ConsentFault | "refused", string>;

export const consentFaultWords = (fault: string): string => lookUp(FAULTS, fault) ?? fault;

/** Returns the words for a refused subject: "Marketing", or "Marketing: Offers". */
export function subjectWords(key: string): string {
  const colon = key.indexOf(":");
  return colon < 0 ? purposeWords(key) : `${purposeWords(key.slice(0, colon))}: ${key.slice(colon + 1)}`;
}
