import type { ConsentBasis, ConsentFacts, Looked, MessageFacts, ZoneSource } from "./gates/gate.ts";
import { messagePriceMicros } from "./pricing.ts";
import type { Schedule } from "./quiet-hours.ts";
import { statuteSchedules } from "./quiet-hours-presets.ts";
import { segments } from "./segments.ts";
import { MAX_BODY_LENGTH, parseTemplate, renderTemplate, type Template } from "./template.ts";
import { isValidZone, zoneFor } from "./time-zone.ts";
import { offersWayOut } from "./wording.ts";

/** What a tenant's settings say about every message. */
export interface TenantRules {
  timezone: string;
  country: string;
  sendingPausedAt: Date | null;
  /** Set while a restore waits for an owner. */
  restoreLockedAt?: Date | null;
  quietHours: Schedule;
  trustTenantZone: boolean;
  capPerDay: number | null;
  capPerWeek: number | null;
}

/** What a message belongs to: a campaign, an operator's reply to one person, or a campaign's test to one person. */
export type CampaignKind = "campaign" | "reply" | "test";

/** What a campaign says about each of its messages. */
export interface CampaignRules {
  /** Absent: a campaign. */
  kind?: CampaignKind;
  body: string;
  smartEncoding: boolean;
  /** Stricter than the tenant's, or null. */
  quietHours: Schedule | null;
  quietHoursOverrideReason: string | null;
  expiresAt: Date | null;
  pausedAt: Date | null;
}

/** One person of an audience, as the database knows them. */
export interface Candidate {
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
  custom: Readonly<Record<string, string>>;
  timezone: string | null;
  timezoneSource: ZoneSource;
  consentBasis: ConsentBasis;
  consentExpiresAt: Date | null;
  /** What else the consent record says; absent where it was not read. */
  consentDetails?: Pick<ConsentFacts, "purposes" | "evidence" | "event">;
  invalidReason: string | null;
  doNotContactSince: Date | null;
  doNotContactSource: string | null;
  /** Hand-overs to this number within seven days, newest first. */
  recentHandOvers: readonly Date[];
  alreadyInCampaign: boolean;
  stickySenderId: string | null;
  /** When this person last wrote to us; read for replies only. */
  wroteAt?: Date | null;
}

/** A campaign with its template parsed once for all its messages. */
export type CompiledCampaign = CampaignRules & {
  template: Template;
  /** Whether somebody who can't reply to the text finds another way out in it. */
  offersWayOut: boolean;
};

export function compileCampaign(rules: CampaignRules): CompiledCampaign {
  return { ...rules, template: parseTemplate(rules.body), offersWayOut: offersWayOut(rules.body) };
}

/** A message that is ready to be asked about, or whose text alone forbids it (`refusal`, reason "Content"). */
export interface PreparedMessage {
  facts: MessageFacts;
  text: string;
  encoding: "GSM-7" | "UCS-2";
  /** Blank merge fields without a fallback. */
  missing: string[];
  refusal: Looked | null;
}

type MergedColumn = "firstName" | "lastName" | "phoneE164" | "email" | "city" | "state" | "postcode";

/** The merge values of a contact: its own columns by their standard names, then the file's other columns. */
export function mergeValues(
  candidate: Pick<Candidate, "custom" | MergedColumn>,
): Record<string, string | null> {
  return {
    ...candidate.custom,
    first_name: candidate.firstName,
    last_name: candidate.lastName,
    phone: candidate.phoneE164,
    email: candidate.email,
    city: candidate.city,
    state: candidate.state,
    postcode: candidate.postcode,
  };
}

/**
 * Renders the text for one person and gathers what the gates look at. The worker's claim and the preflight
 * both come through here, so that what is shown before a launch is what happens after it.
 */
export function messageFor(
  candidate: Candidate,
  campaign: CompiledCampaign,
  tenant: TenantRules,
): PreparedMessage {
  const rendered = renderTemplate(campaign.template, mergeValues(candidate));
  const size = segments(rendered.text, { smartEncoding: campaign.smartEncoding });
  const text = campaign.smartEncoding ? size.text : rendered.text;
  const refusal = contentRefusal(text, rendered.missing);
  return {
    facts: factsFor(candidate, campaign, tenant, size.segments),
    text,
    encoding: size.encoding,
    missing: rendered.missing,
    refusal,
  };
}

/** Twilio refuses an empty body (21602) and one over 1,600 characters (21617); "Hi ," is refused by us. */
function contentRefusal(text: string, missing: readonly string[]): Looked | null {
  if (missing.length > 0) return { missingField: missing[0]!, missingFields: missing.length };
  if (text.trim() === "") return { characters: 0 };
  if (text.length > MAX_BODY_LENGTH) return { characters: text.length, limit: MAX_BODY_LENGTH };
  return null;
}

function factsFor(
  candidate: Candidate,
  campaign: CompiledCampaign,
  tenant: TenantRules,
  segmentCount: number,
): MessageFacts {
  const { country, doNotContactSince } = candidate;
  const place = placeOf(candidate, tenant);
  const schedules: Schedule[] = [tenant.quietHours];
  if (campaign.quietHours) schedules.push(campaign.quietHours);
  if (country) schedules.push(...statuteSchedules(country, place.region));
  return {
    ...(campaign.kind === "reply" && replyFacts(candidate)),
    stickySenderId: candidate.stickySenderId,
    offersWayOut: campaign.offersWayOut,
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
    consent: {
      ...candidate.consentDetails,
      basis: candidate.consentBasis,
      expiresAt: candidate.consentExpiresAt,
    },
    frequency: {
      alreadyInCampaign: candidate.alreadyInCampaign,
      recentHandOvers: candidate.recentHandOvers,
      perDay: tenant.capPerDay,
      perWeek: tenant.capPerWeek,
    },
    expiry: { expiresAt: campaign.expiresAt },
    quietHours: {
      schedules,
      zones: place.zones,
      zoneSource: place.source,
      overrideReason: campaign.quietHoursOverrideReason,
    },
    segments: segmentCount,
    priceMicros: messagePriceMicros({ country, segments: segmentCount }),
  };
}

/** An answer is no offer, and how much of it is allowed follows from what the person wrote, if they did. */
function replyFacts({ wroteAt }: Candidate): Pick<MessageFacts, "purpose" | "answering"> {
  return { purpose: "transactional", answering: wroteAt ? { wroteAt } : null };
}

/** The zone kept on the contact where there is a valid one (an operator may correct it), else worked out anew. */
export function placeOf(
  candidate: Candidate,
  tenant: Pick<TenantRules, "timezone" | "country" | "trustTenantZone">,
): { zones: readonly string[]; source: ZoneSource; region: string | null } {
  const worked = zoneFor({
    stated: null,
    postcode: candidate.postcode,
    state: candidate.state,
    e164: candidate.phoneE164,
    country: candidate.country,
    lineType: candidate.lineType,
    tenantZone: tenant.timezone,
    tenantCountry: tenant.country,
    trustTenantZone: tenant.trustTenantZone,
  });
  if (!candidate.timezone || !isValidZone(candidate.timezone)) return worked;
  const source = candidate.timezoneSource === "unknown" ? "stated" : candidate.timezoneSource;
  return { zones: [candidate.timezone], source, region: worked.region };
}
