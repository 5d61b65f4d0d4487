import type { CampaignRules, Candidate, TenantRules } from "../gates/message-facts.ts";
import { DEFAULT_SCHEDULE } from "../time/quiet-hours.ts";

/** An Australian mobile with express consent, of whom nothing else is known. Tests vary it. */
export function exampleCandidate(changes: Partial<Candidate> = {}): Candidate {
  return {
    contactId: "contact",
    phoneE164: "+61491570006",
    country: "AU",
    lineType: "MOBILE",
    firstName: null,
    lastName: null,
    email: null,
    city: null,
    state: null,
    postcode: null,
    custom: {},
    timezone: null,
    timezoneSource: "unknown",
    consentBasis: "express",
    consentExpiresAt: null,
    invalidReason: null,
    doNotContactSince: null,
    doNotContactSource: null,
    recentSubmissions: [],
    alreadyInCampaign: false,
    stickySenderId: null,
    ...changes,
  };
}

/** A campaign without rules of its own. */
export function exampleCampaign(changes: Partial<CampaignRules> = {}): CampaignRules {
  return {
    body: "Hello",
    smartEncoding: false,
    quietHours: null,
    quietHoursOverrideReason: null,
    expiresAt: null,
    pausedAt: null,
    ...changes,
  };
}

/** A tenant in Perth without frequency caps. */
export function exampleTenant(changes: Partial<TenantRules> = {}): TenantRules {
  return {
    timezone: "Australia/Perth",
    country: "AU",
    sendingPausedAt: null,
    quietHours: DEFAULT_SCHEDULE,
    sendingHoursLimit: null,
    trustTenantZone: false,
    capPerDay: null,
    capPerWeek: null,
    ...changes,
  };
}
