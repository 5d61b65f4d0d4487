import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { type ChallengeHolder, listPasskeys, takeChallenge, usePasskey } from "@smscrm/db/users/passkeys";
import { findTotpSecret, useRecoveryCode, useTotpStep } from "@smscrm/db/users/second-factors";
import { z } from "zod";
import type { Dependencies } from "../../dependencies.ts";
import { checkSignature } from "./passkey-signature.ts";
import { hashRecoveryCode } from "./recovery-codes.ts";
import { totpStep } from "./totp.ts";

/** Six digits; apps show them with a space in the middle. */
const totpCode = z
  .string()
  .max(64)
  .transform((text) => text.replace(/\s/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "Enter the six digits that your app shows."));

const base64url = z
  .string()
  .regex(/^[\w-]*={0,2}$/)
  .max(8_192);

const signatureShape = z.looseObject({
  id: base64url,
  response: z.looseObject({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url }),
});

/** A browser's signature. The library that reads it checks the rest. */
const signature = z.custom<AuthenticationResponseJSON>(
  (response) => signatureShape.safeParse(response).success,
  "This is not the answer of a passkey.",
);

export const factorProof = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("totp"), code: totpCode }),
  z.object({
    kind: z.literal("recovery-code"),
    code: z.string().trim().min(1, "Enter a recovery code.").max(64),
  }),
  z.object({ kind: z.literal("passkey"), response: signature }),
]);
export type FactorProof = z.output<typeof factorProof>;

export { totpCode };

/** Uses up what was checked, in the transaction of what it allows. False where it was used up before. */
export type Use = (tx: TenantTransaction) => Promise<boolean>;

/** Returns what uses up a second factor of this person, or null where it does not hold. */
export async function checkFactor(
  { database, publicUrl }: Pick<Dependencies, "database" | "publicUrl">,
  holder: ChallengeHolder,
  proof: FactorProof,
): Promise<Use | null> {
  const { userId } = holder;
  if (proof.kind === "recovery-code")
    return (tx) => useRecoveryCode(tx, userId, hashRecoveryCode(proof.code));
  if (proof.kind === "totp") {
    const totp = await database.asSignIn((tx) => findTotpSecret(tx, userId));
    if (!totp?.confirmed) return null;
    const { secret } = totp;
    const step = totpStep(secret, proof.code, Date.now());
    return step === null ? null : (tx) => useTotpStep(tx, userId, { secret, step });
  }
  // A transaction of its own: the challenge is used up, also by a wrong answer.
  const challenge = await database.asSignIn((tx) => takeChallenge(tx, holder, "prove"));
  if (challenge === null) return null;
  const present = await database.asSignIn((tx) => listPasskeys(tx, userId));
  const signed = await checkSignature(publicUrl, challenge, proof.response, present);
  return signed && ((tx) => usePasskey(tx, userId, signed));
}

/** Why a proof was refused, in words that say what to do. */
export const WRONG_PROOF: Record<FactorProof["kind"] | "password", string> = {
  totp: "This code isn't right, or it was used already. Wait for the next code and enter that one.",
  "recovery-code": "This is not one of your unused recovery codes.",
  passkey: "This passkey was not accepted. Try again, or use another way.",
  password: "The password is wrong.",
};
