import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { recordAudit } from "@smscrm/db/audit";
import { findCredentials, insertSession, listTenantsOf } from "@smscrm/db/sessions";
import { countAttempt, forgiveAttempt, type ThrottleRule } from "@smscrm/db/sign-in-throttle";
import type { Dependencies } from "../dependencies.ts";
import { tooMany, unauthorized } from "../refusals.ts";
import { isPassword } from "./passwords.ts";
import { hashToken, newSessionToken } from "./session-token.ts";

export interface Visitor {
  address: string;
  userAgent: string | null;
}

/** A shared office address may fail more often than one account. */
const ACCOUNT_FAILURES = 5;
const ADDRESS_FAILURES = 30;

/** A refusal comes no sooner: the note that a known address leaves behind must not show in how long it took. */
const REFUSAL_MS = 100;

const throttleKey = (kind: string, value: string) => createHash("sha256").update(`${kind}:${value}`).digest();

/**
 * Checks e-mail and password and begins a session; its token. Refuses with the same words, after the same work,
 * whether the address is unknown, the password wrong or the account without a tenant.
 */
export async function signIn(
  { database, metrics }: Dependencies,
  { email, password }: { email: string; password: string },
  { address, userAgent }: Visitor,
): Promise<string> {
  const account: ThrottleRule = { key: throttleKey("email", email), limit: ACCOUNT_FAILURES };
  const network: ThrottleRule = { key: throttleKey("address", address), limit: ADDRESS_FAILURES };
  const lockedUntil = await database.asSignIn((tx) => countAttempt(tx, account, network));
  if (lockedUntil) {
    metrics.signIns.inc({ outcome: "throttled" });
    throw tooMany(`Too many attempts. Try again in ${waitingTime(lockedUntil)}.`);
  }
  const startedMs = performance.now();
  const known = await database.asSignIn((tx) => findCredentials(tx, email));
  const holds = await isPassword(password, known?.passwordHash ?? null);
  const token = newSessionToken();
  const begun = await database.asSignIn(async (tx) => {
    const [home] = known ? await listTenantsOf(tx, known.userId) : [];
    if (!known || !home) return false;
    const welcome = holds && !known.disabled;
    await recordAudit(tx, {
      tenantId: home.id,
      actorId: known.userId,
      action: welcome ? "auth.sign-in" : "auth.sign-in-failed",
      objectKind: "person",
      objectId: known.userId,
      detail: { address },
    });
    if (!welcome) return false;
    await forgiveAttempt(tx, account, network);
    const session = { userId: known.userId, tenantId: home.id, userAgent, address };
    await insertSession(tx, { ...session, tokenHash: hashToken(token) });
    return true;
  });
  metrics.signIns.inc({ outcome: begun ? "ok" : "wrong" });
  if (!begun) {
    await sleep(Math.max(0, REFUSAL_MS - (performance.now() - startedMs)));
    throw unauthorized("E-mail address or password is wrong.");
  }
  return token;
}

function waitingTime(until: Date): string {
  const seconds = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1_000));
  if (seconds < 90) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
