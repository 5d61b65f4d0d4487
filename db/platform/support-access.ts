import { desc, eq, sql as part } from "drizzle-orm";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import {
  type Pipeline,
  type PipelineTransaction,
  type TenantTransaction,
  transact,
} from "../postgres/connection.ts";
import { supportAccesses, users } from "../schema/index.ts";

/** The role of a platform operator inside a tenant: reads everything, changes nothing, takes no file out. */
const VISITOR_ROLE = "auditor";

export interface SupportAccess {
  id: string;
  operator: string;
  operatorEmail: string;
  reason: string;
  askedAt: Date;
  grantedAt: Date | null;
  /** Null until an owner grants it. */
  expiresAt: Date | null;
  endedAt: Date | null;
}

/** Lists a tenant's requests and visits, newest first. */
export function listSupportAccesses(tx: TenantTransaction, tenantId: string): Promise<SupportAccess[]> {
  return tx
    .select({
      id: supportAccesses.id,
      operator: users.name,
      operatorEmail: users.email,
      reason: supportAccesses.reason,
      askedAt: supportAccesses.createdAt,
      grantedAt: supportAccesses.grantedAt,
      expiresAt: supportAccesses.expiresAt,
      endedAt: part<Date | null>`coalesce(${supportAccesses.endedAt},
        case when ${supportAccesses.expiresAt} <= clock_timestamp() then ${supportAccesses.expiresAt} end)`.mapWith(
        supportAccesses.endedAt,
      ) as unknown as ReturnType<typeof part<Date | null>>,
    })
    .from(supportAccesses)
    .innerJoin(users, eq(users.id, supportAccesses.operatorId))
    .where(eq(supportAccesses.tenantId, tenantId))
    .orderBy(desc(supportAccesses.id))
    .limit(50);
}

export interface SupportRequest {
  tenantId: string;
  operatorId: string;
  reason: string;
}

/** Asks a tenant's owners to let an operator look inside. Returns the owners' addresses, to be notified. */
export function requestSupportAccess(
  sql: Pipeline,
  { tenantId, operatorId, reason }: SupportRequest,
): Promise<{ id: string; owners: string[]; tenantName: string } | "not-found" | "open" | "member"> {
  return transact(sql, async (tx) => {
    const [tenant] = await tx<{ name: string; member: boolean }[]>`
      select name, exists (select 1 from memberships m
        where m.tenant_id = t.id and m.user_id = ${operatorId} and m.expires_at is null) as member
      from tenants t where id = ${tenantId} and not is_platform and closed_at is null for key share`;
    if (!tenant) return "not-found";
    if (tenant.member) return "member";
    await endExpired(tx, tenantId, operatorId);
    const [made] = await tx<{ id: string }[]>`
      insert into support_accesses (tenant_id, operator_id, reason) values (${tenantId}, ${operatorId}, ${reason})
      on conflict do nothing returning id`;
    if (!made) return "open";
    await note(tx, tenantId, operatorId, "support.request", made.id, { reason });
    const owners = await tx<{ email: string }[]>`
      select u.email from memberships m join users u on u.id = m.user_id
      where m.tenant_id = ${tenantId} and m.role = 'owner' and u.disabled_at is null order by u.email limit 20`;
    return { id: made.id, owners: owners.map(({ email }) => email), tenantName: tenant.name };
  });
}

async function endExpired(tx: PipelineTransaction, tenantId: string, operatorId: string): Promise<void> {
  await tx`
    update support_accesses set ended_at = expires_at
    where tenant_id = ${tenantId} and operator_id = ${operatorId} and ended_at is null
      and expires_at <= clock_timestamp()`;
  await tx`
    delete from memberships where tenant_id = ${tenantId} and user_id = ${operatorId}
      and expires_at <= clock_timestamp()`;
}

/** Lets the operator who asked look inside for `hours` hours. Only for an owner. */
export function grantSupportAccess(
  sql: Pipeline,
  { tenantId, userId }: { tenantId: string; userId: string },
  { id, hours }: { id: string; hours: number },
): Promise<{ expiresAt: Date } | "not-found" | "member"> {
  return transact(sql, async (tx) => {
    const [request] = await tx<{ operatorId: string }[]>`
      select a.operator_id as "operatorId" from support_accesses a
      where a.id = ${id} and a.tenant_id = ${tenantId} and a.ended_at is null and a.granted_at is null
        and exists (select 1 from memberships m join tenants p on p.id = m.tenant_id and p.is_platform
          where m.user_id = a.operator_id and m.role in ('owner', 'operator'))
      for update of a`;
    if (!request) return "not-found";
    const [granted] = await tx<{ expiresAt: Date }[]>`
      update support_accesses set granted_at = clock_timestamp(), granted_by = ${userId},
        expires_at = clock_timestamp() + make_interval(hours => ${hours})
      where id = ${id} returning expires_at as "expiresAt"`;
    const { expiresAt } = granted!;
    const member = await tx`
      insert into memberships (tenant_id, user_id, role, expires_at)
      values (${tenantId}, ${request.operatorId}, ${VISITOR_ROLE}, ${expiresAt})
      on conflict do nothing returning 1`;
    if (member.length === 0) return "member";
    await note(tx, tenantId, userId, "support.grant", id, { hours, until: expiresAt.toISOString() });
    return { expiresAt };
  });
}

/**
 * Ends a request or a visit at once: by an owner, or by the operator (`operatorId`) who asked. False if it was over
 * already.
 */
export function endSupportAccess(
  sql: Pipeline,
  { tenantId, userId, operatorId }: { tenantId: string; userId: string; operatorId?: string },
  id: string,
): Promise<boolean> {
  return transact(sql, async (tx) => {
    const [ended] = await tx<{ operatorId: string }[]>`
      update support_accesses set ended_at = clock_timestamp()
      where id = ${id} and tenant_id = ${tenantId} and ended_at is null
        and (${operatorId ?? null}::uuid is null or operator_id = ${operatorId ?? null})
      returning operator_id as "operatorId"`;
    if (!ended) return false;
    await endVisits(tx, tenantId, [ended.operatorId]);
    await note(tx, tenantId, userId, "support.end", id, {});
    return true;
  });
}

async function endVisits(tx: PipelineTransaction, tenantId: string, operators: string[]): Promise<void> {
  const visits = await tx<{ userId: string }[]>`
    delete from memberships where tenant_id = ${tenantId} and user_id = any(${operators}::uuid[])
      and expires_at is not null returning user_id as "userId"`;
  const ids = visits.map(({ userId }) => userId);
  await tx`delete from sessions where tenant_id = ${tenantId} and user_id = any(${ids}::uuid[])`;
}

async function note(
  tx: PipelineTransaction,
  tenantId: string,
  actorId: string,
  action: string,
  objectId: string,
  detail: Record<string, string | number>,
): Promise<void> {
  await recordPipelineAudits(tx, [{ tenantId, actorId, action, objectKind: "support", objectId, detail }]);
}
