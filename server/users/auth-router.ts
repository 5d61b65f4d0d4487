import { recordAudit, recordAudits } from "@smscrm/db/audit/audit";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { hasTenants } from "@smscrm/db/tenants/tenants";
import { forgetKnownBrowsers, keepKnownBrowser } from "@smscrm/db/users/known-browsers";
import * as resets from "@smscrm/db/users/password-resets";
import { deletePendingSignIn, deletePendingSignIns } from "@smscrm/db/users/pending-sign-ins";
import { hashToken, newToken, TOKEN } from "@smscrm/db/users/secret-tokens";
import * as sessions from "@smscrm/db/users/sessions";
import { z } from "zod";
import type { Dependencies } from "../dependencies.ts";
import { email, newPassword } from "../http/inputs.ts";
import { badRequest, found, notFound } from "../http/refusals.ts";
import { noticeOfChange } from "../mail/account-notice.ts";
import { anybody, router, signedIn } from "../trpc.ts";
import { withinOwnLimit } from "./check-password.ts";
import { browserCookie } from "./known-browser.ts";
import {
  describeMe,
  describePending,
  describeSession,
  enter,
  enterSession,
  type Me,
  type PendingView,
} from "./me.ts";
import { networkOf } from "./network.ts";
import { refuseGuessable } from "./passwords/password-rule.ts";
import { hashPassword, isPassword } from "./passwords/passwords.ts";
import { resetAdvice } from "./passwords/reset-advice.ts";
import { challengeOfPending, giveSecondFactor } from "./second-factor/give-second-factor.ts";
import { pendingCookie } from "./second-factor/pending-cookie.ts";
import { factorProof } from "./second-factor/proof.ts";
import type { Session } from "./session.ts";
import { sessionCookie } from "./session-token.ts";
import { noteArrival, signIn } from "./sign-in.ts";

const linkToken = z.string().regex(TOKEN, "This link is not complete. Open it again as it was given to you.");
const resetOver = (dependencies: Dependencies) =>
  `This reset link isn't valid: it was used, replaced or expired. For a new one, ${resetAdvice(dependencies)}.`;

const PASSWORD_CHANGED = "The password was changed, and all other sessions ended.";

/** How many characters of a session's hash identify it: enough to tell sessions apart, useless as a key. */
const SESSION_ID_LENGTH = 16;

export const auth = router({
  signIn: anybody
    .input(z.object({ email, password: z.string().min(1, "Enter your password.").max(200) }))
    .mutation(async ({ ctx, input }): Promise<Me | PendingView> => {
      return enter(ctx, await signIn(ctx, input));
    }),

  /** The sign-in of this browser that waits for its second factor; null: none does. */
  pendingSignIn: anybody.query(({ ctx }): Promise<PendingView | null> | null =>
    describePending(ctx, ctx.pendingToken),
  ),

  /** What a passkey has to sign to finish the pending sign-in. Good for one answer, for five minutes. */
  passkeyChallenge: anybody.mutation(({ ctx }) => challengeOfPending(ctx)),

  /** The second step: begins the session. */
  giveSecondFactor: anybody
    .input(factorProof)
    .mutation(async ({ ctx, input }): Promise<Me> => enterSession(ctx, await giveSecondFactor(ctx, input))),

  /** Back to the first step. */
  dropPendingSignIn: anybody.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    const { dependencies, pendingToken, setCookie } = ctx;
    if (pendingToken) {
      await dependencies.database.asSignIn((tx) => deletePendingSignIn(tx, hashToken(pendingToken)));
    }
    setCookie(pendingCookie(null, dependencies.publicUrl));
    return { ok: true };
  }),

  /** What the sign-in page shows. A new system has no organisation yet; with the simulator there is a demo sign-in. */
  front: anybody.query(
    async ({
      ctx: { dependencies },
    }): Promise<{ hasTenants: boolean; sendsMail: boolean; hasDemo: boolean }> => ({
      hasTenants: await dependencies.database.asSignIn(hasTenants),
      sendsMail: dependencies.mailer !== null,
      hasDemo: dependencies.carrier === "simulator",
    }),
  ),

  signOut: anybody.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    const { session, dependencies, setCookie } = ctx;
    if (session) {
      await dependencies.database.asSignIn(async (tx) => {
        if (await sessions.deleteSession(tx, session.tokenHash))
          await recordAudit(tx, noteOf(session, "auth.sign-out"));
      });
      await ctx.streams.endOfEndedSessions();
    }
    setCookie(sessionCookie(null, dependencies.publicUrl));
    return { ok: true };
  }),

  signOutEverywhere: signedIn.mutation(async ({ ctx }): Promise<{ ended: number }> => {
    const { session, dependencies, setCookie } = ctx;
    const ended = await dependencies.database.asSignIn(async (tx) => {
      const endedIn = await sessions.deleteSessionsOf(tx, session.userId, null);
      await forgetKnownBrowsers(tx, session.userId);
      await noteEnded(tx, session, "auth.sign-out-everywhere", endedIn);
      return endedIn.length;
    });
    await ctx.streams.endOfEndedSessions();
    setCookie(sessionCookie(null, dependencies.publicUrl));
    return { ended };
  }),

  me: anybody.query(({ ctx }): Promise<Me | null> | null =>
    ctx.session ? describeMe(ctx, ctx.session) : null,
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
    .mutation(async ({ ctx: { session, dependencies, streams }, input }): Promise<{ ok: true }> => {
      const ended = await dependencies.database.asSignIn(async (tx) => {
        const tenantId = await sessions.deleteSessionByPrefix(tx, session.userId, input.id);
        if (tenantId) await recordAudit(tx, { ...noteOf(session, "auth.end-session"), tenantId });
        return tenantId;
      });
      if (!ended) throw notFound("session");
      await streams.endOfEndedSessions();
      return { ok: true };
    }),

  changePassword: signedIn
    .input(z.object({ current: z.string().min(1).max(200), next: newPassword }))
    .mutation(async ({ ctx, input }): Promise<{ ended: number }> => {
      const { session, dependencies, visitor, setCookie } = ctx;
      const { database } = dependencies;
      const known = await withinOwnLimit(ctx, session, "change-password", async () => {
        const credentials = await database.asSignIn((tx) => sessions.findCredentials(tx, session.email));
        return (await isPassword(input.current, credentials?.passwordHash ?? null, session.userId))
          ? credentials
          : null;
      });
      if (!known) throw badRequest("The current password is wrong.");
      const tenants = await database.asSignIn((tx) => sessions.listTenantsOf(tx, session.userId));
      const organisations = tenants.map(({ name }) => name);
      await refuseGuessable(input.next, { email: session.email, organisations }, session.userId);
      const passwordHash = await hashPassword(input.next, session.userId);
      const browserToken = newToken();
      const ended = await database.asSignIn(async (tx) => {
        const { userId } = session;
        const provenHash = known.passwordHash;
        const changed = await sessions.setPasswordHash(tx, userId, { provenHash, passwordHash });
        if (!changed) throw badRequest("The current password is wrong.");
        const endedIn = await sessions.deleteSessionsOf(tx, userId, session.tokenHash);
        await deletePendingSignIns(tx, userId);
        // A person who knew the old password is a stranger now, also with this browser's cookie.
        await forgetKnownBrowsers(tx, userId);
        await keepKnownBrowser(tx, userId, hashToken(browserToken));
        await noteEnded(tx, session, "auth.change-password", endedIn, { address: visitor.address });
        return endedIn.length;
      });
      await ctx.streams.endOfEndedSessions();
      setCookie(browserCookie(session.userId, browserToken, dependencies.publicUrl));
      noticeOfChange(dependencies, session.email, PASSWORD_CHANGED);
      return { ended };
    }),

  /**
   * Returns the person whose password a reset link changes. It is a mutation, so that the token is not part of an
   * address.
   */
  lookAtReset: anybody.input(z.object({ token: linkToken })).mutation(async ({ ctx, input }) => {
    const open = await resets.findPasswordReset(ctx.dependencies.pipeline, hashToken(input.token));
    if (!open) throw badRequest(resetOver(ctx.dependencies));
    return open;
  }),

  /** Sets the password by a reset link and remembers this browser. The person then signs in. */
  resetPassword: anybody
    .input(z.object({ token: linkToken, password: newPassword }))
    .mutation(async ({ ctx, input }): Promise<{ email: string }> => {
      const { dependencies, visitor, setCookie } = ctx;
      const { pipeline, database, publicUrl } = dependencies;
      const tokenHash = hashToken(input.token);
      // Hashing is costly, so the link is checked first.
      const open = await resets.findPasswordReset(pipeline, tokenHash);
      if (!open) throw badRequest(resetOver(ctx.dependencies));
      const organisations = await resets.listOrganisationsOfReset(pipeline, tokenHash);
      await refuseGuessable(input.password, { email: open.email, organisations }, networkOf(visitor.address));
      const passwordHash = await hashPassword(input.password, visitor.address);
      const { address } = visitor;
      const used = await resets.usePasswordReset(pipeline, { tokenHash, passwordHash, address });
      if (!used) throw badRequest(resetOver(ctx.dependencies));
      await ctx.streams.endOfEndedSessions();
      const browserToken = newToken();
      await database.asSignIn((tx) => keepKnownBrowser(tx, used.userId, hashToken(browserToken)));
      setCookie(browserCookie(used.userId, browserToken, publicUrl));
      noticeOfChange(dependencies, used.email, PASSWORD_CHANGED);
      return { email: used.email };
    }),

  switchTenant: signedIn
    .input(z.object({ tenantId: z.guid() }))
    .mutation(async ({ ctx, input }): Promise<Me> => {
      const { session, dependencies, setCookie } = ctx;
      const token = newToken();
      // The new tenant gets a new token: a page that is still open for the old tenant must sign in again and cannot act
      // here.
      await dependencies.database.asSignIn(async (tx) => {
        const mine = await sessions.listTenantsOf(tx, session.userId);
        found(
          mine.find((tenant) => tenant.id === input.tenantId),
          "organisation",
        );
        await sessions.deleteSession(tx, session.tokenHash);
        const { userAgent, address } = ctx.visitor;
        const { provenAt } = session;
        const next = { userId: session.userId, tenantId: input.tenantId, userAgent, address, provenAt };
        await sessions.insertSession(tx, { ...next, tokenHash: hashToken(token) });
        await noteArrival(tx, next, "auth.switch-tenant", ctx.visitor);
      });
      await ctx.streams.endOfEndedSessions();
      setCookie(sessionCookie(token, dependencies.publicUrl));
      return describeSession(ctx, token);
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

/** Writes an audit entry in each organisation whose session ended, and in the one where the person acted. */
function noteEnded(
  tx: TenantTransaction,
  session: Session,
  action: string,
  endedIn: readonly string[],
  more: Record<string, string> = {},
): Promise<void> {
  const tenantIds = new Set([session.tenant.id, ...endedIn]);
  const ended = (tenantId: string) => endedIn.filter((id) => id === tenantId).length;
  return recordAudits(
    tx,
    [...tenantIds].map((tenantId) => ({
      ...{ ...noteOf(session, action), tenantId },
      detail: { ended: ended(tenantId), ...more },
    })),
  );
}
