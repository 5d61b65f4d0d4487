import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { type PackedFile, readZip, writeZip } from "./zip.ts";

const FORMAT = "smscrm evidence 1";
/** The first line keeps other uses of the key apart. */
const signedBytes = (manifest: Buffer) => Buffer.concat([Buffer.from(`${FORMAT}\n`), manifest]);

const MANIFEST = "manifest.json";
const SIGNATURE = "manifest.sig";

/** What the signature covers: each file by its hash. */
export interface Manifest {
  format: typeof FORMAT;
  /** evidence · export */
  kind: string;
  createdAt: string;
  tenant: { id: string; name: string };
  keyId: string;
  /** PEM. */
  publicKey: string;
  files: { name: string; bytes: number; sha256: string }[];
}

export interface PackSigner {
  keyId: string;
  /** PEM. */
  publicKey: string;
  sign(bytes: Buffer): Buffer;
}

/** An Ed25519 key in PKCS#8: this, and then 32 bytes (RFC 8410). */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Returns the signer of an installation. Its key is derived from SECRETS_KEY, for this purpose alone. */
export function packSignerOf(secretsKey: Uint8Array): PackSigner {
  const seed = Buffer.from(hkdfSync("sha256", secretsKey, Buffer.alloc(0), `${FORMAT} signing key`, 32));
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key);
  return {
    keyId: keyIdOf(publicKey),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: (bytes) => sign(null, bytes, key),
  };
}

function keyIdOf(key: KeyObject): string {
  const der = key.export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("hex").slice(0, 32);
}

const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");

/** Returns a ZIP of files with a signed list of them. */
export function sealPack(
  files: readonly PackedFile[],
  about: Pick<Manifest, "kind" | "createdAt" | "tenant">,
  signer: PackSigner,
): Buffer {
  const manifest: Manifest = {
    format: FORMAT,
    ...about,
    keyId: signer.keyId,
    publicKey: signer.publicKey,
    files: files.map(({ name, data }) => ({ name, bytes: data.length, sha256: sha256(data) })),
  };
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const signature = Buffer.from(`${signer.sign(signedBytes(bytes)).toString("base64")}\n`);
  return writeZip([...files, { name: MANIFEST, data: bytes }, { name: SIGNATURE, data: signature }]);
}

export type PackCheck = { ok: true; manifest: Manifest; files: PackedFile[] } | { ok: false; fault: string };

/**
 * Checks a pack without the server. `trusted` is the installation's public key in PEM; without it the pack's own key is
 * used, which shows edits but not who signed.
 */
export function checkPack(zip: Buffer, trusted: string | null): PackCheck {
  const fault = (sentence: string): PackCheck => ({ ok: false, fault: sentence });
  const files = readZip(zip);
  if (!files)
    return fault("The file is not as it was written: bytes of the ZIP were changed, added or removed.");
  const [last, before] = [files.at(-1), files.at(-2)];
  if (last?.name !== SIGNATURE || before?.name !== MANIFEST)
    return fault("The signed list of files is missing.");
  const manifest = manifestOf(before.data);
  if (!manifest) return fault(`${MANIFEST} is not a list of this format (${FORMAT}).`);
  const key = publicKeyOf(trusted ?? manifest.publicKey);
  if (!key) return fault("The public key is no Ed25519 key in PEM.");
  if (keyIdOf(key) !== manifest.keyId)
    return fault(`It is signed by the key ${manifest.keyId}, and the given key is ${keyIdOf(key)}.`);
  const text = last.data.toString("latin1");
  const signature = Buffer.from(text, "base64");
  if (`${signature.toString("base64")}\n` !== text || !verify(null, signedBytes(before.data), key, signature))
    return fault("The signature does not match the list of files: the list or the signature was changed.");
  const listed = files.slice(0, -2);
  if (listed.length !== manifest.files.length) return fault("The list names other files than the pack has.");
  for (const [at, { name, data }] of listed.entries()) {
    const known = manifest.files[at]!;
    if (known.name !== name || known.bytes !== data.length || known.sha256 !== sha256(data))
      return fault(`${name} is not the file that was signed.`);
  }
  return { ok: true, manifest, files: listed };
}

function manifestOf(data: Buffer): Manifest | null {
  try {
    const manifest = JSON.parse(data.toString("utf8")) as Manifest;
    const isOurs = manifest.format === FORMAT && Array.isArray(manifest.files);
    return isOurs && typeof manifest.publicKey === "string" ? manifest : null;
  } catch {
    return null;
  }
}

function publicKeyOf(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    return null;
  }
}
