import { percentWords } from "@smscrm/core/campaigns/first-part/canary";
import type { Canary } from "@smscrm/core/campaigns/first-part/first-part";
import type { Preflight } from "../../../data/campaigns.ts";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { minutesWords } from "../timing-words.ts";

/** "1 %, at least 50 contacts, watched for 30 minutes". */
export const canaryWords = ({ percent, watchMinutes }: Canary): string =>
  `${percent} %, at least 50 contacts, watched for ${minutesWords(watchMinutes)}`;

type Plan = NonNullable<Preflight["firstPart"]>;

/** Says who goes first and what happens then. */
export function planSentence({ size, rest, watchMinutes }: Plan): string {
  if (rest === 0) return `All ${countOf(size, "contact goes", "contacts go")} first, so nothing is watched.`;
  return `${countOf(size, "contact")} go first and are watched for ${minutesWords(watchMinutes)}. Then the other ${formatCount(rest)} go automatically, unless something is unusual.`;
}

/** Says from when on the rest is held. */
export function limitsSentence({ limits, usual }: Plan): string {
  const { failures, optOuts, complaints } = limits;
  return `Held if ${formatCount(failures)} fail (usually ${percentWords(usual.failures)}), ${formatCount(optOuts)} opt out (${percentWords(usual.optOuts)}), or ${formatCount(complaints)} reply with a possible opt-out or complaint (${percentWords(usual.complaints)}).`;
}

/** Says what "usual" is made of. */
export const baselineSentence = ({ baseline: { campaigns, sent } }: Plan): string =>
  sent < 1_000
    ? "You have little history, so “usually” is mostly our default: 5 % fail, 1 % opt out."
    : `“Usually” is from your last ${countOf(campaigns, "campaign")} (${countOf(sent, "message")}).`;
