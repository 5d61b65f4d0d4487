import { faultSentence, type SenderFault } from "../campaigns/sender-rules.ts";
import type { Evidence } from "../gates/gate.ts";
import type { HoldReason } from "../send/send-job.ts";
import { ruleNamed } from "../time/quiet-hours-presets.ts";
import { dayWords } from "./day-words.ts";
import { type Clocks, cityOf, spokenMoment, spokenMoney, spokenTime, spokenWait } from "./spoken-time.ts";

/** The details for a sentence about a held message. */
export interface HoldDetails {
  who: string;
  until: Date;
  evidence: Evidence;
  clocks: Clocks;
  /** How many zones the person may be in. */
  zoneCount: number;
}

/**
 * One or two sentences for each hold reason: what blocks the message, and when it goes or what to do. What waits for a first
 * part has no time of its own, so its sentence is made elsewhere.
 */
export const HOLD_SENTENCES: Readonly<
  Record<Exclude<HoldReason, "First part">, (details: HoldDetails) => string>
> = {
  Paused: ({ evidence }) =>
    evidence.paused === "restore"
      ? "Held: the database was restored from a backup. Goes once an owner has seen what it lost and unlocks sending (System)."
      : `Held: ${evidence.paused === "campaign" ? "this campaign" : "all sending"} is paused. Goes once someone resumes it.`,
  "Trial mode": () =>
    "Held: the organisation is in trial mode, which texts only the team's own numbers. Goes once somebody ends the trial in Settings.",
  "List expired": ({ evidence, until, clocks }) =>
    `Held: the suppression list “${evidence.list ?? "of this country"}” of ${dayWords(evidence.downloadedOn)} has expired, so nobody knows who is on it today. Upload a new one under Do not contact → Suppression lists, or choose to go on; checked again at ${spokenTime(until, clocks.viewerZone, clocks)} your time.`,
  "Frequency cap": (details) =>
    `Held: ${details.who} has reached the limit on texts (${caps(details.evidence)}). ${goes(details)}`,
  "Send time": sendTime,
  "Quiet hours": quietHours,
  "No sender": noSender,
  "Warm-up": (details) =>
    `Held: your numbers have sent all that their warm-up allows today. ${goes(details)}`,
  "Inbox full": ({ evidence }) =>
    `Held: more conversations wait for an answer in the inbox than your team takes${typeof evidence.limit === "number" ? ` (${evidence.limit.toLocaleString("en-US")})` : ""}. Goes once fewer do.`,
  "Rate limit": ({ until, clocks }) =>
    `Held: waiting for its turn, because your numbers have a limit per second. Goes in about ${spokenWait(until, clocks.now)}.`,
  Budget: budget,
  "Carrier busy": ({ until, clocks }) =>
    `Held: the carrier asked us to slow down. Tried again in about ${spokenWait(until, clocks.now)}.`,
};

function noSender({ evidence, until, clocks }: HoldDetails): string {
  const { fault, needsWayOut } = evidence;
  const country = typeof evidence.country === "string" ? evidence.country : "this country";
  // Messages that were held before the rules of senders have `needsWayOut`.
  const known = needsWayOut === true ? "no-opt-out-method" : ((fault ?? "other-country") as SenderFault);
  const what = faultSentence(known, country, ownSenderRule(evidence));
  return `Held: ${what}; checked again at ${spokenTime(until, clocks.viewerZone, clocks)} your time.${sourceOf(evidence)}`;
}

/** A rule for senders that the platform's operator had set; undefined: it was shipped. */
function ownSenderRule({ ruleWhy, beginsWith, mustSay }: Evidence) {
  if (typeof ruleWhy !== "string") return undefined;
  return {
    why: ruleWhy,
    ...(typeof beginsWith === "string" && { beginsWith: [beginsWith] }),
    ...(typeof mustSay === "string" && { mustSay: { oneOf: [mustSay] } }),
  };
}

/** The local time that the campaign's author chose, the message's turn in a campaign that is spread, or both. */
function sendTime(details: HoldDetails): string {
  const { evidence, until, clocks, zoneCount } = details;
  const { wantedTime, spreadMinutes } = evidence;
  const turn =
    typeof spreadMinutes === "number" ? `its turn in the spread over ${spreadWords(spreadMinutes)}` : "";
  if (typeof wantedTime !== "string") return `Held: waits for ${turn || "its time"}. ${goes(details)}`;
  const what = `Held: waits for ${wantedTime} where they are${turn && `, and for ${turn}`}.`;
  if (zoneCount <= 1) return `${what} ${goes(details)}`;
  const place = cityOf(clocks.recipientZone);
  return `${what} They may be in any of ${zoneCount} time zones, so it waits for the last. Goes at ${spokenMoment(until, clocks).replace("their time", `${place} time`)}.`;
}

/** "90 minutes", "3 hours". */
function spreadWords(minutes: number): string {
  if (minutes % 60 !== 0) return `${minutes} minutes`;
  return minutes === 60 ? "60 minutes" : `${minutes / 60} hours`;
}

function quietHours(details: HoldDetails): string {
  const { who, evidence, clocks, zoneCount } = details;
  if (evidence.opens === false)
    return `Held: the sending hours never open for ${who}. Change them so that it can be sent.`;
  const time = spokenTime(clocks.now, clocks.recipientZone, clocks);
  const place = cityOf(clocks.recipientZone);
  const rule = ruleOfEvidence(evidence, evidence.rule);
  const why = rule ? ` ${ruleSentence(rule)}` : "";
  if (zoneCount > 1) {
    return `Held: we do not know where ${who} is, and it is ${typeof evidence.closedOn === "string" ? `${evidence.closedOn}, ` : ""}${time} in ${place}.${why} Goes at ${spokenMoment(details.until, clocks).replace("their time", `${place} time`)}, when it is day in all ${zoneCount} possible zones.`;
  }
  const day = typeof evidence.closedOn === "string" ? `${evidence.closedOn}, ` : "";
  const what = evidence.publicHoliday === true ? "a public holiday" : `${day}${time}`;
  return `Held: it is ${what} for ${who} in ${place}.${why} ${goes(details)}`;
}

/** A rule as a sentence needs it. `cited`: its law and source in brackets, if the platform's operator set it. */
interface ToldRule {
  name: string;
  basis: string;
  cited: string;
}

/** Returns the rule that a decision followed. One that the platform's operator set stands there as it was then. */
function ruleOfEvidence(evidence: Evidence, name: Evidence[string] | undefined): ToldRule | null {
  const { ruleName, ruleBasis, ruleLaw, ruleSource } = evidence;
  if (typeof ruleName === "string")
    return { name: ruleName, basis: String(ruleBasis), cited: ` (${ruleLaw}, ${ruleSource})` };
  const shipped = typeof name === "string" ? ruleNamed(name) : null;
  return shipped && { name: shipped.name, basis: shipped.basis, cited: "" };
}

/** Says whose hours these are: the law's, or recommended ones that an owner may change. */
function ruleSentence({ basis, name, cited }: ToldRule): string {
  return basis === "statute"
    ? `The law of ${name} allows no texts then${cited}.`
    : `The recommended hours for ${name} allow no texts then${cited}.`;
}

/** Where a rule that the platform's operator set comes from, as a sentence. */
function sourceOf({ ruleSource }: Evidence): string {
  return typeof ruleSource === "string" ? ` The rule's source: ${ruleSource}` : "";
}

function budget(details: HoldDetails): string {
  const { evidence, until, clocks } = details;
  if (evidence.readable === false) {
    return `Held: the budget could not be read, and without it nothing is sent. Checked again in about ${spokenWait(until, clocks.now)}.`;
  }
  const left = evidence.limit === "month" ? evidence.monthlyLeftMicros : evidence.dailyLeftMicros;
  const period = evidence.limit === "month" ? "this month's" : "today's";
  const money =
    typeof left === "number" && typeof evidence.priceMicros === "number"
      ? `: ${spokenMoney(left, clocks)} is left and it costs ${spokenMoney(evidence.priceMicros, clocks)}`
      : "";
  return `Held: ${period} budget does not cover it${money}. Goes when it is raised, or resets at ${spokenMoment(until, clocks)}.`;
}

function caps(evidence: Evidence): string {
  const { perDay, perWeek, law, lawPerDay } = evidence;
  const rule = ruleOfEvidence(evidence, law);
  const parts = [
    rule && typeof lawPerDay === "number"
      ? `at most ${lawPerDay} in 24 hours by the law of ${rule.name}${rule.cited}`
      : "",
    typeof perDay === "number" ? `at most ${perDay} in 24 hours` : "",
    typeof perWeek === "number" ? `at most ${perWeek} in 7 days` : "",
  ];
  return parts.filter((part) => part !== "").join(", ") || "a cap of yours";
}

function goes({ until, clocks }: HoldDetails): string {
  return `Goes at ${spokenMoment(until, clocks)}.`;
}
