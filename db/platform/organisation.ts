import { fixedRole } from "@smscrm/core/process/roles";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, transact } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import { insertInvitation } from "../users/invitations.ts";

/** The name that members of the platform's own organisation see. */
const NAME = "Platform";

/**
 * Invites the first owner, or one more, of the platform's own organisation, which the first invitation creates. Only
 * for the console. It replaces an open invitation for that address.
 */
export function invitePlatformOwner(
  sql: Pipeline,
  { email, tokenHash, by }: { email: string; tokenHash: Uint8Array; by: string },
): Promise<{ created: boolean; expiresAt: Date } | "member"> {
  return transact(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK_KEYS.newTenant})`;
    const [present] = await tx<{ id: string; member: boolean }[]>`
      select id, exists (select 1 from memberships m join users u on u.id = m.user_id
        where m.tenant_id = t.id and u.email = ${email}) as member
      from tenants t where is_platform for update`;
    if (present?.member) return "member";
    const tenantId = present?.id ?? (await create());
    await tx`delete from invitations where tenant_id = ${tenantId} and email = ${email}`;
    const made = await insertInvitation(
      tx,
      { tenantId, userId: null, name: by },
      { email, role: fixedRole("owner"), tokenHash },
    );
    return { created: !present, expiresAt: made!.expiresAt };

    async function create(): Promise<string> {
      const [made] = await tx<{ id: string }[]>`
        insert into tenants (name, country, timezone, daily_budget_cents, monthly_budget_cents, is_platform,
          second_factor_policy)
        values (${NAME}, 'US', 'UTC', 0, 0, true, 'everybody') returning id`;
      await recordPipelineAudits(tx, [
        {
          ...{ tenantId: made!.id, actorId: null, action: "tenant.create" },
          ...{ objectKind: "tenant", objectId: made!.id, detail: { name: NAME, by } },
        },
      ]);
      return made!.id;
    }
  });
}

export interface PlatformMember {
  email: string;
  name: string;
  role: string;
}

export function listPlatformMembers(sql: Pipeline): Promise<PlatformMember[]> {
  return sql<PlatformMember[]>`
    select u.email, u.name, m.role from tenants t join memberships m on m.tenant_id = t.id
    join users u on u.id = m.user_id
    where t.is_platform order by m.role, u.email limit 1000`;
}
