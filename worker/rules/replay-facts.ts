import { setImmediate } from "node:timers/promises";
import type { PastBooks } from "@smscrm/core/replay/past-books";
import type { Outcome, ReplayCampaign, ReplayCase } from "@smscrm/core/replay/replay";
import type { RulesInForce } from "@smscrm/core/replay/sending-rules";
import {
  decisionsIn,
  type FoundDecision,
  type ReplayWindow,
  type StoredMessage,
} from "@smscrm/core/replay/stored-message";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import {
  type HistoryWanted,
  readHistories,
  readReplayCampaigns,
  readRulesByVersion,
} from "@smscrm/db/rules/replay-source";
import type { PastLaw } from "./past-law.ts";

/** Judged without a pause. The same process submits messages within 250 ms. */
const AT_ONCE = 50;

/** Calls `work` for each item, with pauses for the process's other work. */
export async function inSteps<Item>(items: readonly Item[], work: (item: Item) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    work(item);
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
  }
}

export interface FoundMessage {
  message: StoredMessage;
  decisions: readonly FoundDecision[];
}

/** Returns the decisions of each message in the window. */
export async function findDecisions(
  messages: readonly StoredMessage[],
  window: ReplayWindow,
): Promise<FoundMessage[]> {
  const found: FoundMessage[] = [];
  await inSteps(messages, (message) => found.push({ message, decisions: decisionsIn(message, window) }));
  return found;
}

/** What decided about a tenant's messages: its campaigns, its rules and the countries' rules of the time. */
export interface ReplayFacts {
  campaigns: ReadonlyMap<string, ReplayCampaign>;
  versions: ReadonlyMap<number, RulesInForce>;
  histories: ReadonlyMap<FoundDecision, readonly Date[]>;
  bookAt: PastBooks;
  /** The last revision of the countries' rules that any of these decisions knew. */
  lawRevision: number;
}

/** Three statements for the whole page. Most decisions had no submission before them, so they ask for no history. */
export async function readFacts(
  pipeline: Pipeline,
  tenantId: string,
  law: PastLaw,
  found: readonly FoundMessage[],
): Promise<ReplayFacts> {
  const revisions = new Set<number>();
  let lawRevision = 0;
  const keys: FoundDecision[] = [];
  const wanted: HistoryWanted[] = [];
  for (const { message, decisions } of found) {
    for (const each of decisions) {
      if (each.kind === "unknown") continue;
      const { decision } = each;
      revisions.add(decision.facts.rules);
      lawRevision = Math.max(lawRevision, decision.facts.law ?? 0);
      if (decision.facts.recent === 0) continue;
      keys.push(each);
      wanted.push({ phoneE164: message.phoneE164, at: decision.at, jobId: message.id });
    }
  }
  const [campaigns, versions, histories, bookAt] = await Promise.all([
    readReplayCampaigns(pipeline, tenantId, [...new Set(found.map(({ message }) => message.campaignId))]),
    readRulesByVersion(pipeline, tenantId, [...revisions]),
    readHistories(pipeline, tenantId, wanted),
    law(lawRevision),
  ]);
  const byDecision = new Map(keys.map((key, at) => [key, histories[at]!]));
  return { campaigns, versions, bookAt, lawRevision, histories: byDecision };
}

/** Returns a decision with all that it was made by, or why it can't be replayed. */
export function caseOf(
  found: FoundDecision,
  message: StoredMessage,
  { campaigns, versions, histories, bookAt }: ReplayFacts,
): (ReplayCase & StoredMessage) | Extract<Outcome, { kind: "unknown" }> {
  if (found.kind === "unknown") return { kind: "unknown", reason: found.reason };
  const { decision, wasSent } = found;
  const campaign = campaigns.get(message.campaignId);
  const rules = versions.get(decision.facts.rules);
  if (!campaign || !rules) return { kind: "unknown", reason: "rules" };
  const inForce = { ...rules, book: bookAt(decision.facts.law, decision.at) };
  const recentSubmissions = histories.get(found) ?? [];
  return { ...message, decision, person: message, campaign, inForce, recentSubmissions, wasSent };
}
