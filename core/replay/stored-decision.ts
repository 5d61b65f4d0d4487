import { z } from "zod";
import { GIVEN_BASES } from "../consent/terms.ts";
import { GATE_NAMES, type MessageFacts } from "../gates/gate.ts";
import type { Candidate } from "../gates/message-facts.ts";
import { ZONE_SOURCES } from "../time/time-zone.ts";

/**
 * What a claim stores of a decision's facts, so that it can be replayed under other rules. All that may change
 * afterwards is here; the number, the campaign and the messages before are on record elsewhere. Absent: null.
 */
const facts = z.object({
  /** The version of the tenant's rules that decided. */
  rules: z.int(),
  /** The last revision of the countries' rules that the claim knew. Null: decided before it was stored. */
  law: z.int().nullable().default(null),
  /** How many earlier submissions counted. The replay must find the same. */
  recent: z.int().default(0),
  line: z.string().nullable().default(null),
  zone: z.string().nullable().default(null),
  zoneSource: z.enum(ZONE_SOURCES).default("unknown"),
  state: z.string().nullable().default(null),
  postcode: z.string().nullable().default(null),
  address: z.string().nullable().default(null),
  /** When the person had last written, for replies. */
  wrote: z.coerce.date().nullable().default(null),
  /** What was on record of the person's consent, where the law of a country decides about it: for marketing. */
  consent: z
    .object({
      basis: z.enum([...GIVEN_BASES, "unknown", "withdrawn"]),
      ends: z.coerce.date().nullable().default(null),
      /** `contacts.consent_summary`. */
      summary: z.unknown().optional(),
    })
    .nullable()
    .default(null),
});

/** A decision as `send_jobs.verdict` has it. */
const decision = z.object({
  kind: z.enum(["send", "hold", "drop"]),
  at: z.coerce.date(),
  gate: z.enum([...GATE_NAMES, "content"]).optional(),
  reason: z.string().optional(),
  until: z.coerce.date().optional(),
  looked: z.object({ blockedBy: z.enum(GATE_NAMES).optional() }).optional(),
  facts,
});

export type StoredDecision = z.output<typeof decision>;

const stored = decision.extend({ earlier: z.array(decision).default([]) });

/**
 * Returns the decisions about a message that its verdict has, oldest first; null where it has no facts, because a
 * version of the program before this one wrote it.
 */
export function decisionsOf(verdict: unknown): StoredDecision[] | null {
  const parsed = stored.safeParse(verdict);
  if (!parsed.success) return null;
  const { earlier, ...latest } = parsed.data;
  return [...earlier, latest];
}

/** Returns the facts to store with a decision, without those that are null. */
export function factsToStore(
  candidate: Candidate,
  { frequency, book, isReply, purpose }: StoredOf,
  rulesRevision: number,
): Record<string, unknown> {
  const all = {
    rules: rulesRevision,
    law: book?.revision ?? null,
    recent: frequency.recentSubmissions.length || null,
    line: candidate.lineType,
    zone: candidate.timezone,
    zoneSource: candidate.timezoneSource === "unknown" ? null : candidate.timezoneSource,
    state: candidate.state,
    postcode: candidate.postcode,
    address: candidate.addressCountry ?? null,
    wrote: candidate.wroteAt ?? null,
    consent: !isReply && (purpose ?? "marketing") === "marketing" ? consentToStore(candidate) : null,
  };
  return withoutNulls(all);
}

type StoredOf = Pick<MessageFacts, "frequency" | "book" | "isReply" | "purpose">;

function consentToStore({ consentBasis, consentExpiresAt, consentSummary }: Candidate) {
  const summary: unknown = consentSummary ? JSON.parse(consentSummary) : null;
  return withoutNulls({ basis: consentBasis, ends: consentExpiresAt, summary });
}

const withoutNulls = (all: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
