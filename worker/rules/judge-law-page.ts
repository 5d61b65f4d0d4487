import { addLawMessage, replayUnderLaw } from "@smscrm/core/replay/law-replay";
import type { StoredMessage } from "@smscrm/core/replay/stored-message";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { LawPass } from "@smscrm/db/rules/replay-passes";
import type { PastLaw } from "./past-law.ts";
import { caseOf, findDecisions, inSteps, readFacts } from "./replay-facts.ts";

/** The countries' rules of the past as they were, and with the proposed one in its place. */
export interface LawVersions {
  asItWas: PastLaw;
  proposed: PastLaw;
}

/** Judges the decisions of these messages, of whatever tenants, under the proposed rule of a country. */
export async function judgeLawPage(
  pipeline: Pipeline,
  pass: LawPass,
  law: LawVersions,
  messages: readonly StoredMessage[],
): Promise<void> {
  for (const [tenantId, own] of byTenant(messages)) {
    const all = await findDecisions(own, pass.window);
    const facts = await readFacts(pipeline, tenantId, law.asItWas, all);
    const proposedAt = await law.proposed(facts.lawRevision);
    await inSteps(all, ({ message, decisions }) => {
      const outcomes = decisions.map((found) => {
        const item = caseOf(found, message, facts);
        if ("kind" in item) return { outcome: item, cost: null, counts: found.counts };
        const { decision } = item;
        const book = proposedAt(decision.facts.law, decision.at);
        return { ...replayUnderLaw(item, pass.proposed.part, book), counts: found.counts };
      });
      addLawMessage(pass.tally, tenantId, outcomes);
    });
  }
}

function byTenant(messages: readonly StoredMessage[]): ReadonlyMap<string, StoredMessage[]> {
  const tenants = new Map<string, StoredMessage[]>();
  for (const message of messages) {
    const own = tenants.get(message.tenantId);
    if (own) own.push(message);
    else tenants.set(message.tenantId, [message]);
  }
  return tenants;
}
