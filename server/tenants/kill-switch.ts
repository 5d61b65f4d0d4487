import { setTimeout as sleep } from "node:timers/promises";
import { suspensionSentence } from "@smscrm/core/explain/suspension";
import { type AuditNote, recordAudit, recordAuditUnlessBusy } from "@smscrm/db/audit/audit";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { isTooSlow } from "@smscrm/db/postgres/connection-faults";
import {
  type KillSwitchStatus,
  pauseSending,
  readKillSwitch,
  resumeSending,
} from "@smscrm/db/tenants/kill-switch";
import type { Dependencies } from "../dependencies.ts";
import { conflict } from "../http/refusals.ts";
import type { Session } from "../users/session.ts";

type Needs = Pick<Dependencies, "urgent" | "stops" | "database" | "log">;

/**
 * Pauses all sending of the session's tenant; it is in effect when this returns. A second pause changes nothing. It
 * waits for no other work: it has its own connections, and neither the audit log nor the proof can delay it.
 */
export async function pauseTenant(
  needs: Needs,
  session: Session,
  reason: string | null,
): Promise<KillSwitchStatus> {
  const tenantId = session.tenant.id;
  const note = { ...noteOf(session, "kill-switch.pause"), detail: { reason } };
  const unnoted = await inTime(
    needs.urgent.asTenant(tenantId, async (tx) => {
      if (!(await pauseSending(tx, tenantId, session.userId, reason))) return false;
      return !(await recordAuditUnlessBusy(tx, note));
    }),
    "Sending could not be paused in time: another transaction has locked the tenant. Try again at once, or run pnpm ops pause at the server's console.",
  );
  if (unnoted) void noteLater(needs, note);
  // Read after the commit, so that the count includes what was in flight when the pause committed.
  return readStatus(needs.urgent, tenantId, "Sending is paused");
}

export async function resumeTenant(needs: Needs, session: Session): Promise<KillSwitchStatus> {
  const tenantId = session.tenant.id;
  await inTime(
    needs.stops.asTenant(tenantId, async (tx) => {
      const resumed = await resumeSending(tx, tenantId);
      if (typeof resumed === "object")
        throw conflict(`${suspensionSentence(resumed.suspendedReason)} Only they can reinstate it.`);
      if (resumed) await recordAudit(tx, noteOf(session, "kill-switch.resume"));
    }),
    "Sending could not be resumed in time: another transaction has locked the tenant or its audit log. It is still paused. Try again.",
  );
  return readStatus(needs.stops, tenantId, "Sending is resumed");
}

function readStatus(by: TenantDatabase, tenantId: string, done: string): Promise<KillSwitchStatus> {
  return inTime(
    by.asTenant(tenantId, (tx) => readKillSwitch(tx, tenantId)),
    `${done}. The messages that await delivery could not be counted in time. Reload to see them.`,
  );
}

/** Does the work, and throws this sentence if a statement took too long. */
async function inTime<T>(work: Promise<T>, sentence: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isTooSlow(error) ? conflict(sentence) : error;
  }
}

const NOTE_TRIES = 20;
const NOTE_LIMIT_MS = 10_000;
const NOTE_REST_MS = 1_000;

/** Retries for some minutes. The tenant's row also says who paused, when and why, until it is resumed. */
async function noteLater({ database, log }: Needs, note: AuditNote): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.asTenant(note.tenantId, (tx) => recordAudit(tx, note), NOTE_LIMIT_MS);
    } catch (error) {
      if (attempt === NOTE_TRIES)
        return log.error({ error, tenantId: note.tenantId }, "A pause could not be written to the audit log");
      await sleep(NOTE_REST_MS);
    }
  }
}

const noteOf = (session: Session, action: string) => ({
  tenantId: session.tenant.id,
  actorId: session.userId,
  action,
  objectKind: "tenant",
  objectId: session.tenant.id,
});
