import { type AuditNote, recordAudit, recordAudits } from "@smscrm/db/audit/audit";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { keepKnownBrowser } from "@smscrm/db/users/known-browsers";
import { insertPendingSignIn } from "@smscrm/db/users/pending-sign-ins";
import { hasSecondFactor, readSecondFactors } from "@smscrm/db/users/second-factors";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import {
  type Credentials,
  deleteSession,
  holdPassword,
  insertSession,
  listTenantsOf,
} from "@smscrm/db/users/sessions";
import { listPasswordTenants } from "@smscrm/db/users/single-sign-on/allowed-start";
import type { IdentityLink } from "@smscrm/db/users/single-sign-on/identities";
import { forbidden, unauthorized } from "../http/refusals.ts";
import type { Context } from "../trpc.ts";
import { checkPassword, type Visitor } from "./check-password.ts";
import type { Session } from "./session.ts";

/** The tokens that a browser gets at a sign-in. */
export interface BegunSession {
  userId: string;
  /** The session's token. */
  token: string;
  /** The token by which the browser is recognised from now on; null after single sign-on. */
  browserToken: string | null;
}

/** A session, or for a person with a second factor what waits for it. It opens nothing else. */
export type Admission = { session: BegunSession } | { pendingToken: string };

/**
 * Checks e-mail and password and begins a session, or asks for the second factor. Refuses with the same words, after the
 * same work, whether the address is unknown, the password wrong or the account without a tenant.
 */
export async function signIn(ctx: Context, given: { email: string; password: string }): Promise<Admission> {
  const { visitor, session: replaced } = ctx;
  const { database, metrics } = ctx.dependencies;
  const { known, holds, browserToken, forgive, refusable } = await checkPassword(ctx, given);
  const admission = await database.asSignIn((tx): Promise<Attempt> => {
    const needs = { browserToken, replaced };
    return attempt(tx, holds ? known : null, known?.userId ?? null, visitor, needs);
  });
  if (admission && "providerOnly" in admission) {
    metrics.signIns.inc({ outcome: "wrong" });
    await forgive();
    throw forbidden(requiresProvider(admission.providerOnly));
  }
  metrics.signIns.inc({ outcome: signInOutcome(admission) });
  if (!admission) {
    await refusable();
    throw unauthorized("E-mail address or password is wrong.");
  }
  await forgive();
  if ("pendingToken" in admission) {
    const { arrival } = admission;
    const note = () => arrivalNote(arrival, "auth.second-factor-asked", visitor);
    void ctx.tally({ action: "auth.second-factor-asked", key: arrival.userId, note });
  } else if (replaced) await ctx.streams.endOfEndedSessions();
  return admission;
}

/** What came of a password. `providerOnly`: the name of a tenant that it does not open. */
type Attempt = (Admission & { arrival: Arrival }) | { providerOnly: string } | null;

/** `proven`: the account whose password was right. Arrives in the first tenant that the password opens. */
async function attempt(
  tx: TenantTransaction,
  proven: Credentials | null,
  userId: string | null,
  visitor: Visitor,
  needs: SessionNeeds,
): Promise<Attempt> {
  const tenants = userId ? await listPasswordTenants(tx, userId) : [];
  const home = tenants.find(({ passwordOpens }) => passwordOpens) ?? tenants[0];
  if (!userId || !home) return null;
  const arrival = { userId, tenantId: home.id };
  if (proven && !home.passwordOpens) {
    await noteArrival(tx, arrival, "auth.sign-in-failed", visitor, { because: "sso-required" });
    return { providerOnly: home.name };
  }
  const admitted =
    proven && (await admit(tx, arrival, visitor, { provenHash: proven.passwordHash, ...needs }));
  if (!admitted) await noteArrival(tx, arrival, "auth.sign-in-failed", visitor);
  return admitted && { ...admitted, arrival };
}

/** Why a right password begins no session in this tenant. */
export const requiresProvider = (organisation: string) =>
  `${organisation} requires single sign-on. Choose “Continue with single sign-on” on the sign-in page.`;

function signInOutcome(admission: Admission | null): "ok" | "wrong" | "pending" {
  if (!admission) return "wrong";
  return "pendingToken" in admission ? "pending" : "ok";
}

export interface Arrival {
  userId: string;
  tenantId: string;
}

/** The first step of a sign-in that led to a session. */
export type Start =
  | { signedInBy: "password" }
  /** `providerFactor`: the provider asked for a second factor. */
  | { signedInBy: "sso"; providerFactor: boolean };

const BY_PASSWORD: Start = { signedInBy: "password" };

interface SessionNeeds {
  /** Left out: the password. */
  start?: Start;
  browserToken: string | null;
  /** The session that the browser had. */
  replaced: Session | null;
  /** The kind of second factor that was given. */
  factor?: string;
}

/**
 * Lets a person with the right password in: with a session, or where they have a second factor with a pending sign-in.
 * Null where the password that was proven is no longer the account's.
 */
export async function admit(
  tx: TenantTransaction,
  arrival: Arrival,
  visitor: Visitor,
  { provenHash, ...needs }: SessionNeeds & { provenHash: string },
): Promise<Admission | null> {
  if (!(await holdPassword(tx, arrival.userId, provenHash))) return null;
  if (hasSecondFactor(await readSecondFactors(tx, arrival.userId)))
    return askSecondFactor(tx, arrival, { start: BY_PASSWORD, link: null });
  return { session: await beginSession(tx, arrival, visitor, needs) };
}

/** Begins a pending sign-in. `link`: the provider's person to link with the account once the factor was given. */
export async function askSecondFactor(
  tx: TenantTransaction,
  arrival: Arrival,
  { start: { signedInBy }, link }: { start: Start; link: IdentityLink | null },
): Promise<{ pendingToken: string }> {
  const pendingToken = newToken();
  await insertPendingSignIn(tx, { ...arrival, signedInBy, link, tokenHash: hashToken(pendingToken) });
  return { pendingToken };
}

/**
 * A session in that tenant, which learns of it, in a browser that the account knows from now on. It takes the place of the
 * one that the browser had: a copy of that one's cookie opens nothing any more. Single sign-on makes no browser known:
 * known browsers have their own limit of guessing the password, and a tenant's provider must not hand those out.
 */
export async function beginSession(
  tx: TenantTransaction,
  arrival: Arrival,
  visitor: Visitor,
  { start = BY_PASSWORD, replaced, factor, ...known }: SessionNeeds,
): Promise<BegunSession> {
  const token = newToken();
  const isByProvider = start.signedInBy === "sso";
  const browserToken = isByProvider ? null : (known.browserToken ?? newToken());
  const detail = { ...(factor ? { factor } : {}), ...(isByProvider ? { by: "sso" } : {}) };
  const notes = [arrivalNote(arrival, "auth.sign-in", visitor, detail)];
  if (replaced && (await deleteSession(tx, replaced.tokenHash))) {
    const earlier = { userId: replaced.userId, tenantId: replaced.tenant.id };
    notes.push(arrivalNote(earlier, "auth.session-replaced", visitor));
  }
  await recordAudits(tx, notes);
  if (browserToken) await keepKnownBrowser(tx, arrival.userId, hashToken(browserToken));
  const { userAgent, address } = visitor;
  const begun = { userAgent, address, tokenHash: hashToken(token), provenAt: "now" as const };
  const providerFactor = isByProvider && start.providerFactor;
  await insertSession(tx, { ...arrival, ...begun, signedInBy: start.signedInBy, providerFactor });
  return { userId: arrival.userId, token, browserToken };
}

type ArrivalAction =
  | "auth.sign-in"
  | "auth.sign-in-failed"
  | "auth.sign-in-throttled"
  | "auth.second-factor-asked"
  | "auth.second-factor-failed"
  | "auth.second-factor-throttled"
  | "auth.session-replaced"
  | "auth.switch-tenant";

/** Written in the tenant of the new session, because its members must know. */
export function noteArrival(
  tx: TenantTransaction,
  arrival: Arrival,
  action: ArrivalAction,
  visitor: Visitor,
  more: Record<string, string> = {},
): Promise<void> {
  return recordAudit(tx, arrivalNote(arrival, action, visitor, more));
}

export function arrivalNote(
  { userId, tenantId }: Arrival,
  action: ArrivalAction,
  { address }: Visitor,
  more: Record<string, string> = {},
): AuditNote {
  return {
    ...{ tenantId, actorId: userId, action, objectKind: "person", objectId: userId },
    detail: { address, ...more },
  };
}

/** Records a known person's wrong password in the tenant where a sign-in would have led. */
export async function noteFailure(tx: TenantTransaction, userId: string, visitor: Visitor): Promise<void> {
  const [home] = await listTenantsOf(tx, userId);
  if (home) await noteArrival(tx, { userId, tenantId: home.id }, "auth.sign-in-failed", visitor);
}
