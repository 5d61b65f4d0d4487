import { ACTIONS, type Action, may } from "@smscrm/core/roles";
import { recordAudit } from "@smscrm/db/audit";
import * as sessions from "@smscrm/db/sessions";
import { z } from "zod";
import { hashPassword, isPassword } from "../auth/passwords.ts";
import { readSession, type Session } from "../auth/session.ts";
import { hashToken, newSessionToken, sessionCookie } from "../auth/session-token.ts";
import { signIn } from "../auth/sign-in.ts";
import { badRequest, found, notFound } from "../refusals.ts";
import { anybody, type Context, router, signedIn } from "../trpc.ts";

/** Who is signed in, and what they may do. */
export interface Me {
  user: { id: string; name: string; email: string };
  tenant: Session["tenant"];
  role: Session["role"];
  permissions: Action[];
  carrier: "simulator" | "twilio";
  handsetUrl: string | null;
  tenants: sessions.TenantOfPerson[];
}

async function describe(ctx: Context, session: Session): Promise<Me> {
  const { database, carrier, handsetUrl } = ctx.dependencies;
  const tenants = await database.asSignIn((tx) => sessions.listTenantsOf(tx, session.userId));
  return {
    user: { id: session.userId, name: session.name, email: session.email },
    tenant: session.tenant,
    role: session.role,
    permissions: ACTIONS.filter((action) => may(session.role, action)),
    carrier,
    handsetUrl,
    tenants,
  };
}

const email = z.string().trim().toLowerCase().pipe(z.email("Enter an e-mail address.").max(254));
const MIN_PASSWORD = 12;
const newPassword = z
  .string()
  .min(MIN_PASSWORD, `Choose at least ${MIN_PASSWORD} characters: a few words are easiest to remember.`)
  .max(200);

/** How much of a session's hash names it: enough to tell sessions apart, useless as a key. */
const SESSION_ID_LENGTH = 16;

export const auth = router({
  signIn: anybody
    .input(z.object({ email, password: z.string().min(1, "Enter your password.").max(200) }))
    .mutation(async ({ ctx, input }): Promise<Me> => {
      const { dependencies, visitor, setCookie } = ctx;
      const token = await signIn(dependencies, input, visitor);
      setCookie(sessionCookie(token, dependencies.publicUrl));
      return describe(ctx, await begun(ctx, token));
    }),

  signOut: anybody.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    const { session, dependencies, setCookie } = ctx;
    if (session) await dependencies.database.asSignIn((tx) => sessions.deleteSession(tx, session.tokenHash));
    setCookie(sessionCookie(null, dependencies.publicUrl));
    return { ok: true };
  }),

  signOutEverywhere: signedIn.mutation(async ({ ctx }): Promise<{ ended: number }> => {
    const { session, dependencies, setCookie } = ctx;
    const ended = await dependencies.database.asSignIn(async (tx) => {
      const count = await sessions.deleteSessionsOf(tx, session.userId, null);
      await recordAudit(tx, { ...noteOf(session, "auth.sign-out-everywhere"), detail: { ended: count } });
      return count;
    });
    setCookie(sessionCookie(null, dependencies.publicUrl));
    return { ended };
  }),

  me: anybody.query(({ ctx }): Promise<Me | null> | null =>
    ctx.session ? describe(ctx, ctx.session) : null,
  ),

  sessions: signedIn.query(async ({ ctx: { session, dependencies } }) => {
    const open = await dependencies.database.asSignIn((tx) => sessions.listSessionsOf(tx, session.userId));
    return open.map(({ tokenHash, ...rest }) => ({
      ...rest,
      id: sessionId(tokenHash),
      current: session.tokenHash.equals(tokenHash),
    }));
  }),

  endSession: signedIn
    .input(z.object({ id: z.string().regex(new RegExp(`^[0-9a-f]{${SESSION_ID_LENGTH}}$`)) }))
    .mutation(async ({ ctx: { session, dependencies }, input }): Promise<{ ok: true }> => {
      const ended = await dependencies.database.asSignIn((tx) =>
        sessions.deleteSessionByPrefix(tx, session.userId, input.id),
      );
      if (!ended) throw notFound("session");
      return { ok: true };
    }),

  changePassword: signedIn
    .input(z.object({ current: z.string().min(1).max(200), next: newPassword }))
    .mutation(async ({ ctx: { session, dependencies }, input }): Promise<{ ended: number }> => {
      const { database } = dependencies;
      const known = await database.asSignIn((tx) => sessions.findCredentials(tx, session.email));
      if (!(await isPassword(input.current, known?.passwordHash ?? null))) {
        throw badRequest("The current password is wrong.");
      }
      const passwordHash = await hashPassword(input.next);
      return database.asSignIn(async (tx) => {
        await sessions.setPasswordHash(tx, session.userId, passwordHash);
        const ended = await sessions.deleteSessionsOf(tx, session.userId, session.tokenHash);
        await recordAudit(tx, { ...noteOf(session, "auth.change-password"), detail: { ended } });
        return { ended };
      });
    }),

  switchTenant: signedIn
    .input(z.object({ tenantId: z.guid() }))
    .mutation(async ({ ctx, input }): Promise<Me> => {
      const { session, dependencies, setCookie } = ctx;
      const token = newSessionToken();
      // A new token for the new tenant: a page still open for the old one is told to sign in, and cannot act here.
      await dependencies.database.asSignIn(async (tx) => {
        const mine = await sessions.listTenantsOf(tx, session.userId);
        found(
          mine.find((tenant) => tenant.id === input.tenantId),
          "organisation",
        );
        await sessions.deleteSession(tx, session.tokenHash);
        const { userAgent, address } = ctx.visitor;
        const next = { userId: session.userId, tenantId: input.tenantId, userAgent, address };
        await sessions.insertSession(tx, { ...next, tokenHash: hashToken(token) });
      });
      setCookie(sessionCookie(token, dependencies.publicUrl));
      return describe(ctx, await begun(ctx, token));
    }),
});

const sessionId = (tokenHash: Uint8Array) =>
  Buffer.from(tokenHash).toString("hex").slice(0, SESSION_ID_LENGTH);

const noteOf = (session: Session, action: string) => ({
  tenantId: session.tenant.id,
  actorId: session.userId,
  action,
  objectKind: "person",
  objectId: session.userId,
});

async function begun({ dependencies }: Context, token: string): Promise<Session> {
  const headers = new Headers({ cookie: `session_id=${token}` });
  return found(await readSession(dependencies.database, headers), "session");
}
