import { fixedRole } from "@smscrm/core/process/roles";
import { eq } from "drizzle-orm";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import type { Pipeline, TenantTransaction } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import { tenants } from "../schema/index.ts";
import { insertInvitation } from "../users/invitations.ts";

/** Whether there is an organisation yet, besides the platform's own. */
export async function hasTenants(tx: TenantTransaction): Promise<boolean> {
  const [any] = await tx
    .select({ id: tenants.id })
    .from(tenants)
    .where(eq(tenants.isPlatform, false))
    .limit(1);
  return any !== undefined;
}

export interface NewTenant {
  name: string;
  country: string;
  timezone: string;
}

/** The link for a tenant's owner, and the operator who made it: in the dashboard a person, at the console null. */
export interface OwnerLink {
  email: string;
  tokenHash: Uint8Array;
  by: string;
  userId: string | null;
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
    const note = {
      tenantId: id,
      actorId: owner.userId,
      action: "tenant.create",
      objectKind: "tenant",
      objectId: id,
    };
    await recordPipelineAudits(tx, [{ ...note, detail: { name, country, timezone, by: owner.by } }]);
    const { email, tokenHash, by } = owner;
    // The inviter is no member, and the link must not end with their membership.
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
  { email, tokenHash, by }: Omit<OwnerLink, "userId">,
): Promise<{ name: string; expiresAt: Date } | "not-found" | "member"> {
  return sql.begin(async (tx) => {
    const [tenant] = await tx<{ name: string; member: boolean }[]>`
      select name, exists (select 1 from memberships m join users u on u.id = m.user_id
        where m.tenant_id = t.id and u.email = ${email}) as member
      from tenants t where id = ${tenantId} and not is_platform for update`;
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
  closedAt: Date | null;
  closedReason: string | null;
}

export function listTenants(sql: Pipeline): Promise<ListedTenant[]> {
  return sql<ListedTenant[]>`
    select t.id, t.name, t.country, t.timezone, t.suspended_at as "suspendedAt",
      t.suspended_reason as "suspendedReason", t.closed_at as "closedAt", t.closed_reason as "closedReason",
      count(m.user_id) filter (where m.role = 'owner')::int as owners,
      count(m.user_id)::int as members,
      (select count(*)::int from invitations i where i.tenant_id = t.id and i.expires_at > clock_timestamp())
        as invitations
    from tenants t left join memberships m on m.tenant_id = t.id and m.expires_at is null
    where not t.is_platform
    group by t.id order by t.name, t.id limit 1000`;
}
