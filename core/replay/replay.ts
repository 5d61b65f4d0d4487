import { momentOf } from "../claim/decisions.ts";
import { evaluateLaw, evaluateRules, GATE_NAMES, type GateName, type Refusal } from "../gates/index.ts";
import {
  type CampaignRules,
  type Candidate,
  type CompiledCampaign,
  factsFor,
  isReplying,
  type TenantRules,
} from "../gates/message-facts.ts";
import type { RuleBook } from "../law/rule-book.ts";
import { parseTemplate } from "../text/template.ts";
import { isValidZone } from "../time/time-zone.ts";
import type { RulesInForce, SendingRules } from "./sending-rules.ts";
import type { StoredDecision } from "./stored-decision.ts";

/** A decision of the past with all that the rules' gates looked at. */
export interface ReplayCase {
  decision: StoredDecision;
  person: Pick<Candidate, "phoneE164" | "country">;
  campaign: ReplayCampaign;
  /** The rules that decided. */
  inForce: RulesThen;
  /** The submissions to this number in the seven days before the decision, as they stood then. */
  recentSubmissions: readonly Date[];
  /** Whether it was sent. A message that passed the rules may also have waited for its sender, rate or budget. */
  wasSent: boolean;
}

/** The organisation's rules that decided, and the countries' rules of that time. */
export interface RulesThen extends RulesInForce {
  book: RuleBook;
}

/** What a campaign decides about its messages. None of it changes after the launch. */
export type ReplayCampaign = Pick<
  CampaignRules,
  | "kind"
  | "purpose"
  | "topic"
  | "quietHours"
  | "quietHoursOverrideReason"
  | "expiresAt"
  | "confirmsOptOutOf"
  | "signedUpAt"
  | "requested"
>;

/** Why a decision can't be replayed. Then it is counted, and never guessed. */
export type UnknownReason = "before" | "erased" | "history" | "differs" | "sent-again" | "rules";

/** What other rules would have made of one decision. */
export type Outcome =
  | { kind: "unchanged" }
  /** It was sent, and would have been held, or refused (`drop`). */
  | { kind: "held"; reason: string; until: Date | null }
  /** It was held or refused by the rules, and would have passed them. Sender, rate and budget still decide. */
  | { kind: "let-through"; reason: string }
  /** It was not sent either way, but for another reason or until another time. */
  | { kind: "otherwise" }
  | { kind: "unknown"; reason: UnknownReason };

const UNCHANGED: Outcome = { kind: "unchanged" };

/** Where a replay begins: at the gates of the sending rules, or at consent before them. */
type FirstGate = "consent" | "frequency";
const REFUSING: Readonly<Record<FirstGate, ReadonlySet<string>>> = {
  consent: new Set(["consent", "frequency", "quiet-hours"]),
  frequency: new Set(["frequency", "quiet-hours"]),
};

/**
 * Replays one decision under other rules, at its time and with the claim's own gates. Each decision stands alone: what
 * later decisions would have become is not worked out. First it is replayed under the rules that decided; if that
 * does not give what happened, the facts on record are not those of the time, and the decision is `unknown`.
 */
export function replayDecision(
  item: ReplayCase,
  proposed: Partial<SendingRules & Pick<RulesThen, "book">>,
  first: FirstGate = "frequency",
): Outcome {
  const { decision, inForce, wasSent } = item;
  if (isDecidedBefore(first, decision)) return UNCHANGED;
  if (first === "consent") {
    if (!isMarketing(item.campaign)) return UNCHANGED;
    if (decision.facts.consent === null) return { kind: "unknown", reason: "before" };
  }
  if (decision.facts.recent !== item.recentSubmissions.length) return { kind: "unknown", reason: "history" };
  const happened = refusalOf(first, decision);
  if (!isSame(judge(item, inForce, first), happened)) return { kind: "unknown", reason: "differs" };
  const judged = judge(item, { ...inForce, ...proposed }, first);
  if (judged === null) {
    return happened === null ? UNCHANGED : { kind: "let-through", reason: happened.reason };
  }
  if (wasSent) {
    return { kind: "held", reason: judged.reason, until: judged.kind === "hold" ? judged.until : null };
  }
  return isSame(judged, happened) ? UNCHANGED : { kind: "otherwise" };
}

/** The law of consent is about marketing. What it says to other messages is the same in every country. */
const isMarketing = ({ kind, purpose }: ReplayCampaign): boolean =>
  !isReplying(kind) && (purpose ?? "marketing") === "marketing";

/**
 * Whether a gate before the replayed ones decided, the text alone, or the author's choice of a time. No rule changes
 * that.
 */
function isDecidedBefore(first: FirstGate, { kind, gate, reason }: StoredDecision): boolean {
  if (kind === "send") return false;
  return (
    gate === undefined ||
    gate === "content" ||
    gate === "send-time" ||
    reason === "Duplicate" ||
    orderOf(gate) < orderOf(first)
  );
}

const orderOf = (gate: GateName) => GATE_NAMES.indexOf(gate);

type StoredRefusal = { kind: "hold" | "drop"; reason: string; untilMs: number | null };

/** Returns what the replayed gates answered, by the stored verdict; null: they let it pass. */
function refusalOf(
  first: FirstGate,
  { kind, gate, reason, until, looked }: StoredDecision,
): StoredRefusal | null {
  if (kind === "send" || gate === undefined || reason === undefined) return null;
  const blockedBy = gate === "expiry" ? (looked?.blockedBy ?? "quiet-hours") : gate;
  if (!REFUSING[first].has(blockedBy)) return null;
  return { kind, reason, untilMs: kind === "hold" ? (until?.getTime() ?? null) : null };
}

function isSame(judged: Refusal | null, happened: StoredRefusal | null): boolean {
  if (judged === null || happened === null) return judged === happened;
  const untilMs = judged.kind === "hold" ? judged.until.getTime() : null;
  return judged.kind === happened.kind && judged.reason === happened.reason && untilMs === happened.untilMs;
}

function judge(item: ReplayCase, rules: RulesThen, first: FirstGate): Refusal | null {
  const facts = factsFor(candidateOf(item), compiled(item.campaign), tenantOf(rules), 1);
  const evaluate = first === "consent" ? evaluateLaw : evaluateRules;
  return evaluate(facts, momentOf(facts, item.decision.at).at);
}

/** A replay asks no gate that reads a text, so it has none. */
const NO_TEXT = {
  ...{ body: "", smartEncoding: false, template: parseTemplate(""), offersOptOutMethod: false },
  ...{ textFaults: new Map(), hasOptOutLink: false, pausedAt: null },
};
const compiled = (campaign: ReplayCampaign): CompiledCampaign => ({ ...NO_TEXT, ...campaign });

/** A claim holds everything where the zone is invalid, and takes UTC for the hours. */
function tenantOf(rules: RulesThen): TenantRules {
  return {
    ...rules,
    timezone: isValidZone(rules.timezone) ? rules.timezone : "UTC",
    sendingPausedAt: null,
  };
}

/** No name: none of these gates reads it. */
function candidateOf({ decision: { facts }, person, recentSubmissions }: ReplayCase): Candidate {
  return {
    ...person,
    ...{ contactId: "", firstName: null, lastName: null, email: null, city: null, custom: {} },
    consentBasis: facts.consent?.basis ?? "unknown",
    consentExpiresAt: facts.consent?.ends ?? null,
    consentSummary: facts.consent?.summary ? JSON.stringify(facts.consent.summary) : null,
    ...{
      invalidReason: null,
      doNotContactSince: null,
      doNotContactSource: null,
      stickySenderId: null,
      alreadyInCampaign: false,
    },
    lineType: facts.line,
    timezone: facts.zone,
    timezoneSource: facts.zoneSource,
    state: facts.state,
    postcode: facts.postcode,
    addressCountry: facts.address,
    wroteAt: facts.wrote,
    recentSubmissions,
  };
}
