import type { AudienceGroup } from "@smscrm/core/audiences/definition";
import { keywordOf } from "@smscrm/core/consent/opt-in";
import type { FlowTrigger } from "@smscrm/core/flows/definition";
import type { Op } from "@smscrm/core/flows/program";
import { type SQL, sql } from "drizzle-orm";
import { type CompiledAudience, compileAudience } from "../audiences/compile.ts";
import { textArray } from "../postgres/array-literal.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import { dayBefore } from "./entries.ts";

/** How many people a simulation looks at. */
const SAMPLE = 200;

/** Some of those who would enter a flow within 30 days, and how many they are. */
export interface FlowSample {
  /**
   * `history`: what happened in the last 30 days, as if it happened again. `dates`: whose date comes. `unknown`: nothing is on
   * record, so some contacts stand for all.
   */
  from: "history" | "dates" | "unknown";
  total: number;
  people: { contactId: string; at: Date }[];
}

/** Returns who would enter a flow in the 30 days from `now`. Those who are in the flow already, or were, do not enter again. */
export async function sampleEntrants(
  tx: TenantTransaction,
  tenantId: string,
  flowId: string,
  { trigger, audience }: { trigger: FlowTrigger; audience: AudienceGroup | null },
  { now, day, zone }: { now: Date; day: string; zone: string },
): Promise<FlowSample> {
  const fresh = sql`c.merged_into is null and not exists (select 1 from flow_people p where p.tenant_id = c.tenant_id and p.flow_id = ${flowId} and p.phone_e164 = c.phone_e164)
    and not exists (select 1 from do_not_contact d where d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164)`;
  const rows = await tx.execute<{ contactId: string; at: string; total: number }>(sql`
    with found as (${entrants(tenantId, trigger, { now, day, joined: audience && compileAudience(audience, { tenantId, now, zone }) })})
    select c.id as "contactId", found.at::text as at, count(*) over ()::int as total
    from found join contacts c on c.tenant_id = ${tenantId} and c.id = found.id where ${fresh}
    -- The same sample each time, and no part of the month more than another.
    order by md5(c.id::text) limit ${SAMPLE}`);
  const read = (at: string) => new Date(Math.max(now.getTime(), new Date(at).getTime()));
  if (rows.length > 0)
    return {
      from: trigger.kind === "date" ? "dates" : "history",
      total: rows[0]!.total,
      people: rows.map(({ contactId, at }) => ({ contactId, at: read(at) })),
    };
  const anyone = await tx.execute<{ contactId: string }>(sql`
    select c.id as "contactId" from contacts c where c.tenant_id = ${tenantId} and ${fresh} order by c.id desc limit ${SAMPLE}`);
  return {
    from: trigger.kind === "date" ? "dates" : "unknown",
    total: trigger.kind === "date" ? 0 : anyone.length,
    people: trigger.kind === "date" ? [] : anyone.map(({ contactId }) => ({ contactId, at: now })),
  };
}

/** Contacts (`id`) and when they enter (`at`), each once: of history, 30 days later. */
function entrants(
  tenantId: string,
  trigger: FlowTrigger,
  { now, day, joined }: { now: Date; day: string; joined: CompiledAudience | null },
): SQL {
  const at = sql`${now.toISOString()}::timestamptz`;
  const since = sql`${at} - interval '30 days'`;
  switch (trigger.kind) {
    case "keyword":
      return sql`
        select coalesce(c.merged_into, c.id) as id, min(m.created_at) + interval '30 days' as at from inbound_messages m
        join contacts c on c.tenant_id = m.tenant_id and c.phone_e164 = m.from_phone
        where m.tenant_id = ${tenantId} and m.id >= uuid_floor(${since}) and m.kind = 'none'
          and upper(btrim(m.body, E' .!"''()')) = ${keywordOf(trigger.keyword) ?? ""} group by 1`;
    case "tag":
      return sql`
        select id, created_at + interval '30 days' as at from contacts
        where tenant_id = ${tenantId} and created_at > ${since} and created_at <= ${at} and tags @> array[${trigger.tag}]::text[]`;
    case "audience":
      return sql`
        select c.id, c.created_at + interval '30 days' as at from contacts c ${joined!.joins}
        where c.tenant_id = ${tenantId} and c.created_at > ${since} and c.created_at <= ${at} and ${joined!.where}`;
    case "event":
      return sql`
        select contact_id as id, min(created_at) + interval '30 days' as at from flow_events
        where tenant_id = ${tenantId} and event = ${trigger.event} and created_at > ${since} group by 1`;
    case "date": {
      // Days as texts, because a field that was text before may hold what only looks like a date.
      const first = dayBefore(day, trigger.days);
      const days = sql`${textArray(Array.from({ length: 30 }, (_, nth) => dayBefore(first, -nth)))}::text[]`;
      return sql`
        select id, ${at} + make_interval(days => array_position(${days}, custom ->> ${trigger.field}) - 1) as at from contacts
        where tenant_id = ${tenantId} and custom ->> ${trigger.field} = any(${days})`;
    }
  }
}

/** Returns who of the sample meets each condition now, by line. */
export async function whoMeetsNow(
  tx: TenantTransaction,
  tenantId: string,
  ops: readonly Op[],
  contactIds: readonly string[],
  clock: { now: Date; zone: string },
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const met = new Map<number, ReadonlySet<string>>();
  for (const [line, op] of ops.entries()) {
    if (op.op !== "condition") continue;
    const { joins, where } = compileAudience(op.if, { tenantId, ...clock });
    const rows = await tx.execute<{ id: string }>(sql`
      select c.id from contacts c ${joins}
      where c.tenant_id = ${tenantId} and c.id = any(${sql.param([...contactIds])}::uuid[]) and ${where}`);
    met.set(line, new Set(rows.map(({ id }) => id)));
  }
  return met;
}
