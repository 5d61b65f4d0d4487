import type { Action } from "@smscrm/core/process/roles";
import type { Dependencies } from "../../dependencies.ts";
import type { AuditTally } from "../audit-tally.ts";
import { noteRefusal } from "../refused-access.ts";
import { readSession, type Session } from "../session.ts";
import { guardRefusal, proofRefusal } from "../session-guard.ts";
import { sessionTokenOf } from "../session-token.ts";

type Refusal = { status: 401 | 403 | 428; error: string };
type Taker = { session: Session; refusal: null } | { session: null; refusal: Refusal };

/**
 * Returns who asks for a file, or why they don't get it: not signed in, not allowed `action`, or not lately proven. What
 * the role does not allow is noted in the audit log as `taken`.
 */
export async function fileTaker(
  { database, publicUrl }: Pick<Dependencies, "database" | "publicUrl">,
  tally: AuditTally,
  headers: Headers,
  { action, taken }: { action: Action; taken: string },
): Promise<Taker> {
  const session = await readSession(database, sessionTokenOf(headers, publicUrl));
  const denied = guardRefusal(session, action);
  if (session && denied) void noteRefusal(tally, session, taken);
  if (denied || !session)
    return { session: null, refusal: denied ?? { status: 401, error: "Please sign in to continue." } };
  const unproven = proofRefusal(session);
  return unproven ? { session: null, refusal: unproven } : { session, refusal: null };
}
