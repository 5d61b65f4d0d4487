import type { Allowances, MessageFacts, SenderAllowance } from "../gates/gate.ts";
import { DEFAULT_SCHEDULE } from "../time/quiet-hours.ts";

/** Noon on a weekday in Perth; 15:00 in Sydney. */
export const EXAMPLE_NOW = new Date("2026-11-23T04:00:00Z");

/** A message that passes every gate at EXAMPLE_NOW. Tests and documentation vary it. */
export function exampleFacts(changes: Partial<MessageFacts> = {}): MessageFacts {
  return {
    killSwitch: { tenantPausedAt: null, campaignPausedAt: null },
    phone: { e164: "+61491570006", country: "AU", lineType: "MOBILE", invalidReason: null },
    doNotContact: null,
    consents: [{ basis: "express", expiresAt: null }],
    frequency: { alreadyInCampaign: false, recentSubmissions: [], perDay: 1, perWeek: 4 },
    expiry: { expiresAt: null },
    quietHours: {
      schedules: [DEFAULT_SCHEDULE],
      zones: ["Australia/Perth"],
      zoneSource: "stated",
      overrideReason: null,
    },
    segments: 2,
    priceMicros: 103_000,
    ...changes,
  };
}

/** A number with ten tokens and no warm-up. */
export function exampleSender(changes: Partial<SenderAllowance> = {}): SenderAllowance {
  return {
    id: "sender-1",
    phoneE164: "+61491570156",
    country: "AU",
    tokens: 10,
    segmentsPerSecond: 10,
    warmUpLeft: null,
    warmUpResetsAt: new Date("2026-11-23T16:00:00Z"),
    ...changes,
  };
}

/** Allowances of a batch with one number, ample tokens and US$10 for the day. */
export function exampleAllowances(changes: Partial<Allowances> = {}): Allowances {
  return {
    senders: [exampleSender()],
    tenantTokens: 100,
    tenantSegmentsPerSecond: 100,
    budget: {
      readable: true,
      dailyLeftMicros: 10_000_000,
      monthlyLeftMicros: 100_000_000,
      dayResetsAt: new Date("2026-11-23T16:00:00Z"),
      monthResetsAt: new Date("2026-11-30T16:00:00Z"),
    },
    ...changes,
  };
}
