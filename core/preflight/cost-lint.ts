import {
  type CompiledCampaign,
  mergeValues,
  type PreparedText,
  type TextValues,
} from "../gates/message-facts.ts";
import { NOBODYS_CODE, RECIPIENT_FIELD } from "../links/short-link.ts";
import { type LintCause, startLint } from "../price/cost-linter.ts";
import { OPT_OUT_FIELD } from "../text/opt-out-link.ts";
import { segments } from "../text/segments.ts";
import { renderTemplate } from "../text/template.ts";

/** The most values that are listed: enough to fix them, few enough to read. */
const MOST = 8;

/**
 * Finds the merge values that raise the cost of an audience's texts. Texts of the template's own length are skipped.
 * `optOutLink`: an example of the link, which is as long for everyone.
 */
export function createLint({ template, smartEncoding }: CompiledCampaign, optOutLink: string) {
  const fixed = { [OPT_OUT_FIELD]: optOutLink, [RECIPIENT_FIELD]: NOBODYS_CODE };
  const lint = startLint(template, { smartEncoding, offenders: MOST, fixed });
  const plain = segments(renderTemplate(template, fixed).text, { smartEncoding }).segments;
  const isUsual = ({ encoding, segments: count }: Pick<PreparedText, "encoding" | "segments">) =>
    encoding === "GSM-7" && count <= plain;
  return {
    isUsual,
    add(values: TextValues, country: string | null, text: Pick<PreparedText, "encoding" | "segments">): void {
      if (!isUsual(text)) lint.add(mergeValues(values), country);
    },
    result(): { ucs2: LintCause; longer: LintCause } {
      const { ucs2, longer } = lint.report();
      return { ucs2, longer };
    },
  };
}
