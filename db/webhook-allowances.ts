import type { Pipeline } from "./connection.ts";

/** Requests from a network that are taken although their signature does not hold, for a limited time. */
export interface Allowance {
  id: string;
  network: string;
  reason: string;
  allowedBy: string;
  expiresAt: Date;
  timesUsed: number;
}

const ACTIVE = "revoked_at is null and expires_at > clock_timestamp()";

/** In force at once; written into every tenant's audit log, because it concerns all of them. */
export async function allowUnsigned(
  sql: Pipeline,
  { network, hours, reason, by }: { network: string; hours: number; reason: string; by: string },
): Promise<Allowance> {
  const [row] = await sql<Allowance[]>`
    with allowed as (
      insert into webhook_allowances (network, reason, allowed_by, expires_at)
      values (${network}::text::inet::text, ${reason}, ${by}, clock_timestamp() + make_interval(hours => ${hours}))
      returning id, network, reason, allowed_by as "allowedBy", expires_at as "expiresAt", times_used as "timesUsed"
    ), noted as (
      insert into audit_log (tenant_id, action, object_kind, object_id, detail)
      select t.id, 'webhook.allow-unsigned', 'webhook-allowance', a.id::text,
        jsonb_build_object('network', a.network, 'reason', a.reason, 'by', a."allowedBy", 'until', a."expiresAt")
      from allowed a cross join tenants t
    ) select * from allowed`;
  return row!;
}

export function listAllowances(sql: Pipeline): Promise<Allowance[]> {
  return sql<Allowance[]>`
    select id, network, reason, allowed_by as "allowedBy", expires_at as "expiresAt", times_used as "timesUsed"
    from webhook_allowances where ${sql.unsafe(ACTIVE)} order by expires_at limit 100`;
}

/** Ends all that are in force; returns how many. */
export async function revokeAllowances(sql: Pipeline, by: string): Promise<number> {
  const [row] = await sql<{ revoked: number }[]>`
    with revoked as (
      update webhook_allowances set revoked_at = clock_timestamp() where ${sql.unsafe(ACTIVE)} returning id
    ), noted as (
      insert into audit_log (tenant_id, action, object_kind, object_id, detail)
      select t.id, 'webhook.revoke-unsigned', 'webhook-allowance', r.id::text, ${sql.json({ by })}
      from revoked r cross join tenants t
    ) select count(*)::int as revoked from revoked`;
  return row!.revoked;
}

export async function hasAllowances(sql: Pipeline): Promise<boolean> {
  const [row] = await sql<{ any: boolean }[]>`
    select exists (select 1 from webhook_allowances where ${sql.unsafe(ACTIVE)}) as any`;
  return row!.any;
}

/** Uses an allowance for this address, and records the request as unsigned. False where none is in force. */
export async function useAllowance(
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
