import type { ConsentEvent } from "./gate.ts";

/** The consent that a law requires before a marketing text: see the table below. */
type MarketingRule = "express" | "express-or-inferred" | "express-or-inferred-until";

export interface ConsentLaw {
  rule: MarketingRule;
  /** `required`: a consent without evidence does not count. The sender has the burden of proof everywhere. */
  evidence: "required" | "kept";
  /** How many months inferred consent lasts after its event; absent where the law names no term. */
  inferredMonths?: Readonly<Record<ConsentEvent["kind"], number>>;
  law: string;
}

/**
 * The consent that marketing needs, by the recipient's country. A country that is not listed needs express consent.
 * `express-or-inferred-until` accepts inferred consent only until a known end date.
 */
const MARKETING_CONSENT: Readonly<Record<string, ConsentLaw>> = {
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

/** Returns the law of a country, or the default for countries without a row. */
export function consentLawOf(country: string | null): ConsentLaw {
  const known = country !== null && Object.hasOwn(MARKETING_CONSENT, country) && MARKETING_CONSENT[country];
  return known || { rule: "express", evidence: "kept", law: "not researched: express consent" };
}

/**
 * Returns when inferred consent ends by law: some months after the purchase or enquiry, on the same day of the month
 * or its last day. Null if the law names no term.
 */
export function inferredUntil(country: string | null, { kind, at }: ConsentEvent): Date | null {
  const months = consentLawOf(country).inferredMonths?.[kind];
  if (months === undefined) return null;
  const until = new Date(at);
  until.setUTCMonth(until.getUTCMonth() + months);
  // 31 August plus 6 months would be 3 March; the law means the last day of February.
  if (until.getUTCDate() !== at.getUTCDate()) until.setUTCDate(0);
  return until;
}
