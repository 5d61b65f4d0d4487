import { countryOfSender } from "@smscrm/core/law/added-replies";
import { addLawReply } from "@smscrm/core/replay/law-replay";
import { replayReply } from "@smscrm/core/replay/reply-replay";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { LawPass } from "@smscrm/db/rules/replay-passes";
import { type ReplySender, readReplies } from "@smscrm/db/rules/reply-source";
import type { LawVersions } from "./judge-law-page.ts";
import { inSteps } from "./replay-facts.ts";

/** Reads the replies of these senders again, of those in the draft's country, with its words. */
export async function judgeReplyPage(
  pipeline: Pipeline,
  { proposed, tally }: LawPass,
  law: LawVersions,
  senders: readonly ReplySender[],
): Promise<void> {
  const ids: string[] = [];
  await inSteps(senders, ({ id, tenantId, from }) => {
    if (tenantId !== null && countryOfSender(from) === proposed.country) ids.push(id);
  });
  const replies = await readReplies(pipeline, ids);
  const lawRevision = replies.reduce((last, { facts }) => Math.max(last, facts?.law ?? 0), 0);
  const [asItWas, asProposed] = await Promise.all([law.asItWas(lawRevision), law.proposed(lawRevision)]);
  await inSteps(replies, (reply) => {
    const [revision, at] = [reply.facts?.law ?? 0, reply.facts?.at ?? new Date(0)];
    addLawReply(tally, reply.tenantId, replayReply(reply, asItWas(revision, at), asProposed(revision, at)));
  });
}
