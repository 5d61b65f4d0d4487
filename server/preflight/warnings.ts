import type { BodyCheck } from "@smscrm/core/campaign";
import type { Forecast } from "@smscrm/core/forecast";

interface Findings {
  counts: { audience: number; segments: { ucs2: number } };
  /** The template's own faults, then what the law of the audience's countries wants to read in the text. */
  checks: readonly BodyCheck[];
  flow: Forecast | null;
  pausedAt: Date | null;
  smartEncoding: boolean;
}

/** What an operator should know before launching, each in a sentence that says what to do. */
export function warningsFor({ counts, checks, flow, pausedAt, smartEncoding }: Findings): string[] {
  const warnings = checks.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (counts.audience === 0)
    warnings.push("Nobody is in this audience. Import contacts, or choose other tags.");
  if (pausedAt)
    warnings.push("Sending is paused. A launch is possible once it is resumed under Settings → Kill Switch.");
  if (counts.segments.ucs2 > 0) {
    const remedy = smartEncoding
      ? "Below are the values that do it."
      : "Turn on smart encoding, or change the values below.";
    warnings.push(
      `${people(counts.segments.ucs2)} would get a text with characters outside the ordinary alphabet, which costs more segments. ${remedy}`,
    );
  }
  for (const { reason, count } of flow?.missed ?? []) {
    warnings.push(`${people(count)} would not be reached in time: ${reason.toLowerCase()}.`);
  }
  return warnings;
}

const people = (count: number) => (count === 1 ? "1 person" : `${count.toLocaleString("en")} people`);
