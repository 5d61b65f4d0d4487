import { recordAudit } from "@smscrm/db/audit";
import type { TenantDatabase } from "@smscrm/db/connection";
import { type KillSwitchStatus, pauseSending, readKillSwitch, resumeSending } from "@smscrm/db/kill-switch";
import type { Session } from "./auth/session.ts";

/** Stops all sending of the session's tenant; in force when this returns. Pausing twice is one pause. */
export async function pauseTenant(
  database: TenantDatabase,
  session: Session,
  reason: string | null,
): Promise<KillSwitchStatus> {
  const tenantId = session.tenant.id;
  await database.asTenant(tenantId, async (tx) => {
    if (!(await pauseSending(tx, tenantId, session.userId, reason))) return;
    await recordAudit(tx, { ...noteOf(session, "kill-switch.pause"), detail: { reason } });
  });
  // Read after the commit, so that the proof counts what was still on its way when the stop came.
  return database.asTenant(tenantId, (tx) => readKillSwitch(tx, tenantId));
}

export async function resumeTenant(database: TenantDatabase, session: Session): Promise<KillSwitchStatus> {
  const tenantId = session.tenant.id;
  await database.asTenant(tenantId, async (tx) => {
    if (await resumeSending(tx, tenantId)) await recordAudit(tx, noteOf(session, "kill-switch.resume"));
  });
  return database.asTenant(tenantId, (tx) => readKillSwitch(tx, tenantId));
}

const noteOf = (session: Session, action: string) => ({
  tenantId: session.tenant.id,
  actorId: session.userId,
  action,
  objectKind: "tenant",
  objectId: session.tenant.id,
});
