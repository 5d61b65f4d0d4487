import { type LintCause, startLint } from "@smscrm/core/cost-linter";
import {
  type Candidate,
  type CompiledCampaign,
  mergeValues,
  type PreparedMessage,
} from "@smscrm/core/message-facts";
import { segments } from "@smscrm/core/segments";
import { renderTemplate } from "@smscrm/core/template";

/** Values named at most: enough to mend, few enough to read. */
const MOST = 8;

/** Says which merge values make the texts of an audience dearer. Who has the plain text's size is not looked at. */
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
