import { keepChallenge, listPasskeys } from "@smscrm/db/users/passkeys";
import { deletePendingSignIn, findPendingSignIn } from "@smscrm/db/users/pending-sign-ins";
import { lockPerson } from "@smscrm/db/users/second-factors";
import { hashToken } from "@smscrm/db/users/secret-tokens";
import { countAttempt, forgiveAttempt } from "@smscrm/db/users/sign-in-throttle";
import { badRequest, unmet } from "../../http/refusals.ts";
import type { Context } from "../../trpc.ts";
import { limitsOf, tooManyAttempts } from "../check-password.ts";
import { arrivalNote, type BegunSession, beginSession, noteArrival, type Start } from "../sign-in.ts";
import { beginLinked } from "../single-sign-on/begin-linked.ts";
import { passkeysArePossible, signatureOptions } from "./passkey-signature.ts";
import { pendingCookie } from "./pending-cookie.ts";
import { checkFactor, type FactorProof, WRONG_PROOF } from "./proof.ts";

const OVER = "This sign-in took too long or was ended. Start again.";

async function pendingOf({ dependencies: { database }, pendingToken }: Context) {
  const holderHash = pendingToken === null ? null : hashToken(pendingToken);
  const pending = holderHash && (await database.asSignIn((tx) => findPendingSignIn(tx, holderHash)));
  if (!holderHash || !pending) throw unmet(OVER);
  return { ...pending, holderHash };
}

/** Returns what a passkey of the person has to sign. Bound to this pending sign-in. */
export async function challengeOfPending(ctx: Context) {
  const { database, publicUrl } = ctx.dependencies;
  const pending = await pendingOf(ctx);
  const present = await database.asSignIn((tx) => listPasskeys(tx, pending.userId));
  if (present.length === 0 || !passkeysArePossible(publicUrl)) {
    throw unmet("This account has no passkey for this address. Use a code.");
  }
  const options = await signatureOptions(publicUrl, present);
  const { challenge } = options;
  await database.asSignIn((tx) => keepChallenge(tx, pending, { purpose: "prove", challenge }));
  return options;
}

/**
 * Finishes a pending sign-in with its second factor, within the limits of guessing: of the account and the network, or of a
 * browser that the account knows. The tenant where the person arrives learns of failures.
 */
export async function giveSecondFactor(ctx: Context, proof: FactorProof): Promise<BegunSession> {
  const { visitor, tally, setCookie, session: replaced } = ctx;
  const { database, metrics, publicUrl } = ctx.dependencies;
  const pending = await pendingOf(ctx);
  const { holderHash, userId, email } = pending;
  const arrival = { userId, tenantId: pending.tenantId };
  const isByProvider = pending.signedInBy === "sso";
  // A tenant's provider can begin this step as often as it likes: its limit must not lock the account out elsewhere.
  const step = isByProvider ? (`sso-${pending.tenantId}-` as const) : "second-factor-";
  const { own, network, browserToken } = await limitsOf(database, visitor, email, step);
  const lockedUntil = await database.asSignIn((tx) => countAttempt(tx, own, network));
  if (lockedUntil) {
    metrics.signIns.inc({ outcome: "throttled" });
    const action = "auth.second-factor-throttled";
    void tally({ action, key: userId, note: () => arrivalNote(arrival, action, visitor) });
    throw tooManyAttempts(lockedUntil);
  }
  const use = await checkFactor(ctx.dependencies, { holderHash, userId }, proof);
  const start: Start = isByProvider
    ? { signedInBy: "sso", providerFactor: false }
    : { signedInBy: "password" };
  const given = await database.asSignIn(async (tx) => {
    // The person first: a reset of the password then comes wholly before, and this finds nothing, or after, and ends it.
    const isOpen = (await lockPerson(tx, userId)) && (await findPendingSignIn(tx, holderHash)) !== null;
    if (!isOpen) return "over";
    if (!use || !(await use(tx))) {
      await noteArrival(tx, arrival, "auth.second-factor-failed", visitor, { factor: proof.kind });
      return "wrong";
    }
    await deletePendingSignIn(tx, holderHash);
    // What links the account is another transaction, so the session waits for it.
    if (pending.link) return "proven";
    return beginSession(tx, arrival, visitor, { start, browserToken, replaced, factor: proof.kind });
  });
  const begun =
    given === "proven" && pending.link
      ? await beginLinked(ctx, arrival, pending.link, { start, factor: proof.kind })
      : given;
  metrics.signIns.inc({ outcome: typeof begun === "string" ? "wrong" : "ok" });
  if (begun === "wrong") throw badRequest(WRONG_PROOF[proof.kind]);
  if (begun === "over" || begun === "proven") throw unmet(OVER);
  await database.asSignIn((tx) => forgiveAttempt(tx, own, network));
  setCookie(pendingCookie(null, publicUrl));
  if (replaced) await ctx.streams.endOfEndedSessions();
  return begun;
}
