import { recordAudit } from "@smscrm/db/audit";
import { decidePossibleOptOut, findPossibleOptOut } from "@smscrm/db/inbox";
import { recordReadOptOut } from "@smscrm/db/opt-outs";
import type { Asking } from "../campaigns/audit.ts";
import { badRequest, conflict, found } from "../refusals.ts";

const E164 = /^\+[1-9]\d{6,14}$/;

/** A person decides what a possible opt-out was. The first decision counts; an opt-out is in force at the commit. */
export function decideOptOut(
  asking: Asking,
  id: string,
  decision: "opted-out" | "dismissed",
): Promise<{ ok: true }> {
  const { tenantId, session } = asking;
  return asking.inTenant(async (tx): Promise<{ ok: true }> => {
    const message = found(await findPossibleOptOut(tx, tenantId, id), "message");
    if (decision === "opted-out" && !E164.test(message.phone)) {
      throw badRequest("This came from a short code or a name, which we cannot text anyway: dismiss it.");
    }
    const decided = await decidePossibleOptOut(tx, tenantId, message, decision, session.userId);
    if (!decided) throw conflict("Somebody else has decided this meanwhile. Reload to see what they chose.");
    if (decision === "opted-out") {
      const { phone: phoneE164, body: text } = message;
      await recordReadOptOut(tx, tenantId, { phoneE164, inboundId: id, text, decidedBy: session.userId });
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
