import {
  type Candidate,
  type CompiledCampaign,
  mergeValues,
  type PreparedMessage,
} from "../gates/message-facts.ts";
import { type LintCause, startLint } from "../price/cost-linter.ts";
import { segments } from "../text/segments.ts";
import { renderTemplate } from "../text/template.ts";

/** The most values that are listed: enough to fix them, few enough to read. */
const MOST = 8;

/** Finds the merge values that raise the cost of an audience's texts. Texts of the template's own length are skipped. */
export function createLint({ template, smartEncoding }: CompiledCampaign) {
  const lint = startLint(template, { smartEncoding, offenders: MOST });
  const plain = segments(renderTemplate(template, {}).text, { smartEncoding }).segments;
  return {
    add(candidate: Candidate, { encoding, facts }: PreparedMessage): void {
      if (encoding === "GSM-7" && facts.segments <= plain) return;
      lint.add(mergeValues(candidate), candidate.country);
    },
    result(): { ucs2: LintCause; longer: LintCause } {
      const { ucs2, longer } = lint.report();
      return { ucs2, longer };
    },
  };
}
