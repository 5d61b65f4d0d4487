import { advance, type FlowMove } from "@smscrm/core/flows/advance";
import { landOn, type Op } from "@smscrm/core/flows/program";
import { isValidZone } from "@smscrm/core/time/time-zone";
import { sql } from "drizzle-orm";
import { compileAudience } from "../audiences/compile.ts";
import { runOnPipeline } from "../audiences/versions.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { barredFor, type DueFlow, type DuePerson, lockDue, messageOf } from "./due-people.ts";

const FLOWS_PER_ROUND = 100;

/**
 * Moves the people who are due in all flows by one step, a batch of each flow per call; returns how many moved. A step's
 * effect and the new place are one transaction on the locked row. So a killed worker repeats nothing, and several share the work.
 */
export async function advanceFlows(pipeline: Pipeline): Promise<number> {
  const due = await pipeline<DueFlow[]>`
    select f.id, f.tenant_id as "tenantId" from flows f
    join tenants t on t.id = f.tenant_id and t.sending_paused_at is null and t.restore_locked_at is null
    where f.status = 'live' and takes_people(f) and exists (
      select 1 from flow_people p where p.flow_id = f.id and p.ended_at is null and p.due_at <= statement_timestamp())
    order by random() limit ${FLOWS_PER_ROUND}`;
  let moved = 0;
  for (const flow of due) moved += await transact(pipeline, (tx) => advanceBatch(tx, flow));
  return moved + (await emptyStopped(pipeline));
}

interface Version {
  version: number;
  ops: Op[];
  campaigns: Record<string, string>;
}

async function advanceBatch(tx: PipelineTransaction, { id, tenantId }: DueFlow): Promise<number> {
  // A pause waits for this batch, and the next batch sees it.
  const [flow] = await tx<{ timezone: string; now: Date }[]>`
    select t.timezone, clock_timestamp() as now from flows f join tenants t on t.id = f.tenant_id
    where f.tenant_id = ${tenantId} and f.id = ${id} and f.status = 'live' for share of f`;
  if (!flow) return 0;
  const people = await lockDue(tx, { id, tenantId });
  if (people.length === 0) return 0;
  const versions = await tx<Version[]>`
    select version, ops, campaigns from flow_versions where tenant_id = ${tenantId} and flow_id = ${id}
      and version = any(${[...new Set(people.map(({ version }) => version))]}::int[])`;
  const known = new Map(versions.map((one) => [one.version, one]));
  const zone = isValidZone(flow.timezone) ? flow.timezone : "UTC";
  const meeting = await whoMeets(tx, people, known, { tenantId, now: flow.now, zone });
  const moves = people.map((person) => {
    const version = known.get(person.version)!;
    const facts = {
      ...{ at: person.line, arrivedAt: person.arrivedAt, repliedAt: person.repliedAt },
      ...{
        message: messageOf(person),
        meets: meeting.has(person.phone),
        messagesToday: person.messagesToday,
      },
      barred: barredFor(person),
    };
    return { person, version, move: advance(version.ops, facts, flow.now) };
  });
  await takeEffect(tx, tenantId, moves);
  await writePlaces(tx, { id, tenantId }, moves, flow.now);
  return people.length;
}

/** Returns the numbers of those who meet the condition on which they stand: one statement for each condition. */
async function whoMeets(
  tx: PipelineTransaction,
  people: readonly DuePerson[],
  versions: ReadonlyMap<number, Version>,
  clock: { tenantId: string; now: Date; zone: string },
): Promise<ReadonlySet<string>> {
  const asked = new Map<string, { op: Extract<Op, { op: "condition" }>; ids: string[] }>();
  for (const { version, line, contactId } of people) {
    const op = versions.get(version)!.ops[line];
    if (op?.op !== "condition") continue;
    const key = `${version} ${line}`;
    const one = asked.get(key) ?? { op, ids: [] };
    one.ids.push(contactId);
    asked.set(key, one);
  }
  const met = new Set<string>();
  for (const { op, ids } of asked.values()) {
    const { joins, where } = compileAudience(op.if, clock);
    const rows = await runOnPipeline<{ phone: string }>(
      tx,
      sql`select c.phone_e164 as phone from contacts c ${joins}
        where c.tenant_id = ${clock.tenantId}::uuid and c.id = any(${sql.param(ids)}::uuid[]) and ${where}`,
    );
    for (const { phone } of rows) met.add(phone);
  }
  return met;
}

interface Moving {
  person: DuePerson;
  version: Version;
  move: FlowMove;
}

/** What the steps do: messages are queued, tags and conversations changed, each in one statement for all who do the same. */
async function takeEffect(
  tx: PipelineTransaction,
  tenantId: string,
  moves: readonly Moving[],
): Promise<void> {
  const groups = new Map<string, { op: Op; campaignId: string | undefined; people: DuePerson[] }>();
  for (const { person, version, move } of moves) {
    const acts = move.kind === "stay" ? move.sends : move.does;
    if (!acts) continue;
    const key = `${version.version} ${person.line}`;
    const campaignId = version.campaigns[person.line];
    const group = groups.get(key) ?? { op: version.ops[person.line]!, campaignId, people: [] };
    group.people.push(person);
    groups.set(key, group);
  }
  for (const { op, campaignId, people } of groups.values()) {
    const ids = people.map(({ contactId }) => contactId).sort();
    if (op.op === "send") await queueMessages(tx, tenantId, campaignId!, ids);
    if (op.op === "tag") await changeTag(tx, tenantId, op, ids);
    if (op.op === "assign")
      await assign(
        tx,
        tenantId,
        op.userId,
        people.map(({ phone }) => phone),
      );
  }
}

/** One message per person and step: the unique key of send jobs allows no second. */
async function queueMessages(
  tx: PipelineTransaction,
  tenantId: string,
  campaignId: string,
  contactIds: readonly string[],
): Promise<void> {
  const queued = await tx`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    select c.tenant_id, ${campaignId}, c.id, c.phone_e164, c.country from contacts c
    where c.tenant_id = ${tenantId} and c.id = any(${contactIds as string[]}::uuid[]) order by c.id
    on conflict (campaign_id, contact_id) do nothing returning 1`;
  await tx`
    update campaigns set audience_count = audience_count + ${queued.length}, updated_at = clock_timestamp(),
      completed_at = null, status = case when status = 'completed' then 'running' else status end
    where tenant_id = ${tenantId} and id = ${campaignId}`;
}

const TAGS_MAX = 50;

async function changeTag(
  tx: PipelineTransaction,
  tenantId: string,
  { tag, remove }: { tag: string; remove: boolean },
  contactIds: readonly string[],
): Promise<void> {
  const those = tx`tenant_id = ${tenantId} and id in (
    select id from contacts where tenant_id = ${tenantId} and id = any(${contactIds as string[]}::uuid[]) order by id for no key update)`;
  if (remove)
    await tx`
      update contacts set tags = array_remove(tags, ${tag}), updated_at = clock_timestamp()
      where ${those} and tags @> array[${tag}]::text[]`;
  else
    await tx`
      update contacts set tags = tags || array[${tag}]::text[], updated_at = clock_timestamp()
      where ${those} and not tags @> array[${tag}]::text[] and cardinality(tags) < ${TAGS_MAX}`;
}

/** Gives conversations to a member who is still one. Who never wrote has no conversation. */
async function assign(
  tx: PipelineTransaction,
  tenantId: string,
  userId: string | null,
  phones: readonly string[],
): Promise<void> {
  await tx`
    update conversations set assignee_id = ${userId}
    where tenant_id = ${tenantId} and phone_e164 in (
      select phone_e164 from conversations where tenant_id = ${tenantId} and phone_e164 = any(${phones as string[]}::text[])
      order by phone_e164 for no key update) and (${userId}::uuid is null or exists (
      select 1 from memberships where tenant_id = ${tenantId} and user_id = ${userId}))`;
}

async function writePlaces(
  tx: PipelineTransaction,
  { id, tenantId }: DueFlow,
  moves: readonly Moving[],
  now: Date,
): Promise<void> {
  const expects = (ops: readonly Op[], line: number | null) => line !== null && ops[line]!.op === "reply";
  const rows = moves.map(({ person, version, move }) => {
    const { ops, campaigns } = version;
    const { phone, line, arrivedAt, expectsReply } = person;
    const stays = { phone, line, arrivedAt, dueAt: now, campaign: null, left: null, why: null };
    if (move.kind === "stay") {
      const campaign = move.sends ? campaigns[line] : null;
      const expectsNext = move.sends ? expects(ops, landOn(ops, line + 1)) : expectsReply;
      return { ...stays, dueAt: move.dueAt, campaign, expects: expectsNext };
    }
    if (move.kind === "leave")
      return { ...stays, why: move.why, left: move.why === "finished" ? line : null, expects: false };
    return { ...stays, line: move.at, arrivedAt: move.arrivedAt, left: line, expects: expects(ops, move.at) };
  });
  await tx`
    update flow_people p set line = m.line, arrived_at = m."arrivedAt", due_at = m."dueAt",
      message_campaign_id = coalesce(m.campaign, p.message_campaign_id), expects_reply = m.expects,
      replied_at = case when m.expects and m.campaign is null then p.replied_at end,
      trail = case when m.left is null then p.trail
        else p.trail || jsonb_build_array(jsonb_build_array(m.left, ${now.toISOString()}::text)) end,
      ended_at = case when m.why is not null then clock_timestamp() end, end_reason = m.why
    from jsonb_to_recordset(${tx.json(rows as never)}) as m (phone text, line int, "arrivedAt" timestamptz, "dueAt" timestamptz,
      campaign uuid, "left" int, why text, expects boolean)
    where p.tenant_id = ${tenantId} and p.flow_id = ${id} and p.phone_e164 = m.phone`;
}

const EMPTIED_PER_ROUND = 2_000;

/** Lets everybody leave flows that were stopped, in bounded batches. */
async function emptyStopped(pipeline: Pipeline): Promise<number> {
  const [flow] = await pipeline<DueFlow[]>`
    select id, tenant_id as "tenantId" from flows where status = 'stopped' and emptied_at is null order by id limit 1`;
  if (!flow) return 0;
  return transact(pipeline, async (tx) => {
    const left = await tx`
      update flow_people set ended_at = clock_timestamp(), end_reason = 'stopped', expects_reply = false
      where flow_id = ${flow.id} and tenant_id = ${flow.tenantId} and phone_e164 in (
        select phone_e164 from flow_people where flow_id = ${flow.id} and tenant_id = ${flow.tenantId} and ended_at is null
        limit ${EMPTIED_PER_ROUND} for no key update)`;
    if (left.count < EMPTIED_PER_ROUND)
      await tx`update flows set emptied_at = clock_timestamp() where tenant_id = ${flow.tenantId} and id = ${flow.id}`;
    return left.count;
  });
}
