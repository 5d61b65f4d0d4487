import type { BodyCheck } from "../campaigns/campaign.ts";
import { type Forecast, HORIZON_DAYS } from "../campaigns/forecast.ts";
import { suspensionSentence } from "../explain/suspension.ts";
import { unknownHolidays } from "../law/country-law.ts";
import { counted } from "../text/counted.ts";
import { type ConsentFindings, consentWarnings } from "./consent-findings.ts";

interface Findings {
  counts: { audience: number; segments: { ucs2: number } };
  /** Absent: consent was not looked at. */
  consent?: ConsentFindings;
  /** Problems of the template, then what the law of the audience's countries requires in the text. */
  checks: readonly BodyCheck[];
  flow: Forecast | null;
  pausedAt: Date | null;
  /** Of a suspension by the platform's operator; a pause is then no matter of the tenant's. */
  suspendedReason: string | null;
  smartEncoding: boolean;
  /** After this the text is too old to send; null: no limit. */
  expiresAt: Date | null;
  /** Of the audience. */
  countries: readonly string[];
  now: Date;
}

/** Returns what an operator should know before launching: one sentence each, with what to do. */
export function warningsFor({
  counts,
  consent,
  checks,
  flow,
  pausedAt,
  suspendedReason,
  smartEncoding,
  expiresAt,
  countries,
  now,
}: Findings): string[] {
  const warnings = checks.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (counts.audience === 0)
    warnings.push("Nobody is in this audience. Import contacts, or choose other tags.");
  if (suspendedReason !== null)
    warnings.push(`${suspensionSentence(suspendedReason)} Nothing can be launched until they reinstate it.`);
  else if (pausedAt)
    warnings.push("Sending is paused. Resume it under Settings → Kill Switch before you launch.");
  if (consent) warnings.push(...consentWarnings(consent));
  if (counts.segments.ucs2 > 0) {
    const remedy = smartEncoding
      ? "The values that cause it are listed below."
      : "Turn on smart encoding, or change the values below.";
    warnings.push(
      `${people(counts.segments.ucs2)} would get a text with characters outside the standard alphabet, which costs more segments. ${remedy}`,
    );
  }
  const holidays = unknownHolidays(countries, now);
  if (holidays) warnings.push(holidays);
  for (const { reason, count } of flow?.missed ?? []) {
    const until = expiresAt ? "before the text is too old to send" : `within ${HORIZON_DAYS} days`;
    warnings.push(`${people(count)} would not be reached ${until}: ${reason.toLowerCase()}.`);
  }
  return warnings;
}

const people = (count: number) => counted(count, "person", "people");
