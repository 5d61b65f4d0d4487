import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { endEverythingOf, noteInEveryTenantOf } from "./invitations.ts";
import { IDLE_HOURS, REPLACED_SECONDS } from "./sessions.ts";

/** An open session, without anything that opens it. */
export interface SessionAtConsole {
  createdAt: Date;
  lastSeenAt: Date;
  organisation: string;
  userAgent: string | null;
  address: string | null;
}

/**
 * Lists the open sessions of the account with this address, at the console, without those whose token was replaced.
 * Returns null if there is no such account.
 */
export function listSessionsOfAddress(sql: Pipeline, email: string): Promise<SessionAtConsole[] | null> {
  return transact(sql, async (tx) => {
    const [user] = await tx<{ id: string }[]>`select id from users where email = ${email}`;
    return user ? openSessions(tx, user.id) : null;
  });
}

/**
 * Ends all sessions of the account with this address, at the console, and with them its pending sign-ins, known
 * browsers and reset links. Returns how many sessions were open, or null if there is no such account.
 */
export function endSessionsOfAddress(
  sql: Pipeline,
  { email, by }: { email: string; by: string },
): Promise<{ ended: number } | null> {
  return transact(sql, async (tx) => {
    // A sign-in locks this row too (holdPassword): it either ends here or begins after the commit.
    const [user] = await tx<{ id: string }[]>`select id from users where email = ${email} for update`;
    if (!user) return null;
    const ended = (await openSessions(tx, user.id)).length;
    await endEverythingOf(tx, user.id);
    await noteInEveryTenantOf(tx, user.id, "auth.end-sessions", { by, ended }, null);
    return { ended };
  });
}

function openSessions(tx: PipelineTransaction, userId: string): Promise<SessionAtConsole[]> {
  return tx<SessionAtConsole[]>`
    select s.created_at as "createdAt", s.last_seen_at as "lastSeenAt", t.name as organisation,
      s.user_agent as "userAgent", s.address
    from sessions s join tenants t on t.id = s.tenant_id
    where s.user_id = ${userId} and s.last_seen_at > clock_timestamp() - make_interval(hours => ${IDLE_HOURS})
      and s.expires_at > clock_timestamp() + make_interval(secs => ${REPLACED_SECONDS})
    order by s.last_seen_at desc`;
}
