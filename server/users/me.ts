import { mayIn } from "@smscrm/core/platform/roles";
import { ACTIONS, type Action, type MemberRole, roleName } from "@smscrm/core/process/roles";
import { findPendingSignIn } from "@smscrm/db/users/pending-sign-ins";
import { readSecondFactors } from "@smscrm/db/users/second-factors";
import { hashToken } from "@smscrm/db/users/secret-tokens";
import * as sessions from "@smscrm/db/users/sessions";
import { found } from "../http/refusals.ts";
import type { Context } from "../trpc.ts";
import { browserCookie } from "./known-browser.ts";
import { passkeysArePossible } from "./second-factor/passkey-signature.ts";
import { pendingCookie } from "./second-factor/pending-cookie.ts";
import { readSession, type Session } from "./session.ts";
import { sessionCookie } from "./session-token.ts";
import type { Admission, BegunSession } from "./sign-in.ts";

/** The signed-in person, and what they may do. */
export interface Me extends MemberRole {
  user: { id: string; name: string; email: string };
  tenant: Session["tenant"];
  /** The role as people know it. */
  roleName: string;
  permissions: Action[];
  carrier: "simulator" | "twilio";
  handsetUrl: string | null;
  tenants: sessions.TenantOfPerson[];
  /** For a platform operator who may look inside, by an owner's consent: until when. */
  visitsUntil: Date | null;
  /** The organisation asks for a second factor and the person has none: they can only set one up. */
  lacksSecondFactor: boolean;
}

/** The password was right and the second factor is missing; which of them the person can give. */
export interface PendingView {
  pending: { totp: boolean; passkey: boolean; recoveryCodes: boolean };
}

/** Describes a session's person for the dashboard. */
export async function describeMe(ctx: Context, session: Session): Promise<Me> {
  const { database, carrier, handsetUrl } = ctx.dependencies;
  const tenants = await database.asSignIn((tx) => sessions.listTenantsOf(tx, session.userId));
  return {
    user: { id: session.userId, name: session.name, email: session.email },
    tenant: session.tenant,
    role: session.role,
    customRole: session.customRole,
    roleName: roleName(session),
    permissions: ACTIONS.filter((action) => mayIn(session.tenant, session, action)),
    carrier,
    handsetUrl,
    tenants,
    visitsUntil: session.visitsUntil,
    lacksSecondFactor: session.lacksSecondFactor,
  };
}

/** Gives the browser its cookies: the session's first, or the one of a sign-in that waits for its second factor. */
export async function enter(ctx: Context, admission: Admission): Promise<Me | PendingView> {
  const { publicUrl } = ctx.dependencies;
  if ("session" in admission) return enterSession(ctx, admission.session);
  ctx.setCookie(pendingCookie(admission.pendingToken, publicUrl));
  return found(await describePending(ctx, admission.pendingToken), "sign-in");
}

export async function enterSession(ctx: Context, { userId, token, browserToken }: BegunSession): Promise<Me> {
  const { publicUrl } = ctx.dependencies;
  ctx.setCookie(sessionCookie(token, publicUrl));
  ctx.setCookie(browserCookie(userId, browserToken, publicUrl));
  return describeSession(ctx, token);
}

/** Describes the sign-in that waits for its second factor; null where none does. */
export function describePending(
  { dependencies: { database, publicUrl } }: Context,
  token: string | null,
): Promise<PendingView | null> | null {
  if (token === null) return null;
  return database.asSignIn(async (tx) => {
    const waiting = await findPendingSignIn(tx, hashToken(token));
    if (!waiting) return null;
    const { totpSince, passkeys, recoveryCodesLeft } = await readSecondFactors(tx, waiting.userId);
    return {
      pending: {
        totp: totpSince !== null,
        passkey: passkeys > 0 && passkeysArePossible(publicUrl),
        recoveryCodes: recoveryCodesLeft > 0,
      },
    };
  });
}

/** Describes the person of a session that has just begun. */
export async function describeSession(ctx: Context, token: string): Promise<Me> {
  return describeMe(ctx, found(await readSession(ctx.dependencies.database, token), "session"));
}
