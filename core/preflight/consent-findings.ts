import type { ConsentFault } from "../consent/standing.ts";
import { consentStandingOf } from "../gates/consent.ts";
import type { Evidence, MessageFacts, MessageVerdict } from "../gates/index.ts";
import { counted } from "../text/counted.ts";

/** How far ahead a preflight looks for consents that end. */
const LAPSE_DAYS = 30;
const DAY_MS = 86_400_000;

/** People of one country whom the consent gate refuses for the same reason. */
export interface MissingConsent {
  country: string | null;
  fault: string;
  count: number;
}

/** What a preflight says about consent. */
export interface ConsentFindings {
  /** People who get the message, and whose consent ends within 30 days. */
  lapsing: number;
  /** The first of these ends. */
  firstLapseAt: Date | null;
  /** The most frequent first. */
  missing: MissingConsent[];
}

/** Counts what the consent gate said about an audience, message by message. */
export function createConsentFindings(now: Date) {
  const missing = new Map<string, MissingConsent>();
  const soon = new Date(now.getTime() + LAPSE_DAYS * DAY_MS);
  let lapsing = 0;
  let firstLapseAt: Date | null = null;

  function addMissing(looked: Evidence, times: number): void {
    const fault = String(looked.fault);
    const country = typeof looked.country === "string" ? looked.country : null;
    const key = `${country} ${fault}`;
    const known = missing.get(key);
    if (known) known.count += times;
    else missing.set(key, { country, fault, count: times });
  }

  function add(facts: MessageFacts, verdict: MessageVerdict, times = 1): void {
    if (verdict.kind === "drop") {
      if (verdict.gate === "consent") addMissing(verdict.looked, times);
      return;
    }
    const standing = consentStandingOf(facts, now);
    if (!standing.allowed || standing.endsAt === null || standing.endsAt > soon) return;
    lapsing += times;
    if (firstLapseAt === null || standing.endsAt < firstLapseAt) firstLapseAt = standing.endsAt;
  }

  return {
    add,
    result: (): ConsentFindings => ({
      lapsing,
      firstLapseAt,
      missing: [...missing.values()].sort((a, b) => b.count - a.count),
    }),
  };
}

const PLAN = "Ask them for consent, and record it.";

/** What is wrong with the consent of some people, and what to do: `[what they have, what to do]`. */
const MISSING: Readonly<Record<ConsentFault | "refused" | "never-wrote", readonly [string, string]>> = {
  none: ["no consent on record", PLAN],
  unknown: ["no consent on record", PLAN],
  withdrawn: ["withdrawn their consent", "Only they can give it again."],
  expired: ["a consent that has run out", "Ask them for express consent, and record it."],
  "other-purpose": ["agreed to other purposes only", "Choose a purpose that they agreed to."],
  "other-topic": ["agreed to other topics only", "Choose a topic that they agreed to."],
  "not-enough-for-marketing": ["a consent that is not enough for marketing there", PLAN],
  "no-event": [
    "inferred consent without the sale or other event that it follows from",
    "Import the file again with that event.",
  ],
  "event-not-enough": ["inferred consent from an event that does not count there", PLAN],
  "no-event-date": [
    "inferred consent without the day of its event, after which the law ends it",
    "Import the file again with that day.",
  ],
  "no-evidence": [
    "no proof of their consent on record, which the law there requires",
    "Import the file again, and say how they agreed.",
  ],
  "no-wording": [
    "no written consent on record",
    "Import the file again with the wording that they agreed to.",
  ],
  refused: ["refused such texts", "They still get what they did not refuse."],
  "never-wrote": ["never written", "Send them a campaign, not a reply."],
};

const isFault = (fault: string): fault is keyof typeof MISSING => Object.hasOwn(MISSING, fault);

/** Returns one sentence for each finding, with what to do. */
export function consentWarnings({ lapsing, firstLapseAt, missing }: ConsentFindings): string[] {
  const told = missing.flatMap(({ country, fault, count }) => {
    if (!isFault(fault)) return [];
    const [what, remedy] = MISSING[fault];
    return [`${counted(count, "person", "people")}${inCountry(country)} ${verb(count)} ${what}. ${remedy}`];
  });
  if (lapsing > 0)
    told.push(
      `The consent of ${counted(lapsing, "person", "people")} ends within ${LAPSE_DAYS} days, the first on ${dayOf(firstLapseAt!)}. Ask them for express consent before then.`,
    );
  return told;
}

const verb = (count: number) => (count === 1 ? "has" : "have");

const dayOf = (at: Date) =>
  at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

const COUNTRIES = new Intl.DisplayNames("en", { type: "region" });
const WITH_ARTICLE = new Set(["US", "GB", "NL", "PH", "AE", "CZ", "DO", "MV", "BS", "GM"]);

function inCountry(country: string | null): string {
  if (country === null) return "";
  return ` in ${WITH_ARTICLE.has(country) ? "the " : ""}${COUNTRIES.of(country)}`;
}
