import { type ConsentBasis, drop, type GateAnswer, type MessageFacts, PASS } from "./gate.ts";

/** What each law asks for before a marketing text: see the table below. */
type MarketingRule = "express" | "express-or-inferred" | "express-or-inferred-until";

/**
 * Consent needed for marketing, by the recipient's country. A country that is not listed needs express consent.
 * `express-or-inferred-until` accepts inferred consent only while a known end date has not passed.
 */
export const MARKETING_CONSENT: Readonly<Record<string, { rule: MarketingRule; law: string }>> = {
  AU: { rule: "express-or-inferred", law: "Spam Act 2003 s 16 and schedule 2" },
  NZ: {
    rule: "express-or-inferred",
    law: "Unsolicited Electronic Messages Act 2007: express, inferred, deemed",
  },
  GB: {
    rule: "express-or-inferred",
    law: "PECR reg. 22: consent, or the soft opt-in of an existing customer",
  },
  IE: { rule: "express-or-inferred", law: "ePrivacy Regulations, as PECR reg. 22" },
  CA: {
    rule: "express-or-inferred-until",
    law: "CASL: implied for 2 years (purchase) or 6 months (enquiry)",
  },
  US: { rule: "express", law: "TCPA, 47 CFR 64.1200(f)(9): prior express written consent" },
  DE: { rule: "express", law: "UWG s 7: prior express consent" },
  FR: { rule: "express", law: "CPCE L34-5: opt-in" },
};

/**
 * Obeys the consent law of the recipient's country (MARKETING_CONSENT). For what is not marketing any standing
 * basis will do; a purely transactional footing never carries marketing. No record, unknown, withdrawn and
 * expired are all a "no": the sender carries the burden of proof.
 */
export function consent(
  { consent, phone, purpose = "marketing" }: Pick<MessageFacts, "consent" | "phone" | "purpose">,
  now: Date,
): GateAnswer {
  if (consent === null) return refuse("none", "none", phone.country);
  const { basis, expiresAt } = consent;
  if (basis === "unknown" || basis === "withdrawn") return refuse(basis, basis, phone.country);
  if (expiresAt !== null && expiresAt <= now) return refuse("expired", basis, phone.country);
  if (purpose === "transactional" || basis === "express") return PASS;
  return inferredWillDo(phone.country, basis, expiresAt)
    ? PASS
    : refuse("not-enough-for-marketing", basis, phone.country);
}

function inferredWillDo(country: string | null, basis: ConsentBasis, expiresAt: Date | null): boolean {
  if (basis !== "inferred" || country === null || !Object.hasOwn(MARKETING_CONSENT, country)) return false;
  const rule = MARKETING_CONSENT[country]?.rule;
  return rule === "express-or-inferred" || (rule === "express-or-inferred-until" && expiresAt !== null);
}

function refuse(fault: string, basis: string, country: string | null): GateAnswer {
  return drop("Consent", { fault, basis, country });
}
