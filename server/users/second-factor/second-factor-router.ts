import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import { recordAudits } from "@smscrm/db/audit/audit";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import * as keys from "@smscrm/db/users/passkeys";
import * as db from "@smscrm/db/users/second-factors";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import {
  deleteSessionsOf,
  findCredentials,
  listTenantsOf,
  renewProvenSession,
} from "@smscrm/db/users/sessions";
import { z } from "zod";
import { badRequest, conflict, found, notFound, unmet } from "../../http/refusals.ts";
import { noticeOfChange } from "../../mail/account-notice.ts";
import { type Context, ownAccount, router, signedIn } from "../../trpc.ts";
import { withinOwnLimit } from "../check-password.ts";
import { isPassword } from "../passwords/passwords.ts";
import type { Session } from "../session.ts";
import { sessionCookie } from "../session-token.ts";
import { mayChangeAccount } from "../single-sign-on/account-changes.ts";
import {
  additionOptions,
  checkAddition,
  passkeysArePossible,
  signatureOptions,
} from "./passkey-signature.ts";
import { checkFactor, factorProof, totpCode, type Use, WRONG_PROOF } from "./proof.ts";
import { hashRecoveryCode, newRecoveryCodes } from "./recovery-codes.ts";
import { newTotpSecret, totpSetup, totpStep } from "./totp.ts";

type Signed = Context & { session: Session };

/** What the page about a person's own security shows, and how they can prove who they are. */
export interface SecurityView {
  totpSince: Date | null;
  passkeys: keys.ListedPasskey[];
  recoveryCodesLeft: number;
  /** Whether browsers have passkeys for this address at all. */
  passkeysPossible: boolean;
  /** False after single sign-on, for an account that also opens other organisations. */
  mayChange: boolean;
  /** After single sign-on: a fresh proof is a new sign-in at the provider. */
  provesAtProvider: boolean;
}

/** Codes to keep, shown this once; null where the person has their codes already. */
export interface Added {
  recoveryCodes: string[] | null;
}

const proof = z.union([
  factorProof,
  z.object({ kind: z.literal("password"), password: z.string().min(1, "Enter your password.").max(200) }),
]);

const name = z.string().trim().min(1, "Give the passkey a name.").max(100);
const id = z.guid();
const registrationShape = z.looseObject({ id: z.string().max(2_000), response: z.looseObject({}) });
const registration = z.custom<RegistrationResponseJSON>(
  (response) => registrationShape.safeParse(response).success,
  "This is not the answer of a passkey.",
);

const NO_PASSKEYS =
  "Browsers allow passkeys only for a host with a name, over https. Ask the platform operator to set PUBLIC_URL to one.";
const ALREADY_SET_UP = "An authenticator app is set up already. Remove it first to set up another.";

export const secondFactor = router({
  status: signedIn.query(({ ctx }): Promise<SecurityView> => {
    const { session, dependencies } = ctx;
    return dependencies.database.asSignIn(async (tx) => {
      const mayChange = await mayChangeAccount(tx, session);
      const { totpSince, recoveryCodesLeft } = await db.readSecondFactors(tx, session.userId);
      const listed = await keys.listPasskeys(tx, session.userId);
      const passkeys = listed.map(({ id, name, createdAt, lastUsedAt }) => ({
        ...{ id, createdAt, lastUsedAt },
        // A tenant's provider learns nothing about what the account has elsewhere.
        name: mayChange ? name : "Passkey",
      }));
      const passkeysPossible = passkeysArePossible(dependencies.publicUrl);
      const hasOwn = db.hasSecondFactor({ totpSince, passkeys: passkeys.length, recoveryCodesLeft });
      const provesAtProvider = session.signedInBy === "sso" && (session.providerFactor || !hasOwn);
      return { totpSince, passkeys, recoveryCodesLeft, passkeysPossible, mayChange, provesAtProvider };
    });
  }),

  /** Makes the secret of an authenticator app. It counts for nothing until a code of it is given. */
  startTotp: ownAccount.mutation(async ({ ctx }) => {
    const { session, dependencies } = ctx;
    const secret = newTotpSecret();
    const kept = await dependencies.database.asSignIn((tx) => db.keepTotpSecret(tx, session.userId, secret));
    if (!kept) throw conflict(ALREADY_SET_UP);
    return totpSetup(secret, session.email);
  }),

  /** Turns the app on with its first code. No limit of guessing: this session was given the secret. */
  confirmTotp: ownAccount
    .input(z.object({ code: totpCode }))
    .mutation(async ({ ctx, input }): Promise<Added> => {
      const { userId } = ctx.session;
      const totp = await ctx.dependencies.database.asSignIn((tx) => db.findTotpSecret(tx, userId));
      if (!totp) throw unmet("This setup is over. Start it again.");
      if (totp.confirmed) throw conflict(ALREADY_SET_UP);
      const { secret } = totp;
      const step = totpStep(secret, input.code, Date.now());
      const wrong = () =>
        badRequest("This code isn't right. Check the clock of your phone, then enter the next code.");
      if (step === null) throw wrong();
      return addFactor(ctx, "auth.totp-on", {}, async (tx) => {
        if (!(await db.useTotpStep(tx, userId, { secret, step }))) throw wrong();
      });
    }),

  removeTotp: ownAccount.mutation(({ ctx }) =>
    removeFactor(ctx, "auth.totp-off", async (tx) =>
      (await db.deleteTotp(tx, ctx.session.userId)) ? {} : null,
    ),
  ),

  /** Puts ten new codes in the place of the old ones, which open nothing any more. */
  renewRecoveryCodes: ownAccount.mutation(async ({ ctx }): Promise<{ recoveryCodes: string[] }> => {
    const { userId } = ctx.session;
    const recoveryCodes = await ctx.dependencies.database.asSignIn(async (tx) => {
      await db.lockPerson(tx, userId);
      if (!db.hasSecondFactor(await db.readSecondFactors(tx, userId))) {
        throw unmet("Recovery codes come with a second factor. Set one up first.");
      }
      const recoveryCodes = await makeRecoveryCodes(tx, userId);
      await noteEverywhere(tx, ctx, "auth.recovery-codes", {});
      return recoveryCodes;
    });
    noticeOfChange(ctx.dependencies, ctx.session.email, CHANGES["auth.recovery-codes"]);
    return { recoveryCodes };
  }),

  /** What a browser needs to make a passkey. Good for one answer of this session, for five minutes. */
  startPasskey: ownAccount.mutation(async ({ ctx }) => {
    const { database, publicUrl } = ctx.dependencies;
    const { session } = ctx;
    if (!passkeysArePossible(publicUrl)) throw unmet(NO_PASSKEYS);
    const present = await database.asSignIn((tx) => keys.listPasskeys(tx, session.userId));
    if (present.length >= keys.PASSKEYS_MAX) {
      throw unmet(`You have ${keys.PASSKEYS_MAX} passkeys. Remove one that you don't use first.`);
    }
    const options = await additionOptions(publicUrl, session, present);
    await keepChallenge(ctx, "add", options.challenge);
    return options;
  }),

  addPasskey: ownAccount
    .input(z.object({ name, response: registration }))
    .mutation(async ({ ctx, input }): Promise<Added> => {
      const { database, publicUrl } = ctx.dependencies;
      const { userId } = ctx.session;
      const challenge = await database.asSignIn((tx) => keys.takeChallenge(tx, holderOf(ctx), "add"));
      if (challenge === null) throw unmet("This took longer than five minutes. Add the passkey again.");
      const made = await checkAddition(publicUrl, challenge, input.response);
      if (!made) throw badRequest("The passkey was not accepted. Add it again, in this browser.");
      return addFactor(ctx, "auth.passkey-add", { name: input.name }, async (tx) => {
        const present = await keys.listPasskeys(tx, userId);
        const kept =
          present.length < keys.PASSKEYS_MAX &&
          (await keys.insertPasskey(tx, { ...made, userId, name: input.name }));
        if (!kept) throw conflict("This passkey is registered already. Use another authenticator.");
      });
    }),

  renamePasskey: ownAccount
    .input(z.object({ id, name }))
    .mutation(({ ctx, input }): Promise<{ ok: true }> => {
      return ctx.dependencies.database.asSignIn(async (tx) => {
        if (!(await keys.renamePasskey(tx, ctx.session.userId, input))) throw notFound("passkey");
        await noteEverywhere(tx, ctx, "auth.passkey-rename", { name: input.name });
        return { ok: true };
      });
    }),

  removePasskey: ownAccount.input(z.object({ id })).mutation(({ ctx, input }) =>
    removeFactor(ctx, "auth.passkey-remove", async (tx) => {
      const name = await keys.deletePasskey(tx, ctx.session.userId, input.id);
      return name === null ? null : { name };
    }),
  ),

  /** What a passkey has to sign for `prove`. Good for one answer of this session, for five minutes. */
  challenge: signedIn.mutation(async ({ ctx }) => {
    const { database, publicUrl } = ctx.dependencies;
    const present = await database.asSignIn((tx) => keys.listPasskeys(tx, ctx.session.userId));
    if (present.length === 0 || !passkeysArePossible(publicUrl)) {
      throw unmet("This account has no passkey for this address. Use a code.");
    }
    const options = await signatureOptions(publicUrl, present);
    await keepChallenge(ctx, "prove", options.challenge);
    return options;
  }),

  /**
   * Proves who is there: by a second factor, or by the password of a person who has none. Counts for five minutes. The
   * answer's cookie is the session's new token.
   */
  prove: signedIn.input(proof).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    const { session, dependencies } = ctx;
    const { database } = dependencies;
    if (input.kind === "password" && session.signedInBy === "sso") {
      throw badRequest("You signed in with single sign-on: confirm with it, too.");
    }
    const factors = await database.asSignIn((tx) => db.readSecondFactors(tx, session.userId));
    if (input.kind === "password" && db.hasSecondFactor(factors)) {
      throw badRequest("Your account has a second factor: give a code or use a passkey.");
    }
    const proven = await withinOwnLimit(ctx, session, "prove", async () => {
      const use =
        input.kind === "password"
          ? await checkOwnPassword(ctx, input.password)
          : await checkFactor(dependencies, holderOf(ctx), input);
      if (!use) return null;
      return database.asSignIn(async (tx) => {
        if (!(await use(tx))) return null;
        const token = await renewToken(tx, ctx);
        await recordAudits(tx, [noteIn(ctx, session.tenant.id, "auth.prove", { by: input.kind })]);
        return token;
      });
    });
    if (!proven) throw badRequest(WRONG_PROOF[input.kind]);
    ctx.setCookie(sessionCookie(proven, dependencies.publicUrl));
    return { ok: true };
  }),
});

/** What the person's mail says happened, by the audit log's action. */
const CHANGES = {
  "auth.totp-on": "An authenticator app was added.",
  "auth.totp-off": "The authenticator app was removed.",
  "auth.passkey-add": "A passkey was added.",
  "auth.passkey-remove": "A passkey was removed.",
  "auth.recovery-codes": "The recovery codes were replaced.",
};

const holderOf = ({ session }: Signed): keys.ChallengeHolder => ({
  holderHash: session.tokenHash,
  userId: session.userId,
});

function keepChallenge(ctx: Signed, purpose: keys.ChallengePurpose, challenge: string): Promise<void> {
  return ctx.dependencies.database.asSignIn((tx) =>
    keys.keepChallenge(tx, holderOf(ctx), { purpose, challenge }),
  );
}

async function checkOwnPassword({ session, dependencies }: Signed, password: string): Promise<Use | null> {
  const known = await dependencies.database.asSignIn((tx) => findCredentials(tx, session.email));
  const holds = await isPassword(password, known?.passwordHash ?? null, session.userId);
  return holds ? async () => true : null;
}

/**
 * Adds a factor. The first one comes with recovery codes and ends the person's other sessions: they were begun with the
 * password alone.
 */
async function addFactor(
  ctx: Signed,
  action: keyof typeof CHANGES,
  detail: Record<string, string>,
  add: (tx: TenantTransaction) => Promise<void>,
): Promise<Added> {
  const { userId, tokenHash } = ctx.session;
  const { token, recoveryCodes } = await ctx.dependencies.database.asSignIn(async (tx) => {
    await db.lockPerson(tx, userId);
    const isFirst = !db.hasSecondFactor(await db.readSecondFactors(tx, userId));
    await add(tx);
    const ended = isFirst ? (await deleteSessionsOf(tx, userId, tokenHash)).length : 0;
    const made = isFirst ? await makeRecoveryCodes(tx, userId) : null;
    await noteEverywhere(tx, ctx, action, { ...detail, ended });
    return { recoveryCodes: made, token: await renewToken(tx, ctx) };
  });
  ctx.setCookie(sessionCookie(token, ctx.dependencies.publicUrl));
  noticeOfChange(ctx.dependencies, ctx.session.email, CHANGES[action]);
  if (recoveryCodes) await ctx.streams.endOfEndedSessions();
  return { recoveryCodes };
}

/** Removes a factor; with the last one its recovery codes go, too. `remove` returns what to note, or null: there was none. */
async function removeFactor(
  ctx: Signed,
  action: keyof typeof CHANGES,
  remove: (tx: TenantTransaction) => Promise<Record<string, string> | null>,
): Promise<{ ok: true }> {
  const { userId } = ctx.session;
  await ctx.dependencies.database.asSignIn(async (tx) => {
    await db.lockPerson(tx, userId);
    const detail = found(await remove(tx), "second factor");
    if (!db.hasSecondFactor(await db.readSecondFactors(tx, userId))) {
      await db.replaceRecoveryCodes(tx, userId, []);
    }
    await noteEverywhere(tx, ctx, action, detail);
  });
  noticeOfChange(ctx.dependencies, ctx.session.email, CHANGES[action]);
  return { ok: true };
}

/** Returns the session's new token. */
async function renewToken(tx: TenantTransaction, { session }: Signed): Promise<string> {
  const token = newToken();
  const renewed = await renewProvenSession(tx, { from: session.tokenHash, to: hashToken(token) });
  if (!renewed) throw conflict("You confirmed this in another tab just now. Repeat what you wanted to do.");
  return token;
}

async function makeRecoveryCodes(tx: TenantTransaction, userId: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await db.replaceRecoveryCodes(tx, userId, codes.map(hashRecoveryCode));
  return codes;
}

const noteIn = (
  { session: { userId }, visitor }: Signed,
  tenantId: string,
  action: string,
  detail: Record<string, string | number>,
) => ({
  ...{ tenantId, actorId: userId, action, objectKind: "person", objectId: userId },
  detail: { ...detail, address: visitor.address },
});

/** An account is one for all of a person's tenants, so each learns what changed about it. */
async function noteEverywhere(
  tx: TenantTransaction,
  ctx: Signed,
  action: string,
  detail: Record<string, string | number>,
): Promise<void> {
  const tenants = await listTenantsOf(tx, ctx.session.userId);
  await recordAudits(
    tx,
    tenants.map(({ id }) => noteIn(ctx, id, action, detail)),
  );
}
