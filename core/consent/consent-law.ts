import table from "../data/consent-law.json" with { type: "json" };
import { consentLawRow } from "./consent-law-schema.ts";
import type { ConsentEvent, ConsentEventKind } from "./terms.ts";

/** The consent that a country's law requires before a marketing text. */
export interface ConsentLaw {
  rule: "express" | "express-or-inferred";
  /**
   * `required`: a consent without a record of how it was given does not count. `written`: nor does one without its
   * wording. The sender has the burden of proof everywhere.
   */
  evidence: "kept" | "required" | "written";
  /**
   * The events that inferred consent may follow from, and its months; null months: no term. Null: any relationship.
   */
  events: Readonly<Partial<Record<ConsentEventKind, number | null>>> | null;
  law: string;
}

/** A row of the table, with where it comes from. */
interface ConsentLawRow extends ConsentLaw {
  /** ISO 3166-1 alpha-2. */
  countries: readonly string[];
  /** A public page. */
  source: string;
  /** The day on which somebody last compared the row with its source: `YYYY-MM-DD`. */
  checkedOn: string;
  confidence: "high" | "medium" | "low";
  note?: string | undefined;
}

/** The consent law of each country that has one. It never changes: a change makes another one. */
export type ConsentLaws = ReadonlyMap<string, OwnConsentLaw | ConsentLawRow>;

/** A row that the platform's operator set, and the version that set it. */
export interface OwnConsentLaw extends ConsentLawRow {
  version: string;
}

const CONSENT_LAW: readonly ConsentLawRow[] = table.rows.map((row) => consentLawRow.parse(row));

/** The consent law of `core/data`. */
export const SHIPPED_CONSENT_LAW: ConsentLaws = new Map(
  CONSENT_LAW.flatMap((row) => row.countries.map((country) => [country, row] as const)),
);

/** Countries without a row need express consent. */
const NOT_RESEARCHED: ConsentLaw = {
  rule: "express",
  evidence: "kept",
  events: null,
  law: "not researched: express consent",
};

/** Returns the law of a country, or the default for countries without a row. */
export function consentLawOf(
  country: string | null,
  laws: ConsentLaws = SHIPPED_CONSENT_LAW,
): ConsentLaw & Partial<OwnConsentLaw> {
  return (country !== null && laws.get(country)) || NOT_RESEARCHED;
}

/**
 * Returns when inferred consent ends by law: some months after its event, on the same day of the month or its last day.
 * Null if the law names no term, or the event does not count there.
 */
export function inferredUntil(
  country: string | null,
  { kind, at }: ConsentEvent,
  laws: ConsentLaws = SHIPPED_CONSENT_LAW,
): Date | null {
  const months = consentLawOf(country, laws).events?.[kind];
  if (at === null || months === undefined || months === null) return null;
  const until = new Date(at);
  until.setUTCMonth(until.getUTCMonth() + months);
  // 31 August plus 6 months would be 3 March; the law means the last day of February.
  if (until.getUTCDate() !== at.getUTCDate()) until.setUTCDate(0);
  return until;
}
