import type { TenantDatabase } from "@smscrm/db/connection";
import { findSession, type SignedInPerson, touchSession } from "@smscrm/db/sessions";
import { hashToken, sessionTokenOf } from "./session-token.ts";

export type Session = SignedInPerson & { tokenHash: Buffer };

const TOUCH_AFTER_MS = 60_000;

/**
 * The session that a request's cookie stands for. Asked of the database at every request, so that a role that was
 * changed, a session that was ended or a person who was removed is so at once.
 */
export async function readSession(database: TenantDatabase, headers: Headers): Promise<Session | null> {
  const token = sessionTokenOf(headers);
  if (token === null) return null;
  const tokenHash = hashToken(token);
  return database.asSignIn(async (tx) => {
    const person = await findSession(tx, tokenHash);
    if (!person) return null;
    if (Date.now() - person.lastSeenAt.getTime() > TOUCH_AFTER_MS) await touchSession(tx, tokenHash);
    return { ...person, tokenHash };
  });
}
