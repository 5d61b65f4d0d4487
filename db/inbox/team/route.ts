import { nextInTurn, type RoutingRule, routeOf, type Taker } from "@smscrm/core/inbox/routing";
import { fixedRole, may, ROLES } from "@smscrm/core/process/roles";
import { type Pipeline, type PipelineTransaction, transact } from "../../postgres/connection.ts";

const REPLIERS = ROLES.filter((role) => may(fixedRole(role), "messages.reply"));
const ROUTED_AT_ONCE = 100;

/**
 * Gives conversations of one tenant that nobody takes care of to members, by the tenant's rules, and returns how many it
 * looked at. The lock on the tenant's settings lets one worker at a time do so: turns are fair whatever runs beside it.
 * Opt-outs were handled when the text was stored, before this.
 */
export function routeConversations(pipeline: Pipeline): Promise<number> {
  return transact(pipeline, async (tx) => {
    const [tenant] = await tx<{ tenantId: string; routing: RoutingRule[]; now: Date }[]>`
      select s.tenant_id as "tenantId", s.routing, clock_timestamp() as now from inbox_settings s
      where s.tenant_id in (select w.tenant_id from (
        select tenant_id from conversations where needs_routing order by tenant_id, last_inbound_id limit 500) w)
      limit 1 for update skip locked`;
    if (!tenant) return 0;
    const { tenantId, routing } = tenant;
    const waiting = await tx<{ phone: string; body: string; isFree: boolean }[]>`
      select c.phone_e164 as phone, m.body, not exists (
        select 1 from memberships s where s.tenant_id = c.tenant_id and s.user_id = c.assignee_id) as "isFree"
      from conversations c join inbound_messages m on m.id = c.last_waiting_id
      where c.tenant_id = ${tenantId} and c.needs_routing
      order by c.last_inbound_id limit ${ROUTED_AT_ONCE} for update of c skip locked`;
    const takers = await takersOf(tx, tenantId);
    let turnMs = tenant.now.getTime();
    const turns = new Map<string, Date>();
    const given = waiting.map(({ phone, body, isFree }) => {
      const rule = isFree ? routeOf(body, routing) : null;
      const free = takers.filter(({ userId, teamIds }) =>
        rule?.userId ? userId === rule.userId : rule?.teamId ? teamIds.includes(rule.teamId) : false,
      );
      const userId = nextInTurn(free);
      for (const taker of free.filter((one) => one.userId === userId)) {
        turnMs += 1;
        taker.turnAt = new Date(turnMs);
        turns.set(taker.userId, taker.turnAt);
      }
      return { phone, userId, teamId: rule?.teamId ?? null };
    });
    await tx`
      update conversations c set needs_routing = false, assignee_id = coalesce(g.user_id, c.assignee_id),
        team_id = coalesce((select t.id from teams t where t.tenant_id = c.tenant_id and t.id = g.team_id), c.team_id)
      from unnest(${given.map(({ phone }) => phone)}::text[], ${given.map(({ userId }) => userId)}::uuid[],
        ${given.map(({ teamId }) => teamId)}::uuid[]) as g (phone, user_id, team_id)
      where c.tenant_id = ${tenantId} and c.phone_e164 = g.phone`;
    await tx`
      update inbox_members m set turn_at = t.at
      from unnest(${[...turns.keys()]}::uuid[], ${[...turns.values()].map((at) => at.toISOString())}::timestamptz[]) as t (user_id, at)
      where m.tenant_id = ${tenantId} and m.user_id = t.user_id`;
    return waiting.length;
  });
}

/** The members who take conversations now and may still reply, with their teams. */
function takersOf(tx: PipelineTransaction, tenantId: string): Promise<(Taker & { teamIds: string[] })[]> {
  return tx<(Taker & { teamIds: string[] })[]>`
    select i.user_id as "userId", i.turn_at as "turnAt", array(
      select t.team_id from team_members t where t.tenant_id = i.tenant_id and t.user_id = i.user_id) as "teamIds"
    from inbox_members i
    join memberships m on m.tenant_id = i.tenant_id and m.user_id = i.user_id and m.expires_at is null
    left join custom_roles r on r.tenant_id = m.tenant_id and r.id = m.custom_role_id
    where i.tenant_id = ${tenantId} and i.is_taking
      and case when r.id is null then m.role = any(${REPLIERS as string[]}) else 'messages.reply' = any(r.actions) end`;
}
