import { segments } from "./segments.ts";
import { parseTemplate, type Template } from "./template.ts";

/** The carrier's prefix of every text from a trial account. */
const TRIAL_PREFIX = "Sent from your Twilio trial account - ";

/** Tells whether a carrier's text may belong to a campaign, for any recipient. */
export interface TextMatcher {
  fits: (text: string) => boolean;
  /**
   * The number of characters outside the merge fields. Of several matches, the one with the most is the most likely.
   */
  certainty: number;
}

/**
 * Makes a matcher for a campaign's text. After a restore only the carrier knows what was sent. A merge field matches
 * any text, because a contact's name may have changed since the backup. Runs of white space count as one space.
 * `template`: the body as it was sent, if its links were shortened.
 */
export function matcherOf(
  body: string,
  smartEncoding: boolean,
  template: Template = parseTemplate(body.trim()),
): TextMatcher {
  const plain = (text: string) => squeezed(smartEncoding ? segments(text, { smartEncoding }).text : text);
  const literals = literalsOf(template).map(plain);
  return {
    fits: (text) => {
      const sent = plain(withoutTrialPrefix(text)).trim();
      // A space beside a blank field at either end was trimmed.
      return [sent, ` ${sent}`, `${sent} `].some((one) => fitsLiterals(one, literals));
    },
    certainty: literals.join("").length,
  };
}

/** The text between the merge fields. If the first or last is empty, the text may begin or end with anything. */
function literalsOf({ parts }: Template): string[] {
  const literals = [""];
  for (const part of parts) {
    if (typeof part === "string") literals[literals.length - 1] += part;
    else literals.push("");
  }
  return literals;
}

function fitsLiterals(text: string, literals: readonly string[]): boolean {
  const [first, ...others] = literals as [string, ...string[]];
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  const between = text.slice(first.length, text.length - last.length);
  let at = 0;
  for (const literal of others) {
    const found = between.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return true;
}

const squeezed = (text: string) => text.replace(/\s+/g, " ");

function withoutTrialPrefix(text: string): string {
  return text.startsWith(TRIAL_PREFIX) ? text.slice(TRIAL_PREFIX.length) : text;
}
