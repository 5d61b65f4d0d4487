import type { BodyCheck } from "../campaigns/campaign.ts";
import { type Forecast, HORIZON_DAYS } from "../campaigns/forecast.ts";
import type { MessagePurpose } from "../consent/terms.ts";
import { suspensionSentence } from "../explain/suspension.ts";
import { unknownHolidays } from "../law/country-law.ts";
import { counted } from "../text/counted.ts";
import type { HoursBook } from "../time/quiet-hours-presets.ts";
import { type ConsentFindings, consentWarnings } from "./consent-findings.ts";
import { type SenderFindings, senderWarnings } from "./sender-findings.ts";
import { type SuppressionFinding, suppressionWarnings } from "./suppression-findings.ts";
import { type TestListFinding, testListSentence } from "./test-list.ts";

interface Findings {
  counts: { audience: number; segments: { ucs2: number } };
  /** Absent: consent was not looked at. */
  consent?: ConsentFindings;
  /** Absent: the lists were not looked at. */
  suppression?: readonly SuppressionFinding[];
  /** Absent: senders were not looked at. */
  senders?: SenderFindings;
  /** Problems of the template, then what the law of the audience's countries requires in the text. */
  checks: readonly BodyCheck[];
  flow: Forecast | null;
  pausedAt: Date | null;
  /** Of a suspension by the platform's operator; a pause is then no matter of the tenant's. */
  suspendedReason: string | null;
  smartEncoding: boolean;
  /** After this the text is too old to send; null: no limit. */
  expiresAt: Date | null;
  /** Absent: marketing. */
  purpose?: MessagePurpose;
  /** Of the audience. */
  countries: readonly string[];
  now: Date;
  /** The hours in force; absent: those shipped. */
  hours?: HoursBook;
  /** Absent: neither a trial nor a full inbox. */
  safeguards?: { trialSince: Date | null; inboxFullAbove: number | null };
  /** Absent or null: it is no list for tests. */
  testList?: TestListFinding | null;
}

/** Returns what an operator should know before launching: one sentence each, with what to do. */
export function warningsFor({
  counts,
  consent,
  suppression,
  senders,
  checks,
  flow,
  pausedAt,
  suspendedReason,
  smartEncoding,
  expiresAt,
  countries,
  purpose = "marketing",
  now,
  hours,
  safeguards,
  testList,
}: Findings): string[] {
  const warnings = checks.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (counts.audience === 0)
    warnings.push("Nobody is in this audience. Import contacts, or choose other tags.");
  if (suspendedReason !== null)
    warnings.push(`${suspensionSentence(suspendedReason)} Nothing can be launched until they reinstate it.`);
  else if (pausedAt)
    warnings.push("Sending is paused. Resume it under Settings → Kill Switch before you launch.");
  if (safeguards?.trialSince)
    warnings.push(
      "Trial mode is on: only your team's own numbers get it, also after the trial. End it under Settings → Trial mode before you launch for everybody.",
    );
  if (testList)
    warnings.push(`${testListSentence(testList)} Choose another audience if it is not meant for them.`);
  if (safeguards?.inboxFullAbove != null && purpose === "marketing")
    warnings.push(
      `More than ${counted(safeguards.inboxFullAbove, "conversation waits", "conversations wait")} for an answer, which is what your team takes at most: it waits until fewer do.`,
    );
  if (senders) warnings.push(...senderWarnings(senders));
  if (consent) warnings.push(...consentWarnings(consent));
  if (suppression) warnings.push(...suppressionWarnings(suppression));
  if (counts.segments.ucs2 > 0) {
    const remedy = smartEncoding
      ? "The values that cause it are listed below."
      : "Turn on smart encoding, or change the values below.";
    warnings.push(
      `${people(counts.segments.ucs2)} would get a text with characters outside the standard alphabet, which costs more segments. ${remedy}`,
    );
  }
  const holidays = unknownHolidays(countries, now, hours);
  if (holidays) warnings.push(holidays);
  for (const { reason, count } of flow?.missed ?? []) {
    const until = expiresAt ? "before the text is too old to send" : `within ${HORIZON_DAYS} days`;
    warnings.push(`${people(count)} would not be reached ${until}: ${reason.toLowerCase()}.`);
  }
  return warnings;
}

const people = (count: number) => counted(count, "person", "people");
