import { isIP } from "node:net";
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { ListedPasskey, Passkey } from "@smscrm/db/users/passkeys";

/** Loaded when the first passkey is used: it is large, and on Node it warns at once about an experimental feature. */
const library = () => import("@simplewebauthn/server");

/** Passkeys belong to this host and are used on this origin alone: both come from PUBLIC_URL, never from a request. */
const partyOf = (publicUrl: string) => {
  const { hostname, origin } = new URL(publicUrl);
  return { rpID: hostname, origin };
};

/** Browsers have passkeys only for a host with a name, over https or on this machine. */
export function passkeysArePossible(publicUrl: string): boolean {
  const { hostname, protocol } = new URL(publicUrl);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
  return !isAddress && (protocol === "https:" || hostname === "localhost");
}

const TIMEOUT_MS = 300_000;
const transportsOf = (text: string) => text.split(",").filter(Boolean) as AuthenticatorTransport[];
const idOf = (credentialId: Uint8Array) => Buffer.from(credentialId).toString("base64url");
const described = ({ credentialId, transports }: Pick<Passkey, "credentialId" | "transports">) => ({
  ...{ id: idOf(credentialId), transports: transportsOf(transports) },
});

/** What a browser needs to make a passkey. No attestation: any make of authenticator will do. */
export async function additionOptions(
  publicUrl: string,
  person: { userId: string; email: string; name: string },
  present: readonly Passkey[],
): Promise<Omit<PublicKeyCredentialCreationOptionsJSON, "extensions">> {
  const { generateRegistrationOptions } = await library();
  const { extensions: _, ...options } = await generateRegistrationOptions({
    ...{ rpName: "smscrm", rpID: partyOf(publicUrl).rpID, timeout: TIMEOUT_MS, attestationType: "none" },
    ...{ userName: person.email, userDisplayName: person.name },
    userID: new Uint8Array(Buffer.from(person.userId)),
    excludeCredentials: present.map(described),
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
  });
  return options;
}

/** What a browser needs to sign with one of these passkeys. */
export async function signatureOptions(
  publicUrl: string,
  present: readonly Passkey[],
): Promise<Omit<PublicKeyCredentialRequestOptionsJSON, "extensions">> {
  const { generateAuthenticationOptions } = await library();
  const { extensions: _, ...options } = await generateAuthenticationOptions({
    ...{ rpID: partyOf(publicUrl).rpID, timeout: TIMEOUT_MS, userVerification: "preferred" },
    allowCredentials: present.map(described),
  });
  return options;
}

/** Returns the new passkey, or null where the answer is not to this challenge, or not from our pages. */
export async function checkAddition(
  publicUrl: string,
  challenge: string,
  response: RegistrationResponseJSON,
): Promise<Omit<Passkey, keyof ListedPasskey> | null> {
  const { rpID, origin } = partyOf(publicUrl);
  const { verifyRegistrationResponse } = await library();
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    ...{ response, expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpID },
    requireUserVerification: false,
  }).catch(() => ({ verified: false, registrationInfo: undefined }));
  if (!verified || !registrationInfo) return null;
  const { id, publicKey, counter, transports } = registrationInfo.credential;
  return {
    credentialId: Buffer.from(id, "base64url"),
    ...{ publicKey, counter, transports: (transports ?? []).join(",") },
  };
}

/**
 * Returns which of the person's passkeys signed this challenge and its new count, or null. The library refuses a count that
 * did not grow: such a passkey was copied.
 */
export async function checkSignature(
  publicUrl: string,
  challenge: string,
  response: AuthenticationResponseJSON,
  present: readonly Passkey[],
): Promise<{ id: string; counter: number } | null> {
  const { rpID, origin } = partyOf(publicUrl);
  const passkey = present.find(({ credentialId }) => idOf(credentialId) === response.id);
  if (!passkey) return null;
  const { counter, publicKey } = passkey;
  const { verifyAuthenticationResponse } = await library();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    ...{ response, expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpID },
    credential: { id: response.id, publicKey: new Uint8Array(publicKey), counter },
    requireUserVerification: false,
  }).catch(() => ({ verified: false, authenticationInfo: undefined }));
  return verified && authenticationInfo ? { id: passkey.id, counter: authenticationInfo.newCounter } : null;
}
