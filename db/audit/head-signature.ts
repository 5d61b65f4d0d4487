import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** What a tenant's log ended with at a time. */
export interface LogEnd {
  tenantId: string;
  seq: number;
  /** SHA-256 in hex. */
  hash: string;
  /** To the millisecond. */
  signedAt: Date;
}

export interface SignedHead extends LogEnd {
  keyId: string;
  signature: Uint8Array;
}

export interface AuditSigner {
  keyId: string;
  /** PEM. */
  publicKey: string;
  sign(end: LogEnd): SignedHead;
}

/** Public keys by their ids. */
export type AuditKeys = ReadonlyMap<string, KeyObject>;

/** No field can contain the separator, so no two heads have the same bytes. The first line keeps other uses apart. */
function bytesOf({ tenantId, seq, hash, signedAt }: LogEnd, keyId: string): Uint8Array {
  return Buffer.from(
    ["smscrm audit head 1", tenantId, seq, hash, signedAt.toISOString(), keyId].join("\n"),
    "utf8",
  );
}

/** The id is a hash of the key, so nobody can give another key the same id. */
function idOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 32);
}

/** Returns a signer, or null if the text is no Ed25519 key in PKCS#8 PEM. `\n` may stand for a line's end. */
export function openAuditSigner(pem: string): AuditSigner | null {
  const key = readPrivateKey(pem.replaceAll("\\n", "\n"));
  if (!key) return null;
  const publicKey = createPublicKey(key);
  const keyId = idOf(publicKey);
  return {
    keyId,
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: (end) => ({ ...end, keyId, signature: sign(null, bytesOf(end, keyId), key) }),
  };
}

function readPrivateKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    return null;
  }
}

const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/** Returns the Ed25519 public keys in a text of one or more PEM blocks; other text between them is skipped. */
export function readAuditKeys(text: string): AuditKeys {
  const keys = new Map<string, KeyObject>();
  for (const [pem] of text.matchAll(PUBLIC_KEY)) {
    try {
      const key = createPublicKey(pem);
      if (key.asymmetricKeyType === "ed25519") keys.set(idOf(key), key);
    } catch {
      // Not a key. Heads that it should verify are reported as signed by an unknown key.
    }
  }
  return keys;
}

/** Returns what is wrong with a head's signature, or null. */
export function signatureFault(head: SignedHead, keys: AuditKeys): string | null {
  const key = keys.get(head.keyId);
  if (!key) return `is signed by the unknown key ${head.keyId}`;
  return verify(null, bytesOf(head, head.keyId), key, head.signature) ? null : "does not match its signature";
}
