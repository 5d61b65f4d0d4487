import type { Carrier } from "../carrier.ts";
import testCredentials from "../data/test-credentials.json" with { type: "json" };
import { isBlocked, placeInQueue } from "../messages/lifecycle.ts";
import { type Message, newMessage } from "../messages/message.ts";
import { DELIVERED, type MessageResult, ordinaryResult, outcomeRequestedBy } from "../messages/outcomes.ts";
import { normaliseNumber, numberFacts, senderTypeOf } from "../messages/phone-numbers.ts";
import { isCountryEnabled } from "../messages/prices.ts";
import { countSegments, smartEncode } from "../messages/segments.ts";
import type { Placement } from "../messages/throughput.ts";
import { type Form, field, fieldList } from "./form.ts";

const BODY_MAX = 1600;
const VALIDITY_SECONDS_MAX = 36_000;
const SCHEDULE_FROM_MS = 300_000;
const SCHEDULE_UP_TO_MS = 35 * 86_400_000;
const MEDIA_MAX = 10;

/** Twilio's decision on a create: a refusal by code, or a message with its place in the sender's queue. */
export type Verdict =
  | { kind: "refused"; code: number }
  | { kind: "accepted"; message: Message; placement: Placement | { kind: "scheduled"; at: number } };

type Checked<T> = T | { refuse: number };
const refuse = (code: number) => ({ refuse: code });
const isRefusal = (value: unknown): value is { refuse: number } =>
  typeof value === "object" && value !== null && "refuse" in value;

const magic = (rows: { number: string; error: number | null }[]) =>
  new Map(rows.filter((row) => row.number.startsWith("+")).map((row) => [row.number, row.error]));
const MAGIC_TO = magic(testCredentials.to);
const MAGIC_FROM = magic(testCredentials.from);

/** Checks a create in Twilio's order: required fields, recipient and sender, content, then room in the queue. */
export function validateCreate(carrier: Carrier, form: Form, forced: MessageResult | null): Verdict {
  const draft = draftOf(carrier, form, forced);
  if (isRefusal(draft)) return { kind: "refused", code: draft.refuse };
  if (isBlocked(carrier, draft)) return { kind: "refused", code: 21610 };
  if (draft.status === "scheduled") {
    return {
      kind: "accepted",
      message: draft,
      placement: { kind: "scheduled", at: Date.parse(field(form, "SendAt") ?? "") },
    };
  }
  const placement = placeInQueue(carrier, draft);
  if (placement.kind === "full" && draft.serviceSid === null) return { kind: "refused", code: 21611 };
  return { kind: "accepted", message: draft, placement };
}

function draftOf(carrier: Carrier, form: Form, forced: MessageResult | null): Checked<Message> {
  const to = normaliseNumber(field(form, "To") ?? "");
  const from = field(form, "From") ?? "";
  const serviceSid = field(form, "MessagingServiceSid") || null;
  const body = field(form, "Body") ?? "";
  const mediaCount = fieldList(form, "MediaUrl").length;
  if (to === "") return refuse(21604);
  if (from === "" && serviceSid === null) return refuse(21603);
  if (body === "" && mediaCount === 0 && !field(form, "ContentSid")) return refuse(21602);
  const country = recipientCountry(to);
  if (isRefusal(country)) return country;
  const sender =
    serviceSid === null
      ? ownSender(carrier, from, to, country)
      : serviceSender(carrier, serviceSid, from, to);
  if (isRefusal(sender)) return sender;
  const content = contentProblem(form, body, mediaCount);
  if (content !== null) return refuse(content);
  const status = initialStatus(carrier, form, serviceSid);
  if (isRefusal(status)) return status;
  const text = field(form, "SmartEncoded")?.toLowerCase() === "true" ? smartEncode(body) : body;
  const validity = field(form, "ValidityPeriod");
  return newMessage({
    direction: "outbound-api",
    status,
    to,
    from: sender,
    serviceSid,
    body: text,
    segments: countSegments(text).segments,
    mediaCount,
    country,
    createdAt: carrier.settings.clock.now(),
    callbackUrl: field(form, "StatusCallback") || null,
    validityMs: (validity === undefined ? VALIDITY_SECONDS_MAX : Number(validity)) * 1000,
    fate: forced ?? resultFor(carrier, to),
  });
}

function resultFor(carrier: Carrier, to: string): MessageResult {
  const asked = outcomeRequestedBy(to);
  if (asked !== undefined) return asked.messageResult ?? DELIVERED;
  return carrier.settings.realism ? ordinaryResult(to, carrier.settings.seed) : DELIVERED;
}

/** Returns the recipient's country, or the code that refuses it. */
function recipientCountry(to: string): Checked<string> {
  const magicError = MAGIC_TO.get(to);
  if (magicError) return refuse(magicError);
  if (/^\d{3,6}$/.test(to)) return refuse(21265);
  const asked = outcomeRequestedBy(to)?.refusal;
  const facts = numberFacts(to);
  if (facts === null) return refuse(21211);
  if (facts.type === "premium") return refuse(21268);
  if (facts.type === "landline") return refuse(21635);
  if (facts.type !== "mobile") return refuse(21614);
  if (asked !== undefined) return refuse(asked);
  return isCountryEnabled(facts.country) ? facts.country : refuse(21408);
}

function ownSender(carrier: Carrier, given: string, to: string, country: string): Checked<string> {
  const magicError = MAGIC_FROM.get(given);
  if (magicError !== undefined) return magicError === null ? given : refuse(magicError);
  const from = given.startsWith("+") ? normaliseNumber(given) : given;
  const type = senderTypeOf(from);
  // Alphanumeric senders are not supported in North America.
  if (type === null || (type === "alphanumeric" && (country === "US" || country === "CA")))
    return refuse(21212);
  if (from === to) return refuse(21266);
  const facts = type === "long-code" ? numberFacts(from) : null;
  if (facts !== null && facts.type !== "mobile") return refuse(21606);
  const owned = carrier.settings.numbers;
  return owned === undefined || owned.includes(from) ? from : refuse(21606);
}

/** Returns a Messaging Service's sender for this recipient: always the same one, its "sticky sender". */
function serviceSender(carrier: Carrier, serviceSid: string, from: string, to: string): Checked<string> {
  const { services, numbers } = carrier.settings;
  if (!/^MG[0-9a-fA-F]{32}$/.test(serviceSid)) return refuse(21705);
  const pool = services === undefined ? (numbers ?? [from || "+61480000001"]) : services[serviceSid];
  if (pool === undefined) return refuse(21701);
  if (from !== "") return pool.includes(from) ? from : refuse(21606);
  const chosen = pool[Number(to.slice(-4)) % pool.length];
  return chosen ?? refuse(21704);
}

function contentProblem(form: Form, body: string, mediaCount: number): number | null {
  if (body.length > BODY_MAX) return 21617;
  if (mediaCount > MEDIA_MAX) return 21620;
  const contentSid = field(form, "ContentSid");
  if (contentSid && !/^HX[0-9a-fA-F]{32}$/.test(contentSid)) return 21655;
  const callback = field(form, "StatusCallback");
  if (callback && !isUsableUrl(callback)) return 21609;
  const validity = field(form, "ValidityPeriod");
  if (validity !== undefined && !isWithin(validity, 1, VALIDITY_SECONDS_MAX)) return 21624;
  return null;
}

/**
 * Whether the URL is absolute, http or https, with no underscore in the host. Unlike Twilio, a host on this machine
 * is allowed.
 */
function isUsableUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const authority = text.slice(text.indexOf("//") + 2).split(/[/?#]/, 1)[0]!;
  return !authority.slice(authority.lastIndexOf("@") + 1).includes("_");
}

function isWithin(text: string, least: number, most: number): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function initialStatus(carrier: Carrier, form: Form, serviceSid: string | null): Checked<Message["status"]> {
  const scheduleType = field(form, "ScheduleType");
  const sendAt = field(form, "SendAt");
  if (!scheduleType && !sendAt) return serviceSid === null ? "queued" : "accepted";
  if (scheduleType !== "fixed" || !sendAt) return refuse(35111);
  if (serviceSid === null) return refuse(35118);
  const ahead = Date.parse(sendAt) - carrier.settings.clock.now();
  return ahead >= SCHEDULE_FROM_MS && ahead <= SCHEDULE_UP_TO_MS ? "scheduled" : refuse(35114);
}
