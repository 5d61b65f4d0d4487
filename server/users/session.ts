import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { findSession, type SignedInPerson, touchSession } from "@smscrm/db/users/sessions";
import { hashToken } from "./session-token.ts";

export type Session = SignedInPerson & { tokenHash: Buffer };

const TOUCH_AFTER_MS = 60_000;

/**
 * Returns the session of a request's token. It is read from the database at every request, so that a changed role, an
 * ended session or a removed person takes effect at once. Without `touch` nothing is written, so no other request of
 * the session can block this one.
 */
export async function readSession(
  database: TenantDatabase,
  token: string | null,
  { touch = true }: { touch?: boolean } = {},
): Promise<Session | null> {
  if (token === null) return null;
  const tokenHash = hashToken(token);
  return database.asSignIn(async (tx) => {
    const person = await findSession(tx, tokenHash);
    if (!person) return null;
    if (touch && Date.now() - person.lastSeenAt.getTime() > TOUCH_AFTER_MS) await touchSession(tx, tokenHash);
    return { ...person, tokenHash };
  });
}
