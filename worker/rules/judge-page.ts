import { type Outcome, replayDecision } from "@smscrm/core/replay/replay";
import type { FoundDecision, StoredMessage } from "@smscrm/core/replay/stored-message";
import { addMessage } from "@smscrm/core/replay/tally";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { ReplayPass } from "@smscrm/db/rules/replay-passes";
import type { PastLaw } from "./past-law.ts";
import { caseOf, findDecisions, inSteps, readFacts } from "./replay-facts.ts";

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
  const all = await findDecisions(messages, pass.window);
  const facts = await readFacts(pipeline, pass.tenantId, law, all);
  await inSteps(all, ({ message, decisions }) => {
    const outcomes = decisions.map((found) => {
      const item = caseOf(found, message, facts);
      const outcome = "kind" in item ? item : replayDecision(item, pass.proposed);
      onEach({ message, found, outcome });
      return { outcome, counts: found.counts };
    });
    addMessage(pass.tally, { ...message, outcomes });
  });
}
