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
import { renderTemplate, type Template } from "../text/template.ts";

/** The most values that are listed: enough to fix them, few enough to read. */
const MOST = 8;

/**
 * Finds the merge values that raise the cost of an audience's texts. Texts of their template's own length are skipped.
 * `optOutLink`: an example of the link, which is as long for everyone.
 */
export function createLint(optOutLink: string) {
  const fixed = { [OPT_OUT_FIELD]: optOutLink, [RECIPIENT_FIELD]: NOBODYS_CODE };
  const lints = new Map<Template, ReturnType<typeof lintOf>>();
  type Text = Pick<PreparedText, "encoding" | "segments">;

  function lintOf({ template, smartEncoding }: CompiledCampaign) {
    return {
      lint: startLint(template, { smartEncoding, offenders: MOST, fixed }),
      plain: segments(renderTemplate(template, fixed).text, { smartEncoding }).segments,
    };
  }
  function of(campaign: CompiledCampaign) {
    const known = lints.get(campaign.template) ?? lintOf(campaign);
    lints.set(campaign.template, known);
    return known;
  }
  const isUsual = (campaign: CompiledCampaign, { encoding, segments: count }: Text) =>
    encoding === "GSM-7" && count <= of(campaign).plain;
  return {
    isUsual,
    /** `campaign`: with the text that the person gets. */
    add(campaign: CompiledCampaign, values: TextValues, country: string | null, text: Text): void {
      if (!isUsual(campaign, text)) of(campaign).lint.add(mergeValues(values), country);
    },
    result(): { ucs2: LintCause; longer: LintCause } {
      const reports = [...lints.values()].map(({ lint }) => lint.report());
      return {
        ucs2: joined(reports.map(({ ucs2 }) => ucs2)),
        longer: joined(reports.map(({ longer }) => longer)),
      };
    },
  };
}

/** Adds up what one cause costs in each text. */
function joined(causes: readonly LintCause[]): LintCause {
  const sum = (of: (cause: LintCause) => number) => causes.reduce((total, cause) => total + of(cause), 0);
  const offenders = causes.flatMap((cause) => cause.offenders);
  return {
    people: sum(({ people }) => people),
    extraSegments: sum(({ extraSegments }) => extraSegments),
    extraMicros: sum(({ extraMicros }) => extraMicros),
    offenders:
      causes.length === 1
        ? offenders
        : offenders.sort((a, b) => b.extraMicros - a.extraMicros).slice(0, MOST),
  };
}
