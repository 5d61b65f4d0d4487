import type { ConsentEvent } from "./gates/gate.ts";

/** What each law asks for before a marketing text: see the table below. */
export type MarketingRule = "express" | "express-or-inferred" | "express-or-inferred-until";

export interface ConsentLaw {
  rule: MarketingRule;
  /** Whether a consent that is known to have no evidence is none. The sender carries the burden of proof everywhere. */
  evidence: "required" | "kept";
  /** For how many months inferred consent lasts after what it follows from; absent: the law names no term. */
  inferredMonths?: Readonly<Record<ConsentEvent["kind"], number>>;
  law: string;
}

/**
 * Consent needed for marketing, by the recipient's country. A country that is not listed needs express consent.
 * `express-or-inferred-until` accepts inferred consent only while a known end date has not passed.
 */
export const MARKETING_CONSENT: Readonly<Record<string, ConsentLaw>> = {
  AU: { rule: "express-or-inferred", evidence: "kept", law: "Spam Act 2003 s 16 and schedule 2" },
  NZ: {
    rule: "express-or-inferred",
    evidence: "kept",
    law: "Unsolicited Electronic Messages Act 2007: express, inferred, deemed",
  },
  GB: {
    rule: "express-or-inferred",
    evidence: "kept",
    law: "PECR reg. 22: consent, or the soft opt-in of an existing customer",
  },
  IE: { rule: "express-or-inferred", evidence: "kept", law: "ePrivacy Regulations, as PECR reg. 22" },
  CA: {
    rule: "express-or-inferred-until",
    evidence: "required",
    inferredMonths: { purchase: 24, enquiry: 6 },
    law: "CASL s 6 and 10: implied for 2 years (purchase) or 6 months (enquiry); s 13: the sender proves it",
  },
  US: {
    rule: "express",
    evidence: "required",
    law: "TCPA, 47 CFR 64.1200(f)(9): prior express written consent",
  },
  DE: { rule: "express", evidence: "kept", law: "UWG s 7: prior express consent" },
  FR: { rule: "express", evidence: "kept", law: "CPCE L34-5: opt-in" },
};

/** The row of a country, or what holds where there is none. */
export function consentLawOf(country: string | null): ConsentLaw {
  const known = country !== null && Object.hasOwn(MARKETING_CONSENT, country) && MARKETING_CONSENT[country];
  return known || { rule: "express", evidence: "kept", law: "not researched: express consent" };
}

/**
 * When inferred consent runs out by law: so many months after the purchase or the enquiry, on the same day of the
 * month or its last. null where the law names no term.
 */
export function inferredUntil(country: string | null, { kind, at }: ConsentEvent): Date | null {
  const months = consentLawOf(country).inferredMonths?.[kind];
  if (months === undefined) return null;
  const until = new Date(at);
  until.setUTCMonth(until.getUTCMonth() + months);
  // 31 August + 6 months would be 3 March: the last day of February is meant.
  if (until.getUTCDate() !== at.getUTCDate()) until.setUTCDate(0);
  return until;
}
