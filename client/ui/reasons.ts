/** Why a message waits or was refused, in words for a person who never saw our gates. Unknown reasons show as they are. */
const REASONS: Record<string, string> = {
  "Invalid phone": "Not a number that can get texts",
  "Do not contact": "On the do-not-contact list",
  Consent: "No valid consent on record",
  Duplicate: "Already in this campaign",
  "Frequency cap": "Texted too often lately",
  Expired: "Too old to send: it could not go before it expires",
  Content: "The text can't be made for this person",
  "No price": "No price known for the country",
  "Provider error": "The carrier refused it",
  Undelivered: "The carrier could not deliver it",
  Canceled: "The campaign was canceled",
  Paused: "Sending is paused",
  "Quiet hours": "Quiet hours where the person is",
  "No sender": "No number of yours can send there",
  "Warm-up": "The sending number is warming up",
  "Rate limit": "Waiting for its turn",
  Budget: "The budget is used up",
  "Carrier busy": "The carrier asked us to slow down",
};

export const reasonWords = (reason: string): string => REASONS[reason] ?? reason;

/** All reasons, for a filter. */
export const ALL_REASONS = Object.keys(REASONS);

const GATES: Record<string, string> = {
  "kill-switch": "Kill switch",
  phone: "Phone number",
  "do-not-contact": "Do not contact",
  consent: "Consent",
  frequency: "Duplicates and frequency",
  expiry: "Too old to send",
  "quiet-hours": "Quiet hours",
  sender: "Sender and warm-up",
  rate: "Rate",
  budget: "Budget",
  content: "Text",
};

export const gateWords = (gate: string): string => GATES[gate] ?? gate;

const ZONE_SOURCES: Record<string, string> = {
  stated: "stated by the person or the file",
  postcode: "worked out from the postcode",
  state: "worked out from the state",
  "area-code": "worked out from the number's area code",
  "tenant-default": "taken from your organisation's settings",
  unknown: "unknown: texts go only when it is day in every zone of the country",
};

export const zoneSourceWords = (source: string): string => ZONE_SOURCES[source] ?? source;

const BASES: Record<string, string> = {
  express: "Express: they asked for texts",
  inferred: "Inferred from a relationship",
  transactional: "Transactional only",
  unknown: "Unknown: not texted",
  withdrawn: "Withdrawn: not texted",
};

export const consentWords = (basis: string): string => BASES[basis] ?? basis;

const SOURCES: Record<string, string> = {
  reply: "their reply",
  operator: "a person here",
  import: "an import",
  carrier: "the carrier",
  sql: "the database, by hand",
};

/** Where it came from, as the end of a sentence. */
export const sourceWords = (source: string): string => SOURCES[source] ?? source;
