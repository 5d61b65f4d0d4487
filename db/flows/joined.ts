import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import type { FlowCause } from "@smscrm/core/flows/definition";
import { isValidZone } from "@smscrm/core/time/time-zone";
import { sql } from "drizzle-orm";
import { compileAudience } from "../audiences/compile.ts";
import { runOnPipeline } from "../audiences/versions.ts";
import { type Pipeline, transact } from "../postgres/connection.ts";

/** The audience of a flow's trigger, as it was when the version was made: with other audiences in place. */
export interface TriggerAudience {
  name: string;
  definition: AudienceGroup;
}

const MINUTES_BETWEEN = 5;
/** Looking may use at most this part of a worker's time, so a large audience is looked at less often. */
const WORKING_SHARE = 0.05;

interface DueLook {
  id: string;
  tenantId: string;
  round: number;
  audience: TriggerAudience;
  zone: string;
  now: Date;
}

/**
 * Brings those into flows who have come into the trigger's audience since it was looked at last. The first look after a
 * flow was turned on or resumed only remembers who is in it. Who left it and comes back counts as coming. Looks at one flow;
 * returns how many entered, or null if no flow is due.
 */
export async function enterByAudiences(pipeline: Pipeline): Promise<number | null> {
  // Claimed first and looked at afterwards: a pause does not wait for a look at a large audience.
  const [due] = await pipeline<DueLook[]>`
    update flows f set audience_due_at = clock_timestamp() + make_interval(mins => ${MINUTES_BETWEEN})
    from flow_versions v, tenants t
    where f.id = (
        select id from flows where status = 'live' and trigger_kind = 'audience' and audience_due_at <= statement_timestamp()
          and takes_people(flows) order by audience_due_at limit 1 for no key update skip locked)
      and v.tenant_id = f.tenant_id and v.flow_id = f.id and v.version = f.version and t.id = f.tenant_id
    returning f.id, f.tenant_id as "tenantId", f.audience_round as round, v.audience, t.timezone as zone, clock_timestamp() as now`;
  if (!due) return null;
  const began = performance.now();
  const entered = await transact(pipeline, (tx) => look(tx, due));
  const seconds = Math.max(MINUTES_BETWEEN * 60, (performance.now() - began) / 1000 / WORKING_SHARE);
  await pipeline`
    update flows set audience_due_at = clock_timestamp() + make_interval(secs => ${seconds})
    where tenant_id = ${due.tenantId} and id = ${due.id} and audience_due_at > statement_timestamp()`;
  return entered;
}

async function look(
  tx: Parameters<typeof runOnPipeline>[0],
  { id, tenantId, round, audience, zone, now }: DueLook,
): Promise<number> {
  const clock = { tenantId, now, zone: isValidZone(zone) ? zone : "UTC" };
  const { joins, where } = compileAudience(audience.definition, clock);
  const cause: FlowCause = { kind: "audience", name: audience.name };
  const of = sql`tenant_id = ${tenantId}::uuid and flow_id = ${id}::uuid`;
  const [row] = await runOnPipeline<{ entered: number }>(
    tx,
    sql`
    with members as materialized (
      select c.id, c.phone_e164 as phone from contacts c ${joins} where c.tenant_id = ${tenantId}::uuid and ${where}
    ), gone as (
      delete from flow_audience_members m where ${of}
        and (round < ${round}::int or not exists (select 1 from members x where x.id = m.contact_id))
    ), fresh as (
      insert into flow_audience_members (tenant_id, flow_id, round, contact_id)
      select ${tenantId}::uuid, ${id}::uuid, ${round}::int, x.id from members x where not exists (
        select 1 from flow_audience_members m where ${of} and m.round = ${round}::int and m.contact_id = x.id)
      on conflict do nothing returning contact_id
    ), entered as (
      insert into flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause)
      select f.tenant_id, f.id, x.phone, x.id, f.version, ${JSON.stringify(cause)}::text::jsonb
      from fresh join members x on x.id = fresh.contact_id
      join flows f on f.tenant_id = ${tenantId}::uuid and f.id = ${id}::uuid and f.status = 'live' and takes_people(f)
        and f.audience_round = ${round}::int and f.audience_seen_at is not null
      where not exists (
        select 1 from do_not_contact d where d.tenant_id = f.tenant_id and d.phone_e164 = x.phone)
      on conflict do nothing returning 1
    )
    select count(*)::int as entered from entered`,
  );
  await tx`
    update flows set audience_seen_at = clock_timestamp()
    where tenant_id = ${tenantId} and id = ${id} and audience_round = ${round} and audience_seen_at is null`;
  return row!.entered;
}

const MEMBERS_PER_SWEEP = 50_000;

/** Forgets who was in the audiences of flows that were stopped, or that start by something else now. */
export async function sweepFlowAudiences(pipeline: Pipeline): Promise<void> {
  await pipeline`
    delete from flow_audience_members where ctid in (
      select m.ctid from flows f join flow_audience_members m on m.tenant_id = f.tenant_id and m.flow_id = f.id
      where f.audience_round > 0 and (f.status = 'stopped' or f.trigger_kind <> 'audience') limit ${MEMBERS_PER_SWEEP})`;
}
