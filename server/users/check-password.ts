import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type AuditNote, recordAudit } from "@smscrm/db/audit/audit";
import type { TenantDatabase, TenantTransaction } from "@smscrm/db/postgres/connection";
import { findKnownBrowser } from "@smscrm/db/users/known-browsers";
import { hashToken } from "@smscrm/db/users/secret-tokens";
import { type Credentials, findCredentials, listTenantsOf } from "@smscrm/db/users/sessions";
import { countAttempt, forgiveAttempt, type ThrottleRule } from "@smscrm/db/users/sign-in-throttle";
import type { Dependencies } from "../dependencies.ts";
import { tooMany } from "../http/refusals.ts";
import type { AuditTally } from "./audit-tally.ts";
import { networkOf } from "./network.ts";
import { isPassword } from "./passwords/passwords.ts";
import type { Session } from "./session.ts";

export interface Visitor {
  address: string;
  userAgent: string | null;
  /** Tokens from the cookies of browsers that were used to sign in before. */
  browserTokens: readonly string[];
}

/** A shared office address may fail more often than one account, or than one known browser. */
const ACCOUNT_FAILURES = 5;
const BROWSER_FAILURES = 5;
const NETWORK_FAILURES = 30;
/** The most mails with a link for one account or invitation in 15 minutes. One may be lost in a spam folder, one mistyped. */
const MAILS_WITH_LINKS = 3;
/** The most sign-ins at a provider that a network begins in 15 minutes: an office that comes to work. */
const PROVIDER_VISITS = 300;
/**
 * A refusal takes at least this long. Otherwise its duration would show whether an audit entry was written, and so
 * whether the address has an account.
 */
const REFUSAL_MS = 100;

const throttleKey = (kind: string, value: string) => createHash("sha256").update(`${kind}:${value}`).digest();

/** The parts of a request that a check needs. */
export interface CheckContext {
  dependencies: Pick<Dependencies, "database" | "metrics">;
  visitor: Visitor;
  tally: AuditTally;
}

export interface PasswordCheck {
  /** The account with that address, even if the password was wrong; null if there is none. */
  known: Credentials | null;
  /** Whether the password was right and the account is active. */
  holds: boolean;
  /** This browser's token, if the account knows the browser. */
  browserToken: string | null;
  /** Takes the counted attempt back, because the password was right and was accepted. */
  forgive: () => Promise<void>;
  /** Resolves once the duration of a refusal no longer reveals what was found. */
  refusable: () => Promise<void>;
}

/** By what an attempt is throttled, and this browser's token where the account knows it. */
export interface AttemptLimits {
  own: ThrottleRule;
  network: ThrottleRule | null;
  browserToken: string | null;
}

/**
 * Strangers share the account's limit, so anybody can lock them out; a browser in which this account signed in before has a
 * limit of its own and is not locked out by others (OWASP calls its cookie a device cookie). `step`: a password and a second
 * factor are counted apart.
 */
export async function limitsOf(
  database: TenantDatabase,
  { address, browserTokens }: Visitor,
  email: string,
  step: "" | "second-factor-" | `sso-${string}-` = "",
): Promise<AttemptLimits> {
  const found = await database.asSignIn((tx) => findKnownBrowser(tx, email, browserTokens.map(hashToken)));
  const browserToken = found && (browserTokens.find((token) => hashToken(token).equals(found)) ?? null);
  if (browserToken) {
    const own = { key: throttleKey(`${step}browser`, browserToken), limit: BROWSER_FAILURES };
    return { own, network: null, browserToken };
  }
  return {
    own: { key: throttleKey(`${step}email`, email), limit: ACCOUNT_FAILURES },
    network: { key: throttleKey("address", networkOf(address)), limit: NETWORK_FAILURES },
    browserToken: null,
  };
}

/** The refusal of an attempt past the limit. */
export const tooManyAttempts = (lockedUntil: Date) =>
  tooMany(`Too many attempts. Try again in ${waitingTime(lockedUntil)}.`);

/** Checks an e-mail address and a password within the limits of guessing (`limitsOf`). */
export async function checkPassword(
  { dependencies: { database, metrics }, visitor, tally }: CheckContext,
  { email, password }: { email: string; password: string },
): Promise<PasswordCheck> {
  const { address } = visitor;
  const startedMs = performance.now();
  const { own, network, browserToken } = await limitsOf(database, visitor, email);
  const lockedUntil = await database.asSignIn((tx) => countAttempt(tx, own, network));
  if (lockedUntil) {
    metrics.signIns.inc({ outcome: "throttled" });
    void tally({
      action: "auth.sign-in-throttled",
      key: email,
      note: () => database.asSignIn((tx) => throttledNote(tx, email, visitor)),
    });
    throw tooManyAttempts(lockedUntil);
  }
  const known = await database.asSignIn((tx) => findCredentials(tx, email));
  const right = await isPassword(password, known?.passwordHash ?? null, networkOf(address));
  return {
    known,
    holds: right && known !== null && !known.disabled,
    browserToken,
    forgive: () => database.asSignIn((tx) => forgiveAttempt(tx, own, network)),
    refusable: () => sleep(Math.max(0, REFUSAL_MS - (performance.now() - startedMs))),
  };
}

/**
 * Counts a mail with a link before it is sent, and refuses one above the limit. No request is forgiven, because each may
 * have sent a mail. `about` is the account or invitation. `address` is a stranger's; null for a signed-in person.
 */
export async function withinMailLimit(
  { database }: Pick<Dependencies, "database">,
  about: string,
  address: string | null,
): Promise<void> {
  const own: ThrottleRule = { key: throttleKey("mail", about), limit: MAILS_WITH_LINKS };
  const network: ThrottleRule | null = address
    ? { key: throttleKey("mail-from", networkOf(address)), limit: NETWORK_FAILURES }
    : null;
  const lockedUntil = await database.asSignIn((tx) => countAttempt(tx, own, network));
  if (lockedUntil) throw tooMany(`Too many e-mails with a link. Try again in ${waitingTime(lockedUntil)}.`);
}

/** Counts a visit to an identity provider before it begins, and refuses one above the limit of the visitor's network. */
export async function withinVisitLimit(
  { database }: Pick<Dependencies, "database">,
  address: string,
): Promise<void> {
  const own: ThrottleRule = { key: throttleKey("sso-from", networkOf(address)), limit: PROVIDER_VISITS };
  const lockedUntil = await database.asSignIn((tx) => countAttempt(tx, own, null));
  if (lockedUntil)
    throw tooMany(`Too many sign-ins from your network. Try again in ${waitingTime(lockedUntil)}.`);
}

/** Returns an audit entry for the account's first tenant; null if there is no such account or it has no tenant. */
async function throttledNote(
  tx: TenantTransaction,
  email: string,
  { address }: Visitor,
): Promise<AuditNote | null> {
  const known = await findCredentials(tx, email);
  const [home] = known ? await listTenantsOf(tx, known.userId) : [];
  if (!known || !home) return null;
  return {
    ...{ tenantId: home.id, actorId: known.userId, action: "auth.sign-in-throttled" },
    ...{ objectKind: "person", objectId: known.userId, detail: { address } },
  };
}

/**
 * Returns what `check` proves of somebody who is signed in, such as by their present password; a session that was stolen is
 * no licence to guess. The limit is the session's person's own, so that it locks nobody out of signing in. The audit log
 * names failures and refusals `auth.<what>-failed` and `auth.<what>-throttled`.
 */
export async function withinOwnLimit<T>(
  { dependencies: { database }, visitor, tally }: CheckContext,
  session: Session,
  what: "change-password" | "prove",
  check: () => Promise<T | null>,
): Promise<T | null> {
  const { userId, tenant } = session;
  const noteOf = (action: string): AuditNote => ({
    ...{ tenantId: tenant.id, actorId: userId, action, objectKind: "person", objectId: userId },
    detail: { address: visitor.address },
  });
  // A tenant's provider can begin sessions of the account there: their limit must not lock it out elsewhere.
  const whose = session.signedInBy === "sso" ? `${userId}/${tenant.id}` : userId;
  const own: ThrottleRule = { key: throttleKey(what, whose), limit: ACCOUNT_FAILURES };
  const lockedUntil = await database.asSignIn((tx) => countAttempt(tx, own, null));
  if (lockedUntil) {
    const action = `auth.${what}-throttled`;
    void tally({ action, key: `${tenant.id}/${userId}`, note: () => noteOf(action) });
    throw tooManyAttempts(lockedUntil);
  }
  const proof = await check();
  await database.asSignIn((tx) =>
    proof === null ? recordAudit(tx, noteOf(`auth.${what}-failed`)) : forgiveAttempt(tx, own, null),
  );
  return proof;
}

function waitingTime(until: Date): string {
  const seconds = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1_000));
  if (seconds < 90) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
