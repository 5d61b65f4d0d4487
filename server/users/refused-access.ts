import { roleName } from "@smscrm/core/process/roles";
import type { AuditTally } from "./audit-tally.ts";
import type { Session } from "./session.ts";

/** Records that someone requested what their role does not allow. `what` is the procedure or route. */
export function noteRefusal(tally: AuditTally, session: Session, what: string): Promise<void> {
  const { userId, tenant } = session;
  const role = roleName(session);
  return tally({
    action: "access.denied",
    key: `${tenant.id}/${userId}`,
    name: what,
    note: () => ({
      ...{ tenantId: tenant.id, actorId: userId, action: "access.denied" },
      ...{ objectKind: "person", objectId: userId, detail: { what, role } },
    }),
  });
}
