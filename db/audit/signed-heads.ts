import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import type { AuditSigner, LogEnd, SignedHead } from "./head-signature.ts";

/** How often the ends of the logs are signed, by whichever worker comes first. */
const SIGNED_EVERY_MINUTES = 60;

/**
 * Signs the end of each log that grew since its last signed head, with one statement for all tenants. Returns how many;
 * null if another worker does it, or if the last round was less than an hour ago (`atOnce` skips that rule).
 */
export function signGrownLogs(
  sql: Pipeline,
  signer: AuditSigner,
  { atOnce = false }: { atOnce?: boolean } = {},
): Promise<number | null> {
  return transact(sql, async (tx) => {
    const [turn] = await tx<{ held: boolean; due: boolean }[]>`
      select pg_try_advisory_xact_lock(${LOCK_KEYS.auditHeads}) as held, not exists (
        select 1 from (select signed_at from audit_signed_heads order by id desc limit 1) last
        where signed_at > clock_timestamp() - make_interval(mins => ${SIGNED_EVERY_MINUTES})) as due`;
    if (!turn!.held || !(turn!.due || atOnce)) return null;
    const heads = (await readGrownLogs(tx)).map(signer.sign);
    if (heads.length > 0) await writeHeads(tx, signer, heads);
    return heads.length;
  });
}

/** A log counts as grown if its end differs from its last signed head, so that a forged head can't hide growth. */
function readGrownLogs(tx: PipelineTransaction): Promise<LogEnd[]> {
  return tx<LogEnd[]>`
    select h.tenant_id as "tenantId", h.seq::float8 as seq, encode(h.hash, 'hex') as hash,
      date_trunc('milliseconds', clock_timestamp()) as "signedAt"
    from audit_heads h left join lateral (
      select seq, hash from audit_signed_heads s where s.tenant_id = h.tenant_id order by id desc limit 1) s on true
    where h.seq > 0 and (h.seq, h.hash) is distinct from (s.seq, s.hash) order by h.tenant_id`;
}

async function writeHeads(
  tx: PipelineTransaction,
  { keyId, publicKey }: AuditSigner,
  heads: readonly SignedHead[],
): Promise<void> {
  await tx`insert into audit_keys (key_id, public_key) values (${keyId}, ${publicKey}) on conflict do nothing`;
  await tx`
    insert into audit_signed_heads (tenant_id, seq, hash, signed_at, key_id, signature)
    select tenant_id, seq, decode(hash, 'hex'), signed_at, ${keyId}, decode(signature, 'hex')
    from unnest(${heads.map((head) => head.tenantId)}::uuid[], ${heads.map((head) => head.seq)}::bigint[],
      ${heads.map((head) => head.hash)}::text[], ${heads.map((head) => head.signedAt.toISOString())}::timestamptz[],
      ${heads.map((head) => Buffer.from(head.signature).toString("hex"))}::text[])
      with ordinality as given (tenant_id, seq, hash, signed_at, signature, nth) order by nth`;
}

/** Returns the public keys that workers signed with, oldest first. Keys kept elsewhere are better evidence. */
export async function listAuditKeys(sql: Pipeline): Promise<{ keyId: string; publicKey: string }[]> {
  return sql<{ keyId: string; publicKey: string }[]>`
    select key_id as "keyId", public_key as "publicKey" from audit_keys order by created_at, key_id`;
}
