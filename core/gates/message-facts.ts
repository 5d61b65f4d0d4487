import { type AbState, variantNow } from "../campaigns/ab-test/ab-test.ts";
import { offersOptOutMethod } from "../campaigns/opt-out-method.ts";
import { type SenderFault, textFaults, textFaultsIn } from "../campaigns/sender-rules.ts";
import {
  bodyOf,
  type ChosenText,
  chosenText,
  everyText,
  isOneText,
  type TextReader,
  type WrittenTexts,
} from "../campaigns/texts/chosen-text.ts";
import { type LocalTime, localMoment } from "../campaigns/timing/local-time.ts";
import { type ConsentColumns, consentsOf } from "../consent/summary.ts";
import type { RuleBook } from "../law/rule-book.ts";
import { NOBODYS_CODE, RECIPIENT_FIELD, type ShortLink } from "../links/short-link.ts";
import { withShortLinks } from "../links/written-links.ts";
import { messagePriceMicros } from "../price/pricing.ts";
import { listsFor, type SuppressionEntry, type SuppressionList } from "../suppression/standing.ts";
import { NO_LANGUAGES } from "../text/language.ts";
import { OPT_OUT_FIELD } from "../text/opt-out-link.ts";
import { segments } from "../text/segments.ts";
import { MAX_BODY_LENGTH, parseTemplate, renderTemplate, type Template } from "../text/template.ts";
import { type HoursSettings, hoursFor, lawCapAt, type Place } from "../time/destination-hours.ts";
import { placesOf } from "../time/places.ts";
import type { Schedule } from "../time/quiet-hours.ts";
import { type ZoneAnswer, type ZoneSource, zoneFor } from "../time/time-zone.ts";
import type { Evidence, MessageFacts, MessagePurpose, Requested } from "./gate.ts";

/** The tenant's settings that apply to every message. */
export interface TenantRules extends HoursSettings {
  timezone: string;
  sendingPausedAt: Date | null;
  /** Set while a restore waits for an owner. */
  restoreLockedAt?: Date | null;
  trustTenantZone: boolean;
  capPerDay: number | null;
  capPerWeek: number | null;
  /** The rules in force; absent: those shipped. */
  book?: RuleBook;
  /** The suppression lists in their current versions. Absent: none. */
  suppressionLists?: readonly SuppressionList[];
  /** The team's own numbers while the tenant is in trial mode; null or absent: it is not. */
  trialNumbers?: readonly string[] | null;
  /** How many conversations the team takes, while more wait for an answer; null or absent: fewer wait. */
  inboxFullAbove?: number | null;
}

/**
 * The kind of a message: part of a campaign, a step of a flow, an operator's reply, a test of a campaign, an automatic answer, the
 * confirmation of an opt-out, the question that a sign-up form asked for, or the code for a test number.
 */
export type CampaignKind =
  | "campaign"
  | "flow"
  | "reply"
  | "test"
  | "answer"
  | "confirmation"
  | "sign-up"
  | "code";

/** Whether such a message answers the person's own. */
export function isReplying(kind: CampaignKind | undefined): boolean {
  return kind === "reply" || kind === "answer" || kind === "confirmation";
}

/** The campaign's settings that apply to each of its messages. */
export interface CampaignRules extends WrittenTexts {
  /** Absent: a campaign. */
  kind?: CampaignKind;
  /** Absent: marketing. A reply, an answer and a confirmation are transactional, whatever this says. */
  purpose?: MessagePurpose;
  /** The tenant's topic of marketing; null: none. */
  topic?: string | null;
  /** For a confirmation: when the person opted out. */
  confirmsOptOutOf?: Date | null;
  /** For the question of a sign-up form: when the form was filled in. */
  signedUpAt?: Date | null;
  /** For a test or a code on a test number: what its owner asked for. Absent or null: nothing. */
  requested?: Requested | null;
  smartEncoding: boolean;
  /** Stricter than the tenant's, or null. */
  quietHours: Schedule | null;
  quietHoursOverrideReason: string | null;
  expiresAt: Date | null;
  pausedAt: Date | null;
  /** The time by each recipient's own clock at which it goes; null or absent: as soon as possible. */
  localTime?: LocalTime | null;
  /** When it was launched: for whom the local time had passed by then. */
  launchedAt?: Date | null;
  /** Over how many minutes its messages are spread; null or absent: not at all. */
  spreadMinutes?: number | null;
  /** Its own speed limit; null or absent: the tenant's. */
  messagesPerMinute?: number | null;
  /** The team's own numbers, for what was launched or scheduled in trial mode; null or absent: it was not. */
  launchedAsTrialFor?: readonly string[] | null;
  /** What stands in its text in the place of its links; null or absent: its links stay as they are written. */
  shortLinks?: readonly ShortLink[] | null;
  /** For a campaign that goes to a first part: up to which draw its messages may go; null: none yet. Absent: all. */
  firstPart?: { openDraws: number | null } | null;
  /** For a campaign with an A/B test: who gets which text. Absent: all get the same. */
  abState?: AbState | null;
}

/** What of a contact a text may contain, besides the number and the opt-out link. */
export type MergeColumns = Pick<
  Candidate,
  "firstName" | "lastName" | "email" | "city" | "state" | "postcode" | "custom"
>;

/** One contact of an audience, as the database knows it. */
export interface Candidate extends ConsentColumns, Pick<TextReader, "language" | "variant"> {
  contactId: string;
  phoneE164: string;
  country: string | null;
  lineType: string | null;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  city: string | null;
  state: string | null;
  postcode: string | null;
  /** ISO 3166-1 alpha-2 of the address, where it is not the number's country. */
  addressCountry?: string | null;
  custom: Readonly<Record<string, string>>;
  timezone: string | null;
  timezoneSource: ZoneSource;
  invalidReason: string | null;
  doNotContactSince: Date | null;
  doNotContactSource: string | null;
  /** The suppression lists that the number is on, as JSON of `SuppressionEntry[]`. Absent or null: none. */
  suppressedBy?: string | null;
  /** Submissions to this number in the last seven days, newest first. */
  recentSubmissions: readonly Date[];
  alreadyInCampaign: boolean;
  /** The contact that this number was merged into, which campaigns text instead. Absent or null: none. */
  mergedInto?: string | null;
  stickySenderId: string | null;
  /** When this person last wrote to us; read for replies only. */
  wroteAt?: Date | null;
  /** The draw of the message; null or absent: none. */
  draw?: number | null;
  /** The text of an A/B test that the launch froze for them; null or absent: the first. */
  variant?: number | null;
  /** Their own opt-out link; read where the text has it. */
  optOutLink?: string | null;
  /** Their code in the text's short links. Absent or null: that of nobody, which is as long. */
  linkCode?: string | null;
  /** For a test: whose values the text has instead of theirs. Where a person is, is never another's. */
  mergeAs?: MergeColumns;
}

/** A campaign with its template parsed once for all its messages. Of several texts it is the default: see `campaignFor`. */
export type CompiledCampaign = CampaignRules & {
  template: Template;
  /** Whether the text offers an opt-out method other than a reply. */
  offersOptOutMethod: boolean;
  /** The rules about texts that this one does not meet, by country. */
  textFaults: ReadonlyMap<string, readonly SenderFault[]>;
  /** Whether one of its texts has the recipient's own opt-out link. */
  hasOptOutLink: boolean;
  /** The same campaign with one of its other texts, which is parsed once too. Absent: it has no other. */
  withText?: (text: ChosenText) => CompiledCampaign;
  /** Which of its texts it is; absent: the only one. */
  textKey?: string;
};

/** Returns a campaign ready for its messages. `book`: the rules in force; absent: those shipped. */
export function compileCampaign(rules: CampaignRules, book?: RuleBook): CompiledCampaign {
  if (isOneText(rules)) return compileText(rules, rules.body, book);
  const compiled = new Map<string, CompiledCampaign>();
  const hasOptOutLink = everyText(rules).some(({ body }) => hasOptOutField(parseTemplate(body)));
  const withText = (text: ChosenText): CompiledCampaign => {
    const known = compiled.get(text.key);
    if (known) return known;
    const one = compileText(rules, bodyOf(rules, text), book);
    const made = { ...one, hasOptOutLink, withText, textKey: text.key };
    compiled.set(text.key, made);
    return made;
  };
  return withText(chosenText(rules, { country: null, custom: {}, language: null }));
}

function compileText(rules: CampaignRules, body: string, book: RuleBook | undefined): CompiledCampaign {
  const written = parseTemplate(body);
  const template = rules.shortLinks ? withShortLinks(written, rules.shortLinks) : written;
  return {
    ...rules,
    template,
    offersOptOutMethod: offersOptOutMethod(body),
    textFaults: textFaults(body, book?.senders),
    hasOptOutLink: hasOptOutField(template),
  };
}

const hasOptOutField = ({ fields }: Template): boolean => fields.some(({ name }) => name === OPT_OUT_FIELD);

/**
 * Returns a campaign with the text that this person gets: theirs of an A/B test, in their language, with the snippets of their
 * country. One that waits for the choice of a test has the first text; the gates hold it.
 */
export function campaignFor(
  campaign: CompiledCampaign,
  reader: TextReader & Pick<Candidate, "draw">,
): CompiledCampaign {
  if (!campaign.withText) return campaign;
  const { draw = null, variant = null } = reader;
  const now = campaign.abState ? variantNow({ draw, variant }, campaign.abState) : variant;
  return campaign.withText(chosenText(campaign, { ...reader, variant: now }));
}

/** Returns the merge fields of all texts of a campaign, and the field that says a person's language if it matters. */
export function fieldsOfTexts(rules: CampaignRules): string[] {
  const fields = everyText(rules).flatMap(({ body }) => parseTemplate(body).fields.map(({ name }) => name));
  const { field } = rules.languages ?? NO_LANGUAGES;
  return [...new Set(field !== null && (rules.texts?.length ?? 0) > 0 ? [...fields, field] : fields)];
}

/** A message that is ready for the gates, or whose text alone refuses it (`refusal`, reason "Content"). */
export interface PreparedMessage {
  facts: MessageFacts;
  text: string;
  encoding: "GSM-7" | "UCS-2";
  /** Blank merge fields without a fallback. */
  missing: string[];
  refusal: Evidence | null;
}

type MergedColumn = "firstName" | "lastName" | "phoneE164" | "email" | "city" | "state" | "postcode";

/** Returns the merge values of a contact: its standard fields, and the custom fields of its import. */
export function mergeValues(candidate: TextValues): Record<string, string | null> {
  return {
    ...candidate.custom,
    first_name: candidate.firstName,
    last_name: candidate.lastName,
    phone: candidate.phoneE164,
    email: candidate.email,
    city: candidate.city,
    state: candidate.state,
    postcode: candidate.postcode,
    [OPT_OUT_FIELD]: candidate.optOutLink ?? null,
    [RECIPIENT_FIELD]: candidate.linkCode ?? NOBODYS_CODE,
  };
}

/** What of a contact its text depends on. */
export type TextValues = Pick<Candidate, "custom" | MergedColumn | "optOutLink" | "linkCode">;

/** A rendered text, as it would be sent. */
export interface PreparedText extends Omit<PreparedMessage, "facts"> {
  segments: number;
}

/** Renders the text for one contact. `campaign`: with their text, see `campaignFor`. */
export function textFor(values: TextValues, campaign: CompiledCampaign): PreparedText {
  const rendered = renderTemplate(campaign.template, mergeValues(values));
  const size = segments(rendered.text, { smartEncoding: campaign.smartEncoding });
  const text = campaign.smartEncoding ? size.text : rendered.text;
  return {
    text,
    encoding: size.encoding,
    segments: size.segments,
    missing: rendered.missing,
    refusal: contentRefusal(text, rendered.missing),
  };
}

/**
 * Renders the text for one contact and collects the facts for the gates. The worker's claim and the preflight both
 * use it, so that a preflight shows what will happen.
 */
export function messageFor(
  candidate: Candidate,
  campaign: CompiledCampaign,
  tenant: TenantRules,
): PreparedMessage {
  const { mergeAs } = candidate;
  const own = campaignFor(campaign, candidate);
  const { segments: segmentCount, ...text } = textFor(
    mergeAs ? { ...candidate, ...mergeAs } : candidate,
    own,
  );
  return { facts: factsFor(candidate, own, tenant, segmentCount), ...text };
}

/** Twilio refuses an empty body (21602) and one over 1,600 characters (21617). We refuse "Hi ,". */
function contentRefusal(text: string, missing: readonly string[]): Evidence | null {
  if (missing.length > 0) return { missingField: missing[0]!, missingFields: missing.length };
  if (text.trim() === "") return { characters: 0 };
  if (text.length > MAX_BODY_LENGTH) return { characters: text.length, limit: MAX_BODY_LENGTH };
  return null;
}

/** Returns the facts for the gates about a text with `segmentCount` segments. A replay of old decisions has no text. */
export function factsFor(
  candidate: Candidate,
  campaign: CompiledCampaign,
  tenant: TenantRules,
  segmentCount: number,
): MessageFacts {
  const { country, doNotContactSince } = candidate;
  const { book } = tenant;
  const location = locationOf(candidate, tenant);
  const { consents, refused } = consentsOf(candidate);
  const places = placesOf(candidate, location.regions);
  const marketing = !isReplying(campaign.kind) && (campaign.purpose ?? "marketing") === "marketing";
  return {
    ...(book && { book }),
    ...(campaign.purpose && { purpose: campaign.purpose, topic: campaign.topic ?? null }),
    ...(isReplying(campaign.kind) && replyFacts(candidate)),
    ...(campaign.kind === "confirmation" && confirmationFacts(campaign)),
    ...(campaign.kind === "sign-up" && { signedUpAt: campaign.signedUpAt ?? null }),
    ...(campaign.requested && { requested: requestedFacts(campaign.requested, tenant) }),
    stickySenderId: candidate.stickySenderId,
    offersOptOutMethod: campaign.offersOptOutMethod,
    textFaults: textFaultsIn(campaign.textFaults, country),
    killSwitch: {
      tenantPausedAt: tenant.sendingPausedAt,
      campaignPausedAt: campaign.pausedAt,
      restoreLockedAt: tenant.restoreLockedAt,
    },
    phone: {
      e164: candidate.phoneE164,
      country,
      lineType: candidate.lineType,
      invalidReason: candidate.invalidReason,
    },
    doNotContact: doNotContactSince
      ? { since: doNotContactSince, source: candidate.doNotContactSource ?? "sql" }
      : null,
    ...trialFacts(candidate, campaign, tenant),
    ...(marketing && campaignIsPaced(campaign) && tenant.inboxFullAbove
      ? { inboxFull: { limit: tenant.inboxFullAbove } }
      : {}),
    ...suppressionFacts(candidate, tenant, places),
    consents,
    refused,
    addressCountry: candidate.addressCountry ?? null,
    frequency: {
      alreadyInCampaign: candidate.alreadyInCampaign,
      ...(candidate.mergedInto && isForAudience(campaign) && { mergedInto: candidate.mergedInto }),
      recentSubmissions: candidate.recentSubmissions,
      perDay: tenant.capPerDay,
      perWeek: tenant.capPerWeek,
      law: marketing ? lawCapAt(places, book?.hours) : null,
    },
    expiry: { expiresAt: campaign.expiresAt },
    ...sendTimeFacts(campaign, location.zones),
    ...(campaign.firstPart && {
      firstPart: { draw: candidate.draw ?? null, openDraws: campaign.firstPart.openDraws },
    }),
    ...(campaign.abState && {
      abTest: {
        variant: variantNow(
          { draw: candidate.draw ?? null, variant: candidate.variant ?? null },
          campaign.abState,
        ),
      },
    }),
    quietHours: {
      schedules: hoursFor(tenant, campaign.quietHours, places, { marketing }),
      zones: location.zones,
      zoneSource: location.source,
      // Where the platform sets a limit, nobody of the tenant can override quiet hours.
      overrideReason: tenant.sendingHoursLimit ? null : campaign.quietHoursOverrideReason,
    },
    segments: segmentCount,
    priceMicros: messagePriceMicros({ country, segments: segmentCount }, book?.rateCard),
  };
}

/** A code verifies a number as the team's, so it goes before it is one. */
function trialFacts(
  { phoneE164 }: Candidate,
  { kind, launchedAsTrialFor }: CampaignRules,
  { trialNumbers }: TenantRules,
): Pick<MessageFacts, "trial"> {
  const numbers = launchedAsTrialFor ?? trialNumbers;
  if (!numbers || kind === "code") return {};
  return {
    trial: { isTeamNumber: numbers.includes(phoneE164), launchedAsTrial: Boolean(launchedAsTrialFor) },
  };
}

/** Campaigns and flows choose their recipients. Everything else is for one number, on purpose. */
const isForAudience = ({ kind = "campaign" }: CampaignRules) => kind === "campaign" || kind === "flow";

/** What one person waits for, such as a test or the question of a sign-up form, never waits for the inbox. */
const campaignIsPaced = ({ kind }: CampaignRules) => (kind ?? "campaign") === "campaign";

/** Most campaigns go as soon as possible. */
export function sendTimeFacts(
  { localTime, launchedAt }: Pick<CampaignRules, "localTime" | "launchedAt">,
  zones: readonly string[],
): Pick<MessageFacts, "sendTime"> {
  const moment = localTime && launchedAt ? localMoment(localTime, zones, launchedAt) : null;
  return moment ? { sendTime: { ...moment, wanted: localTime!, zones: zones.length } } : {};
}

/** Most tenants have no lists, and most people are on none: then there is nothing to ask. */
function suppressionFacts(
  { suppressedBy }: Candidate,
  { suppressionLists = [] }: TenantRules,
  places: readonly Place[],
): Pick<MessageFacts, "suppression"> {
  const covering = listsFor(suppressionLists, places);
  if (!suppressedBy && covering.length === 0) return {};
  const listed = suppressedBy ? (JSON.parse(suppressedBy) as SuppressionEntry[]) : [];
  return { suppression: { listed, covering } };
}

/** An answer is not marketing. It needs a message that it answers. */
function replyFacts({
  wroteAt,
}: Candidate): Pick<MessageFacts, "purpose" | "topic" | "isReply" | "answering"> {
  return { purpose: "transactional", topic: null, isReply: true, answering: wroteAt ? { wroteAt } : null };
}

/** A confirmation answers the opt-out itself. Without a known opt-out it has no exception at any gate. */
function confirmationFacts({
  confirmsOptOutOf,
}: CampaignRules): Pick<MessageFacts, "confirmsOptOutOf" | "answering"> {
  return {
    confirmsOptOutOf: confirmsOptOutOf ?? null,
    answering: confirmsOptOutOf ? { wroteAt: confirmsOptOutOf } : null,
  };
}

/** Where the platform limits the sending hours, nobody of the tenant passes quiet hours, not for themselves either. */
function requestedFacts({ byOwnerAt }: Requested, { sendingHoursLimit }: TenantRules): Requested {
  return { byOwnerAt: sendingHoursLimit ? null : byOwnerAt };
}

/** What of a contact says where they are. */
export type ZonedPerson = Pick<Candidate, ZoneColumn>;

type ZoneColumn =
  | "timezone"
  | "timezoneSource"
  | "postcode"
  | "state"
  | "phoneE164"
  | "country"
  | "addressCountry"
  | "lineType";

/**
 * Returns where the person may be: by the zone stored on the contact, which an operator may correct, and by all other
 * clues.
 */
export function locationOf(
  candidate: ZonedPerson,
  tenant: Pick<TenantRules, "timezone" | "country" | "trustTenantZone" | "book">,
): ZoneAnswer {
  const answer = zoneFor({
    // Whether the tenant's own zone counts depends on its settings now, not on those when the contact was made.
    stated: candidate.timezoneSource === "tenant-default" ? null : candidate.timezone,
    postcode: candidate.postcode,
    state: candidate.state,
    e164: candidate.phoneE164,
    country: candidate.country,
    addressCountry: candidate.addressCountry,
    lineType: candidate.lineType,
    tenantZone: tenant.timezone,
    tenantCountry: tenant.country,
    trustTenantZone: tenant.trustTenantZone,
    states: tenant.book?.states,
  });
  const { timezoneSource } = candidate;
  return answer.source === "stated" && timezoneSource !== "unknown"
    ? { ...answer, source: timezoneSource }
    : answer;
}
