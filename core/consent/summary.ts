import { z } from "zod";
import {
  CONSENT_EVENTS,
  type ConsentBasis,
  type ConsentFacts,
  GIVEN_BASES,
  MESSAGE_PURPOSES,
} from "./terms.ts";

const time = z.iso.datetime({ offset: true, local: true }).or(z.iso.date());

/** One consent in a contact's summary. The database merges such entries: see `merge_consent` in migration 0032. */
const entry = z.object({
  basis: z.enum(GIVEN_BASES),
  /** When it was given or, where that is not on record, when it was recorded. */
  at: time,
  /** How it was given; absent: not on record. */
  how: z.string().min(1).nullish(),
  /** Whether its wording is on record. */
  wording: z.boolean().nullish(),
  purposes: z.array(z.enum(MESSAGE_PURPOSES)).nullish(),
  topics: z.array(z.string()).nullish(),
  event: z.object({ kind: z.enum(CONSENT_EVENTS), at: time.nullish() }).nullish(),
  ends: time.nullish(),
});
type SummarisedConsent = z.infer<typeof entry>;

const summary = z.object({ given: z.array(entry).default([]), refused: z.array(z.string()).default([]) });

/** What a person has agreed to and what they have refused, as the gates read it. */
export interface ContactConsents {
  consents: readonly ConsentFacts[];
  /** Keys of refused subjects: see preferences.ts. */
  refused: readonly string[];
}

/** What is known of a contact's consent: the columns of `contacts`. */
export interface ConsentColumns {
  consentBasis: ConsentBasis;
  consentExpiresAt: Date | null;
  /** `consent_summary` as text; null where nothing is on record but the basis. */
  consentSummary?: string | null;
}

const NONE: readonly string[] = Object.freeze([]);

/**
 * Returns a contact's consents. A person who withdrew their consent has no other. A basis without a summary was written
 * by hand, and has no evidence.
 */
export function consentsOf({
  consentBasis,
  consentExpiresAt,
  consentSummary,
}: ConsentColumns): ContactConsents {
  const read = consentSummary ? readSummary(consentSummary) : null;
  const refused = read?.refused ?? NONE;
  if (consentBasis === "unknown" || consentBasis === "withdrawn")
    return { consents: [{ basis: consentBasis, expiresAt: null }], refused };
  if (read && (read.isBroken || read.consents.length > 0)) return read;
  return { consents: [{ basis: consentBasis, expiresAt: consentExpiresAt }], refused };
}

type Summary = ContactConsents & { isBroken?: true };

/** A cache, because the contacts of one file share their summary; bounded, because other files differ in each row. */
const summaries = new Map<string, Summary>();
const SUMMARIES_MAX = 2_000;

function readSummary(text: string): Summary {
  const known = summaries.get(text);
  if (known) return known;
  const read = parseSummary(text);
  if (summaries.size >= SUMMARIES_MAX) summaries.clear();
  summaries.set(text, read);
  return read;
}

/** A summary that nobody can read allows nothing. */
function parseSummary(text: string): Summary {
  const parsed = summary.safeParse(JSON.parse(text));
  if (!parsed.success) return { consents: [], refused: [], isBroken: true };
  return { consents: parsed.data.given.map(factsOf), refused: parsed.data.refused };
}

/** Returns an entry of a summary as the gates see it. */
function factsOf({
  basis,
  at,
  how,
  wording,
  purposes,
  topics,
  event,
  ends,
}: SummarisedConsent): ConsentFacts {
  return {
    basis,
    expiresAt: ends ? new Date(ends) : null,
    purposes: purposes ?? null,
    topics: topics ?? null,
    evidence: how ? { kind: how, at: new Date(at), wording: wording ?? false } : null,
    event: event ? { kind: event.kind, at: event.at ? new Date(event.at) : null } : null,
  };
}
