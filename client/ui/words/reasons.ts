import type { GateName } from "@smscrm/core/gates/gate";
import type { DropReason, HoldReason } from "@smscrm/core/send/send-job";
import type { ZoneSource } from "@smscrm/core/time/time-zone";
import { lookUp } from "./look-up.ts";

/** The keys come from core's types, so a new reason or gate without words does not compile. */
const REASONS = {
  "Invalid phone": "Can't receive texts",
  "Trial mode": "Trial mode: only your team is texted",
  "Do not contact": "On the do-not-contact list",
  Consent: "No valid consent on record",
  Duplicate: "Already in this campaign",
  "Frequency cap": "Texted too often recently",
  Expired: "Too late to send",
  "Send time passed": "Past the chosen local time",
  Content: "The text can't be created for this contact",
  "No price": "No price for this country",
  "Provider error": "Rejected by the carrier",
  Undelivered: "Not delivered by the carrier",
  Canceled: "The campaign was canceled",
  Paused: "Sending is paused",
  "List expired": "A suppression list has expired",
  "First part": "Waits for the first part or A/B test",
  "Send time": "Waits for its send time",
  "Quiet hours": "Quiet hours for this contact",
  "No sender": "None of your numbers can send there",
  "Warm-up": "The sending number is warming up",
  "Inbox full": "Your inbox has too many open conversations",
  "Rate limit": "At the limit of your sending speed",
  Budget: "The budget is used up",
  "Carrier busy": "The carrier asked us to slow down",
} satisfies Record<DropReason | HoldReason, string>;

/** Returns why a message waits or was not sent. */
export const reasonWords = (reason: string): string => lookUp(REASONS, reason) ?? reason;

/** All reasons, for a filter. */
export const ALL_REASONS = Object.keys(REASONS);

const GATES = {
  "kill-switch": "Kill switch",
  phone: "Phone number",
  "do-not-contact": "Do not contact",
  consent: "Consent",
  frequency: "Duplicates and frequency",
  expiry: "Expiry",
  "send-time": "Send time",
  "quiet-hours": "Quiet hours",
  sender: "Sender and warm-up",
  rate: "Rate",
  budget: "Budget",
  // The text is checked before the eleven gates.
  content: "Text",
} satisfies Record<GateName | "content", string>;

export const gateWords = (gate: string): string => lookUp(GATES, gate) ?? gate;

const ZONE_SOURCES = {
  stated: "stated by the contact or the file",
  postcode: "from the postcode",
  state: "from the state",
  "area-code": "from the number's area code",
  "tenant-default": "from your organisation's settings",
  unknown: "unknown: texts are sent only when it is day in every zone of the country",
} satisfies Record<ZoneSource, string>;

export const zoneSourceWords = (source: ZoneSource): string => lookUp(ZONE_SOURCES, source) ?? source;
