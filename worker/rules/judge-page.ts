import { setImmediate } from "node:timers/promises";
import type { PastBooks } from "@smscrm/core/replay/past-books";
import { type Outcome, type ReplayCampaign, replayDecision } from "@smscrm/core/replay/replay";
import type { RulesInForce } from "@smscrm/core/replay/sending-rules";
import { decisionsIn, type FoundDecision, type StoredMessage } from "@smscrm/core/replay/stored-message";
import { addMessage } from "@smscrm/core/replay/tally";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { ReplayPass } from "@smscrm/db/rules/replay-passes";
import {
  type HistoryWanted,
  readHistories,
  readReplayCampaigns,
  readRulesByVersion,
} from "@smscrm/db/rules/replay-source";
import type { PastLaw } from "./past-law.ts";

/** Judged without a pause. The same process submits messages within 250 ms. */
const AT_ONCE = 50;

interface Judged {
  message: StoredMessage;
  found: FoundDecision;
  outcome: Outcome;
}

/** Judges the decisions of these messages under the proposed rules, and adds them to the pass's tally. */
export async function judgePage(
  pipeline: Pipeline,
  pass: ReplayPass,
  law: PastLaw,
  messages: readonly StoredMessage[],
  onEach: (judged: Judged) => void = () => {},
): Promise<void> {
  const found: Found[] = [];
  for (const [index, message] of messages.entries()) {
    found.push({ message, decisions: decisionsIn(message, pass.window) });
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
  }
  const facts = await readFacts(pipeline, pass.tenantId, law, found);
  for (const [index, { message, decisions }] of found.entries()) {
    const outcomes = decisions.map((each) => {
      const outcome = outcomeOf(each, message, facts, pass);
      onEach({ message, found: each, outcome });
      return { outcome, counts: each.counts };
    });
    addMessage(pass.tally, { ...message, outcomes });
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
  }
}

interface Facts {
  campaigns: ReadonlyMap<string, ReplayCampaign>;
  versions: ReadonlyMap<number, RulesInForce>;
  histories: ReadonlyMap<FoundDecision, readonly Date[]>;
  bookAt: PastBooks;
}

type Found = { message: StoredMessage; decisions: readonly FoundDecision[] };

/** Three statements for the whole page. Most decisions had no submission before them, so they ask for no history. */
async function readFacts(
  pipeline: Pipeline,
  tenantId: string,
  law: PastLaw,
  found: readonly Found[],
): Promise<Facts> {
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
  return { campaigns, versions, bookAt, histories: new Map(keys.map((key, at) => [key, histories[at]!])) };
}

function outcomeOf(
  found: FoundDecision,
  message: StoredMessage,
  { campaigns, versions, histories, bookAt }: Facts,
  { proposed }: ReplayPass,
): Outcome {
  if (found.kind === "unknown") return { kind: "unknown", reason: found.reason };
  const { decision, wasSent } = found;
  const campaign = campaigns.get(message.campaignId);
  const rules = versions.get(decision.facts.rules);
  if (!campaign || !rules) return { kind: "unknown", reason: "rules" };
  const inForce = { ...rules, book: bookAt(decision.facts.law, decision.at) };
  const recentSubmissions = histories.get(found) ?? [];
  return replayDecision(
    { decision, person: message, campaign, inForce, recentSubmissions, wasSent },
    proposed,
  );
}
