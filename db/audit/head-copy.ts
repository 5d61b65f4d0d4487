import type { SignedHead } from "./head-signature.ts";

/** Returns a head as a line of JSON, without the line's end. */
export function headLine(head: SignedHead): string {
  return JSON.stringify({
    tenant: head.tenantId,
    seq: head.seq,
    hash: head.hash,
    at: head.signedAt.toISOString(),
    key: head.keyId,
    signature: Buffer.from(head.signature).toString("base64"),
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Returns the head in a line of a copy, or null if it is none. A log collector may have put its own words before it. */
export function readHeadLine(line: string): SignedHead | null {
  try {
    const { tenant, seq, hash, at, key, signature } = JSON.parse(line.slice(line.indexOf("{"))) as Record<
      string,
      unknown
    >;
    const signedAt = new Date(String(at));
    if (typeof tenant !== "string" || !UUID.test(tenant)) return null;
    if (!Number.isSafeInteger(seq) || !/^[0-9a-f]{64}$/.test(String(hash))) return null;
    if (Number.isNaN(signedAt.getTime()) || typeof signature !== "string") return null;
    return {
      tenantId: tenant,
      seq: seq as number,
      hash: hash as string,
      signedAt,
      keyId: String(key),
      signature: Buffer.from(signature, "base64"),
    };
  } catch {
    return null;
  }
}
