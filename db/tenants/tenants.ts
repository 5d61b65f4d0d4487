import { fixedRole } from "@smscrm/core/process/roles";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import type { Pipeline, TenantTransaction } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import { tenants } from "../schema/index.ts";
import { insertInvitation } from "../users/invitations.ts";

export async function hasTenants(tx: TenantTransaction): Promise<boolean> {
  return (await tx.select({ id: tenants.id }).from(tenants).limit(1)).length > 0;
}

export interface NewTenant {
  name: string;
  country: string;
  timezone: string;
}

/** The link for a tenant's first owner, and the name of the operator who made it. */
export interface OwnerLink {
  email: string;
  tokenHash: Uint8Array;
  by: string;
}

/**
 * Creates a tenant without members, and an invitation for its owner. The table's defaults and trigger complete it.
 * Its budgets are 0, so nothing is sent until an owner sets them. If a tenant has that name, returns its id.
 */
export function createTenant(
  sql: Pipeline,
  { name, country, timezone }: NewTenant,
  owner: OwnerLink,
): Promise<{ id: string; expiresAt: Date } | { takenBy: string }> {
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK_KEYS.newTenant})`;
    const [same] = await tx<
      { id: string }[]
    >`select id from tenants where lower(name) = lower(${name}) limit 1`;
    if (same) return { takenBy: same.id };
    const [made] = await tx<{ id: string }[]>`
      insert into tenants (name, country, timezone, daily_budget_cents, monthly_budget_cents)
      values (${name}, ${country}, ${timezone}, 0, 0) returning id`;
    const { id } = made!;
    const note = { tenantId: id, actorId: null, action: "tenant.create", objectKind: "tenant", objectId: id };
    await recordPipelineAudits(tx, [{ ...note, detail: { name, country, timezone, by: owner.by } }]);
    const { email, tokenHash, by } = owner;
    const invitation = await insertInvitation(
      tx,
      { tenantId: id, userId: null, name: by },
      { email, role: fixedRole("owner"), tokenHash },
    );
    return { id, expiresAt: invitation!.expiresAt };
  });
}

/**
 * Makes a link for one more owner, at the console: for a tenant whose first link expired, or whose owners are gone.
 * It replaces an open invitation for that address.
 */
export function inviteOwner(
  sql: Pipeline,
  tenantId: string,
  { email, tokenHash, by }: OwnerLink,
): Promise<{ name: string; expiresAt: Date } | "not-found" | "member"> {
  return sql.begin(async (tx) => {
    const [tenant] = await tx<{ name: string; member: boolean }[]>`
      select name, exists (select 1 from memberships m join users u on u.id = m.user_id
        where m.tenant_id = t.id and u.email = ${email}) as member
      from tenants t where id = ${tenantId} for update`;
    if (!tenant) return "not-found";
    if (tenant.member) return "member";
    await tx`delete from invitations where tenant_id = ${tenantId} and email = ${email}`;
    const made = await insertInvitation(
      tx,
      { tenantId, userId: null, name: by },
      { email, role: fixedRole("owner"), tokenHash },
    );
    return { name: tenant.name, expiresAt: made!.expiresAt };
  });
}

export interface ListedTenant extends NewTenant {
  id: string;
  owners: number;
  members: number;
  invitations: number;
  suspendedAt: Date | null;
  suspendedReason: string | null;
}

export function listTenants(sql: Pipeline): Promise<ListedTenant[]> {
  return sql<ListedTenant[]>`
    select t.id, t.name, t.country, t.timezone, t.suspended_at as "suspendedAt",
      t.suspended_reason as "suspendedReason", count(m.user_id) filter (where m.role = 'owner')::int as owners,
      count(m.user_id)::int as members,
      (select count(*)::int from invitations i where i.tenant_id = t.id and i.expires_at > clock_timestamp())
        as invitations
    from tenants t left join memberships m on m.tenant_id = t.id
    group by t.id order by t.name, t.id limit 1000`;
}
