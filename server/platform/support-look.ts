import type { AuditTally } from "../users/audit-tally.ts";
import type { Session } from "../users/session.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Records what a platform operator looks at inside a tenant: the procedure and the object, once a minute each. It is
 * written before the answer, so that no look goes unrecorded.
 */
export function noteLook(tally: AuditTally, session: Session, what: string, input: unknown): Promise<void> {
  const { userId, tenant } = session;
  const id = idOf(input);
  return tally({
    action: "support.look",
    key: `${tenant.id}/${userId}/${what}/${id ?? ""}`,
    note: () => ({
      ...{ tenantId: tenant.id, actorId: userId, action: "support.look" },
      ...{ objectKind: "support", objectId: id, detail: id ? { what, id } : { what } },
    }),
  });
}

/** Returns the id of the object that the input names. What is searched for is not recorded: it may be a number. */
function idOf(input: unknown): string | null {
  if (typeof input !== "object" || input === null) return null;
  const ids = Object.values(input).filter((value) => typeof value === "string" && UUID.test(value));
  return (ids[0] as string | undefined) ?? null;
}
