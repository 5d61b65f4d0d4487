import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";

/** A temporary signature exception: requests from a network are accepted despite an invalid signature. */
export interface SignatureException {
  id: string;
  network: string;
  reason: string;
  allowedBy: string;
  expiresAt: Date;
  timesUsed: number;
}

const ACTIVE = "revoked_at is null and expires_at > clock_timestamp()";

/** Takes effect at once. It is written to every tenant's audit log, because it concerns all of them. */
export async function allowUnsigned(
  sql: Pipeline,
  { network, hours, reason, by }: { network: string; hours: number; reason: string; by: string },
): Promise<SignatureException> {
  return transact(sql, async (tx) => {
    const [allowed] = await tx<SignatureException[]>`
      insert into webhook_allowances (network, reason, allowed_by, expires_at)
      values (${network}::text::inet::text, ${reason}, ${by}, clock_timestamp() + make_interval(hours => ${hours}))
      returning id, network, reason, allowed_by as "allowedBy", expires_at as "expiresAt", times_used as "timesUsed"`;
    const { id, expiresAt: until, network: kept } = allowed!;
    await noteInEveryTenant(tx, "webhook.allow-unsigned", id, { network: kept, reason, by, until });
    return allowed!;
  });
}

async function noteInEveryTenant(
  tx: PipelineTransaction,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const tenants = await tx<{ tenantId: string }[]>`select id as "tenantId" from tenants`;
  const note = { actorId: null, action, objectKind: "webhook-allowance", objectId: id, detail };
  await recordPipelineAudits(
    tx,
    tenants.map(({ tenantId }) => ({ ...note, tenantId })),
  );
}

export function listSignatureExceptions(sql: Pipeline): Promise<SignatureException[]> {
  return sql<SignatureException[]>`
    select id, network, reason, allowed_by as "allowedBy", expires_at as "expiresAt", times_used as "timesUsed"
    from webhook_allowances where ${sql.unsafe(ACTIVE)} order by expires_at limit 100`;
}

/** Revokes all active exceptions; returns how many. */
export async function revokeSignatureExceptions(sql: Pipeline, by: string): Promise<number> {
  return transact(sql, async (tx) => {
    const revoked = await tx<{ id: string }[]>`
      update webhook_allowances set revoked_at = clock_timestamp() where ${tx.unsafe(ACTIVE)} returning id::text`;
    for (const { id } of revoked) await noteInEveryTenant(tx, "webhook.revoke-unsigned", id, { by });
    return revoked.length;
  });
}

export async function hasSignatureExceptions(sql: Pipeline): Promise<boolean> {
  const [row] = await sql<{ any: boolean }[]>`
    select exists (select 1 from webhook_allowances where ${sql.unsafe(ACTIVE)}) as any`;
  return row!.any;
}

/** Uses an exception for this address, and records the request as unsigned. False if none is active. */
export async function useSignatureException(
  sql: Pipeline,
  { address, kind, path }: { address: string; kind: "status" | "inbound"; path: string },
): Promise<boolean> {
  const used = await sql`
    with used as (
      update webhook_allowances set times_used = times_used + 1
      where id = (select id from webhook_allowances
        where ${sql.unsafe(ACTIVE)} and ${address}::inet <<= network::inet order by expires_at desc limit 1)
      returning id
    )
    insert into webhook_events (kind, signature_valid, outcome, payload)
    select ${kind}, false, 'allowed-unsigned', jsonb_build_object('path', left(${path}, 200), 'address', ${address}::text,
      'allowance', id) from used returning 1`;
  return used.length > 0;
}
