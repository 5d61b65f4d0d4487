import { numberBehind } from "@smscrm/core/replies/sender";
import { recordAudit } from "@smscrm/db/audit/audit";
import { quoted, recordOptOut } from "@smscrm/db/contacts/opt-outs";
import { decidePossibleOptOut, findPossibleOptOut } from "@smscrm/db/inbox/inbox";
import type { Asking } from "../campaigns/audit.ts";
import { badRequest, conflict, found } from "../http/refusals.ts";

const STARTED_SINCE =
  "They texted START after this. Dismiss it, or add the number to the do-not-contact list if they should get no texts.";

/**
 * Records a member's decision about a possible opt-out. The first decision counts. An opt-out takes effect at the
 * commit, with the date of the text, and only if the person has not texted START since.
 */
export function decideOptOut(
  asking: Asking,
  id: string,
  decision: "opted-out" | "dismissed",
): Promise<{ ok: true }> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx): Promise<{ ok: true }> => {
    const message = found(await findPossibleOptOut(tx, tenantId, id), "message");
    const phoneE164 = numberBehind(message.phone);
    if (decision === "opted-out" && phoneE164 === null) {
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
    }
    await recordAudit(tx, {
      tenantId,
      actorId: session.userId,
      action: decision === "opted-out" ? "opt-out.confirm" : "opt-out.dismiss",
      objectKind: "reply",
      objectId: id,
    });
    return { ok: true };
  });
}
