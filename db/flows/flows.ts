import type { FlowDefinition, FlowStatus, FlowTrigger } from "@smscrm/core/flows/definition";
import { type Op, sendsOf } from "@smscrm/core/flows/program";
import { segments } from "@smscrm/core/text/segments";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { TriggerAudience } from "./joined.ts";

/** The most flows of a tenant that are not stopped. */
export const FLOWS_MAX = 50;
const LISTED_MAX = 200;

export interface FlowRow {
  id: string;
  name: string;
  status: FlowStatus;
  /** Whether a restore of the database pauses it until somebody resumes it. */
  isHeldByRestore: boolean;
  /** The version that people enter; 0: none yet. */
  version: number;
  draft: FlowDefinition;
  /** People who are in it now. */
  within: number;
  updatedAt: Date;
  updatedBy: string | null;
  liveAt: Date | null;
}

type Raw = Omit<FlowRow, "updatedAt" | "liveAt"> & { updatedAt: string; liveAt: string | null };

const read = (row: Raw): FlowRow => ({
  ...row,
  ...{ updatedAt: new Date(row.updatedAt), liveAt: row.liveAt === null ? null : new Date(row.liveAt) },
});

const COLUMNS = sql`f.id, f.name, f.status, f.status = 'live' and not takes_people(f) as "isHeldByRestore", f.version, f.draft,
  (select count(*)::int from flow_people p where p.tenant_id = f.tenant_id and p.flow_id = f.id and p.ended_at is null) as within,
  f.updated_at as "updatedAt", (select u.name from users u where u.id = f.updated_by) as "updatedBy", f.live_at as "liveAt"`;

/** Returns a tenant's flows: those that are on first, those that were stopped last. */
export async function listFlows(tx: TenantTransaction, tenantId: string): Promise<FlowRow[]> {
  const rows = await tx.execute<Raw & Record<string, unknown>>(sql`
    select ${COLUMNS} from flows f where f.tenant_id = ${tenantId}
    order by array_position(array['live', 'paused', 'draft', 'stopped'], f.status), lower(f.name), f.id limit ${LISTED_MAX}`);
  return rows.map(read);
}

export async function findFlow(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  { lock = false } = {},
): Promise<FlowRow | null> {
  if (lock)
    await tx.execute(sql`select 1 from flows where tenant_id = ${tenantId} and id = ${id} for update`);
  const [row] = await tx.execute<Raw & Record<string, unknown>>(sql`
    select ${COLUMNS} from flows f where f.tenant_id = ${tenantId} and f.id = ${id}`);
  return row ? read(row) : null;
}

const json = (value: unknown) => sql`${JSON.stringify(value)}::text::jsonb`;

export async function insertFlow(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  { name, draft }: { name: string; draft: FlowDefinition },
): Promise<{ ok: true; id: string } | { ok: false; why: "name-taken" | "too-many" }> {
  const [counted] = await tx.execute<{ flows: number }>(sql`
    select count(*)::int as flows from flows where tenant_id = ${tenantId} and status <> 'stopped'`);
  if (counted!.flows >= FLOWS_MAX) return { ok: false, why: "too-many" };
  const [row] = await tx.execute<{ id: string }>(sql`
    insert into flows (tenant_id, name, draft, created_by, updated_by, updated_at)
    values (${tenantId}, ${name}, ${json(draft)}, ${userId}, ${userId}, date_trunc('milliseconds', clock_timestamp()))
    on conflict do nothing returning id`);
  return row ? { ok: true, id: row.id } : { ok: false, why: "name-taken" };
}

/** Saves what is edited, if nobody has saved since `seenUpdatedAt`. People in the flow notice nothing. */
export async function saveFlow(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  {
    id,
    name,
    draft,
    seenUpdatedAt,
  }: { id: string; name: string; draft: FlowDefinition; seenUpdatedAt: Date },
): Promise<{ ok: true; updatedAt: Date } | { ok: false; why: "changed" | "name-taken" }> {
  const taken = await tx.execute(sql`
    select 1 from flows where tenant_id = ${tenantId} and status <> 'stopped' and lower(name) = lower(${name}) and id <> ${id}`);
  if (taken.length > 0) return { ok: false, why: "name-taken" };
  const [row] = await tx.execute<{ updatedAt: string }>(sql`
    update flows set name = ${name}, draft = ${json(draft)}, updated_by = ${userId},
      updated_at = greatest(date_trunc('milliseconds', clock_timestamp()), updated_at + interval '1 millisecond')
    where tenant_id = ${tenantId} and id = ${id} and status <> 'stopped'
      and date_trunc('milliseconds', updated_at) = ${seenUpdatedAt.toISOString()}::timestamptz
    returning updated_at as "updatedAt"`);
  return row ? { ok: true, updatedAt: new Date(row.updatedAt) } : { ok: false, why: "changed" };
}

/**
 * Makes a version of the draft and turns the flow on: people enter it from now on. Each line that sends is a campaign, so its
 * messages are gated, paid, counted and explained like those of any other. The flow is locked. `ops`: with saved audiences in place.
 */
export async function turnOn(
  tx: TenantTransaction,
  tenantId: string,
  userId: string,
  flow: FlowRow,
  {
    ops,
    keyword,
    audience,
  }: { ops: readonly Op[]; keyword: string | null; audience: TriggerAudience | null },
): Promise<number> {
  const { id, draft, name } = flow;
  const version = flow.version + 1;
  const campaigns: Record<string, string> = {};
  for (const line of sendsOf(ops)) {
    const op = ops[line] as Extract<Op, { op: "send" }>;
    const { segments: estimate } = segments(op.body, { smartEncoding: op.smartEncoding });
    const [made] = await tx.execute<{ id: string }>(sql`
      insert into campaigns (tenant_id, kind, purpose, topic, name, body, audience, smart_encoding, status, segments_estimate,
        launched_at, completed_at, launched_by, created_by, edited_by)
      values (${tenantId}, 'flow', ${draft.purpose}, ${draft.topic}, ${`${name.slice(0, 90)}, step ${op.place}`}, ${op.body},
        ${json({ kind: "tags", tags: [] })}, ${op.smartEncoding}, 'completed', ${Math.max(1, estimate)},
        clock_timestamp(), clock_timestamp(), ${userId}, ${userId}, ${userId})
      returning id`);
    await tx.execute(sql`select freeze_snippets(${tenantId}::uuid, ${made!.id}::uuid)`);
    campaigns[line] = made!.id;
  }
  await tx.execute(sql`
    insert into flow_versions (tenant_id, flow_id, version, definition, ops, campaigns, audience, created_by)
    values (${tenantId}, ${id}, ${version}, ${json(draft)}, ${json(ops)}, ${json(campaigns)},
      ${audience && json(audience)}, ${userId})`);
  const { trigger } = draft;
  // The same audience in a new version goes on: who came into it since the last look still enters.
  const goesOn = sql`trigger_kind = 'audience' and exists (select 1 from flow_versions o where o.tenant_id = flows.tenant_id
    and o.flow_id = flows.id and o.version = flows.version and o.audience -> 'definition' = ${audience && json(audience.definition)})`;
  await tx.execute(sql`
    update flows set status = 'live', version = ${version}, live_at = clock_timestamp(), trigger_kind = ${trigger.kind},
      trigger_value = ${triggerValue(trigger, keyword)}, trigger_days = ${trigger.kind === "date" ? trigger.days : null},
      date_due_at = ${trigger.kind === "date" ? sql`clock_timestamp()` : null},
      audience_due_at = ${audience ? sql`clock_timestamp()` : null},
      audience_seen_at = case when ${goesOn} then audience_seen_at end,
      audience_round = audience_round + case when ${audience !== null} and not (${goesOn}) then 1 else 0 end
    where tenant_id = ${tenantId} and id = ${id}`);
  await setCampaigns(tx, tenantId, id, "running");
  return version;
}

function triggerValue(trigger: FlowTrigger, keyword: string | null): string | null {
  switch (trigger.kind) {
    case "keyword":
      return keyword;
    case "tag":
      return trigger.tag;
    case "date":
      return trigger.field;
    case "event":
      return trigger.event;
    case "audience":
      return trigger.audienceId;
  }
}

/** Its messages that wait stop or go on with it. */
async function setCampaigns(
  tx: TenantTransaction,
  tenantId: string,
  flowId: string,
  status: "running" | "paused" | "canceled",
): Promise<void> {
  const now = sql`clock_timestamp()`;
  const before = { running: ["paused"], paused: ["running"], canceled: ["running", "paused"] }[status];
  await tx.execute(sql`
    update campaigns set status = ${status}, updated_at = ${now}, paused_at = ${status === "paused" ? now : null},
      canceled_at = ${status === "canceled" ? now : null}
    where tenant_id = ${tenantId} and kind = 'flow' and status in (${sql.join(
      before.map((one) => sql`${one}`),
      sql`, `,
    )})
      and id in (select one.value::uuid from flow_versions v, jsonb_each_text(v.campaigns) one
        where v.tenant_id = ${tenantId} and v.flow_id = ${flowId})`);
}

/** Pauses a flow: nobody enters, nobody moves, and its queued messages stay queued. False: it is not on. */
export async function pauseFlow(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.execute(sql`
    update flows set status = 'paused' where tenant_id = ${tenantId} and id = ${id} and status = 'live' returning 1`);
  if (rows.length > 0) await setCampaigns(tx, tenantId, id, "paused");
  return rows.length > 0;
}

/**
 * Resumes a flow that somebody or a restore paused. After a restore, those who were in it before leave it at their next step,
 * and `dayStartsAt` is when dates count again. Who came into an audience while the flow was paused doesn't enter. False: it is on, or was stopped.
 */
export async function resumeFlow(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
  dayStartsAt: Date,
): Promise<boolean> {
  const rows = await tx.execute(sql`
    update flows f set status = 'live', live_at = clock_timestamp(),
      date_due_at = case when trigger_kind <> 'date' then null
        when live_at > coalesce((select max(locked_at) from restores), '-infinity') then date_due_at
        else ${dayStartsAt.toISOString()}::timestamptz end,
      audience_seen_at = null, audience_due_at = case when trigger_kind = 'audience' then clock_timestamp() end
    where tenant_id = ${tenantId} and id = ${id}
      and (status = 'paused' or status = 'live' and not takes_people(f)) returning 1`);
  if (rows.length > 0) await setCampaigns(tx, tenantId, id, "running");
  return rows.length > 0;
}

/** Stops a flow for good: its queued messages are canceled, and everybody leaves. False: it was stopped before. */
export async function stopFlow(tx: TenantTransaction, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.execute(sql`
    update flows set status = 'stopped' where tenant_id = ${tenantId} and id = ${id} and status <> 'stopped' returning 1`);
  if (rows.length > 0) await setCampaigns(tx, tenantId, id, "canceled");
  return rows.length > 0;
}

export interface FlowVersion {
  version: number;
  definition: FlowDefinition;
  createdAt: Date;
  createdBy: string | null;
  /** The lines with their campaigns and who is on each now. */
  ops: Op[];
  campaigns: Record<string, string>;
  lines: Record<string, number>;
}

const VERSIONS_SHOWN = 20;

/** Returns the newest versions of a flow, newest first. */
export async function listFlowVersions(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<FlowVersion[]> {
  const rows = await tx.execute<Omit<FlowVersion, "createdAt"> & { createdAt: string }>(sql`
    select v.version, v.definition, v.created_at as "createdAt", v.ops, v.campaigns,
      (select u.name from users u where u.id = v.created_by) as "createdBy",
      coalesce((select jsonb_object_agg(line, people) from (
        select p.line, count(*)::int as people from flow_people p
        where p.tenant_id = v.tenant_id and p.flow_id = v.flow_id and p.version = v.version and p.ended_at is null group by 1
      ) standing), '{}') as lines
    from flow_versions v where v.tenant_id = ${tenantId} and v.flow_id = ${id} order by v.version desc limit ${VERSIONS_SHOWN}`);
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

/** Returns the keywords of a tenant's flows that are on or paused, without one flow's. */
export async function flowKeywords(
  tx: TenantTransaction,
  tenantId: string,
  exceptId: string,
): Promise<string[]> {
  const rows = await tx.execute<{ keyword: string }>(sql`
    select trigger_value as keyword from flows
    where tenant_id = ${tenantId} and id <> ${exceptId} and status in ('live', 'paused') and trigger_kind = 'keyword'`);
  return rows.map(({ keyword }) => keyword);
}

/** Returns what holds all of a tenant's sending now. */
export async function sendingHolds(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ paused: boolean; restored: boolean; suspended: string | null }> {
  const [row] = await tx.execute<{ paused: boolean; restored: boolean; suspended: string | null }>(sql`
    select sending_paused_at is not null as paused, restore_locked_at is not null as restored, suspended_reason as suspended
    from tenants where id = ${tenantId}`);
  return row!;
}
