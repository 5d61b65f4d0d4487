import { type Subject, subjectKey } from "@smscrm/core/consent/preferences";
import { numberBehind } from "@smscrm/core/replies/sender";
import { recordAudit } from "@smscrm/db/audit/audit";
import { quoted, recordOptOut } from "@smscrm/db/contacts/opt-outs";
import { refuseSubjects } from "@smscrm/db/contacts/preferences";
import { decidePossibleOptOut, findPossibleOptOut } from "@smscrm/db/inbox/inbox";
import { closeConversation } from "@smscrm/db/inbox/team";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import type { Asking } from "../campaigns/audit.ts";
import { refuseUnknownTopics } from "../contacts/consents.ts";
import { badRequest, conflict, found } from "../http/refusals.ts";

/** A member's answer to the question of the inbox. */
export interface Decided {
  id: string;
  decision: "opted-out" | "dismissed" | "preference";
  /** What the person refuses, for a preference. */
  refuses: readonly Subject[];
}

const STARTED_SINCE =
  "They texted START after this. Dismiss it, or add the number to the do-not-contact list if they should get no texts.";

/**
 * Records a member's decision about a possible opt-out. The first decision counts. An opt-out takes effect at the
 * commit, with the date of the text, and only if the person has not texted START since.
 */
export function decideOptOut(asking: Asking, { id, decision, refuses }: Decided): Promise<{ ok: true }> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx): Promise<{ ok: true }> => {
    await refuseOtherSubjects(tx, tenantId, { decision, refuses });
    const message = found(await findPossibleOptOut(tx, tenantId, id), "message");
    const phoneE164 = numberBehind(message.phone);
    if (decision !== "dismissed" && phoneE164 === null) {
      throw badRequest("This came from a short code or a sender name, which can't be texted. Dismiss it.");
    }
    const decided = await decidePossibleOptOut(tx, tenantId, message, decision, session.userId);
    if (!decided) throw conflict("Someone else has already decided. Reload to see the decision.");
    if (decision === "opted-out" && phoneE164 !== null) {
      const outcome = await recordOptOut(tx, {
        source: "reply",
        recordedBy: session.userId,
        person: {
          tenantId,
          phoneE164,
          note: `Wrote: ${quoted(message.body)}`,
          at: message.createdAt,
          evidence: { text: quoted(message.body), inboundId: id },
        },
      });
      if (outcome === "overruled") throw conflict(STARTED_SINCE);
      // Nothing more waits for a person: what they wrote is in force.
      await closeConversation(tx, tenantId, message.phone, id);
    }
    const subjects = decision === "preference" ? refuses.map(subjectKey) : [];
    if (phoneE164 !== null)
      await refuseSubjects(tx, tenantId, phoneE164, subjects, {
        source: "reply",
        note: `Wrote: ${quoted(message.body)}`,
        recordedBy: session.userId,
      });
    await recordAudit(tx, {
      tenantId,
      actorId: session.userId,
      action: ACTIONS[decision],
      objectKind: "reply",
      objectId: id,
      ...(subjects.length > 0 && { detail: { refuses: subjects } }),
    });
    return { ok: true };
  });
}

const ACTIONS = {
  "opted-out": "opt-out.confirm",
  dismissed: "opt-out.dismiss",
  preference: "opt-out.preference",
} as const;

/** A preference says what is refused, in the tenant's own topics; the other decisions say nothing of it. */
async function refuseOtherSubjects(
  tx: TenantTransaction,
  tenantId: string,
  { decision, refuses }: Omit<Decided, "id">,
): Promise<void> {
  if (decision !== "preference") return;
  if (refuses.length === 0) throw badRequest("Choose what they don't want, or dismiss the question.");
  const topics = refuses.flatMap(({ topic }) => topic ?? []);
  if (refuses.some(({ purpose, topic }) => topic && purpose !== "marketing"))
    throw badRequest("Only marketing has topics. Leave the topic out.");
  await refuseUnknownTopics(tx, tenantId, topics);
}
