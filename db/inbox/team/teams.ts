import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import type { Added, Saved } from "./saved-replies.ts";

export const TEAMS_MAX = 100;

export interface Team {
  id: string;
  name: string;
  version: number;
  memberIds: string[];
  updatedBy: string | null;
}

const TEAMS = sql`
  select t.id, t.name, t.version, (select u.name from users u where u.id = t.updated_by) as "updatedBy",
    array(select m.user_id from team_members m join memberships s on s.tenant_id = m.tenant_id and s.user_id = m.user_id
      where m.tenant_id = t.tenant_id and m.team_id = t.id order by 1) as "memberIds"
  from teams t`;

type Row = Team & Record<string, unknown>;

/** Returns a tenant's teams by name, with the members who are still there. */
export async function listTeams(tx: TenantTransaction, tenantId: string): Promise<Team[]> {
  return [
    ...(await tx.execute<Row>(
      sql`${TEAMS} where t.tenant_id = ${tenantId} order by lower(t.name), t.id limit ${TEAMS_MAX}`,
    )),
  ];
}

export async function findTeam(tx: TenantTransaction, tenantId: string, id: string): Promise<Team | null> {
  const [row] = await tx.execute<Row>(sql`${TEAMS} where t.tenant_id = ${tenantId} and t.id = ${id}`);
  return row ?? null;
}

interface TeamText {
  name: string;
  memberIds: readonly string[];
}

export async function insertTeam(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { name, memberIds }: TeamText,
): Promise<Added> {
  const [counted] = await tx.execute<{ teams: number }>(
    sql`select count(*)::int as teams from teams where tenant_id = ${tenantId}`,
  );
  if (counted!.teams >= TEAMS_MAX) return { ok: false, why: "too-many" };
  const [row] = await tx.execute<{ id: string }>(sql`
    insert into teams (tenant_id, name, updated_by) values (${tenantId}, ${name}, ${userId})
    on conflict do nothing returning id`);
  if (!row) return { ok: false, why: "name-taken" };
  await setMembers(tx, tenantId, row.id, memberIds);
  return { ok: true, id: row.id };
}

/** Saves a change, if nobody has saved another since `seenVersion`. */
export async function updateTeam(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { id, seenVersion, name, memberIds }: TeamText & { id: string; seenVersion: number },
): Promise<Saved> {
  const [locked] = await tx.execute<{ version: number }>(
    sql`select version from teams where tenant_id = ${tenantId} and id = ${id} for update`,
  );
  if (locked?.version !== seenVersion) return { ok: false, why: "changed" };
  const taken = await tx.execute(
    sql`select 1 from teams where tenant_id = ${tenantId} and lower(name) = lower(${name}) and id <> ${id}`,
  );
  if (taken.length > 0) return { ok: false, why: "name-taken" };
  await tx.execute(sql`
    update teams set name = ${name}, version = version + 1, updated_by = ${userId}, updated_at = clock_timestamp()
    where tenant_id = ${tenantId} and id = ${id}`);
  await setMembers(tx, tenantId, id, memberIds);
  return { ok: true, version: seenVersion + 1 };
}

async function setMembers(
  tx: TenantTransaction,
  tenantId: string,
  teamId: string,
  memberIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`delete from team_members where tenant_id = ${tenantId} and team_id = ${teamId}`);
  await tx.execute(sql`
    insert into team_members (tenant_id, team_id, user_id)
    select distinct ${tenantId}::uuid, ${teamId}::uuid, u from unnest(${sql.param([...memberIds])}::uuid[]) u`);
}

/** Removes a team. Its conversations keep the member who takes care of them. */
export async function deleteTeam(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  await tx.execute(
    sql`update conversations set team_id = null where tenant_id = ${tenantId} and team_id = ${id}`,
  );
  const gone = await tx.execute(
    sql`delete from teams where tenant_id = ${tenantId} and id = ${id} returning 1`,
  );
  return gone.length > 0;
}

/** Gives a conversation to a team, or to none. Returns false for somebody who never wrote. */
export async function assignTeam(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  teamId: string | null,
): Promise<boolean> {
  const changed = await tx.execute(sql`
    update conversations set team_id = ${teamId}, needs_routing = false
    where tenant_id = ${tenantId} and phone_e164 = ${phone} returning 1`);
  return changed.length > 0;
}

/** Whether a member takes conversations that the routing gives. */
export async function isTaking(tx: TenantTransaction, tenantId: string, userId: string): Promise<boolean> {
  const rows = await tx.execute(
    sql`select 1 from inbox_members where tenant_id = ${tenantId} and user_id = ${userId} and is_taking`,
  );
  return rows.length > 0;
}

export async function setTaking(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  taking: boolean,
): Promise<void> {
  // Who was away is not given all that the others got in that time.
  await tx.execute(sql`
    insert into inbox_members as m (tenant_id, user_id, is_taking, turn_at)
    values (${tenantId}, ${userId}, ${taking}, clock_timestamp())
    on conflict (tenant_id, user_id) do update set is_taking = excluded.is_taking,
      turn_at = case when excluded.is_taking and not m.is_taking then clock_timestamp() else m.turn_at end`);
}
