import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import {
  type AuditKeys,
  type AuditSigner,
  type LogEnd,
  readAuditKeys,
  type SignedHead,
} from "./head-signature.ts";

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
export async function listAuditKeys(
  sql: Pipeline | PipelineTransaction,
): Promise<{ keyId: string; publicKey: string }[]> {
  return sql<{ keyId: string; publicKey: string }[]>`
    select key_id as "keyId", public_key as "publicKey" from audit_keys order by created_at, key_id`;
}

/** Like `listAuditKeys`, to verify with. */
export async function readKnownKeys(sql: Pipeline | PipelineTransaction): Promise<AuditKeys> {
  const keys = await listAuditKeys(sql);
  return readAuditKeys(keys.map(({ publicKey }) => publicKey).join("\n"));
}

/** The most heads that are copied at a time. */
const COPIED_MAX = 500;

/** The result of copying. `problem` is null if the heads were written, or if there were none. */
export interface CopyRound {
  copied: number;
  problem: string | null;
}

/**
 * Gives `write` the oldest heads that a place does not have yet, and remembers them as copied if it succeeds. A failure
 * is remembered with its beginning. Null if another worker signs or copies. A process that dies in between writes heads
 * twice, which does no harm.
 */
export function copyNextHeads(
  sql: Pipeline,
  place: string,
  write: (heads: readonly SignedHead[]) => Promise<void>,
): Promise<CopyRound | null> {
  return transact(sql, async (tx) => {
    const [turn] = await tx<{ held: boolean }[]>`
      select pg_try_advisory_xact_lock(${LOCK_KEYS.auditHeads}) as held`;
    if (!turn!.held) return null;
    const heads = await tx<(SignedHead & { id: string })[]>`
      select id, tenant_id as "tenantId", seq::float8 as seq, encode(hash, 'hex') as hash, signed_at as "signedAt",
        key_id as "keyId", signature from audit_signed_heads
      where id > coalesce((select copied_id from audit_copies where place = ${place}), 0) order by id limit ${COPIED_MAX}`;
    const last = heads.at(-1);
    if (!last) return { copied: 0, problem: null };
    const problem = await problemOf(write(heads));
    const copiedId = problem === null ? last.id : 0;
    await tx`
      insert into audit_copies as c (place, copied_id, tried_at, failing_since, problem)
      values (${place}, ${copiedId}, clock_timestamp(),
        case when ${problem}::text is not null then clock_timestamp() end, ${problem})
      on conflict (place) do update set copied_id = greatest(c.copied_id, excluded.copied_id), problem = excluded.problem,
        tried_at = excluded.tried_at,
        failing_since = case when excluded.problem is not null then coalesce(c.failing_since, excluded.failing_since) end`;
    return { copied: problem === null ? heads.length : 0, problem };
  });
}

const problemOf = (work: Promise<void>): Promise<string | null> =>
  work.then(
    () => null,
    (error: Error) => error.message.slice(0, 300),
  );

/** How far the logs are signed and copied, for operators. */
export interface SigningState {
  /** When any log's end was signed last. */
  signedAt: Date | null;
  /** How many logs have grown since their last signed head, and when the first of them was written to. */
  unsigned: number;
  unsignedSince: Date | null;
  /** The place that was written to last; null if none ever was. */
  copy: { place: string; waiting: number; failingSince: Date | null; problem: string | null } | null;
  /** Tenants whose log the last check found broken. */
  broken: number;
}

export async function readSigningState(sql: Pipeline): Promise<SigningState> {
  const [state] = await sql<Omit<SigningState, "copy">[]>`
    select (select signed_at from audit_signed_heads order by id desc limit 1) as "signedAt",
      count(*) filter (where grown.since is not null)::int as unsigned, min(grown.since) as "unsignedSince",
      (select count(*) from audit_checks where fault is not null)::int as broken
    from audit_heads h left join lateral (
      select coalesce(max(seq), 0) as seq from (
        select seq from audit_signed_heads s where s.tenant_id = h.tenant_id order by id desc limit 1) s) s on true
    left join lateral (
      select l.created_at as since from audit_log l where l.tenant_id = h.tenant_id and l.seq = s.seq + 1 limit 1) grown on true`;
  const [copy] = await sql<NonNullable<SigningState["copy"]>[]>`
    select place, problem, failing_since as "failingSince", (
      select count(*) from audit_signed_heads s where s.id > c.copied_id)::int as waiting
    from audit_copies c order by tried_at desc limit 1`;
  return { ...state!, copy: copy ?? null };
}
