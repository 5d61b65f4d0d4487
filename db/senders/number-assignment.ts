import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { optOutByTexts } from "../inbox/reply-actions.ts";
import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";
import type { NumberKind } from "./numbers.ts";
import { lockUnassigned } from "./receiving-number.ts";

/** A number that the platform's operator assigns to a tenant. */
export interface NumberAssignment {
  tenantId: string;
  /** E.164, or the digits of a short code. */
  phone: string;
  kind: Exclude<NumberKind, "alphanumeric">;
  country: string;
  label: string | null;
  segmentsPerSecond: number;
  /** The operator's name, for the audit log. */
  by: string;
}

export type Assigned =
  | { outcome: "assigned"; optOuts: number; texts: number }
  | { outcome: "taken"; tenantId: string; tenantName: string }
  | { outcome: "no-tenant" };

/**
 * Assigns a number to a tenant, which may then send from it and gets its inbound texts. Earlier texts to the
 * unassigned number become the tenant's, and an opt-out among them takes effect at the commit.
 */
export function assignNumber(sql: Pipeline, assignment: NumberAssignment): Promise<Assigned> {
  const { tenantId, phone, kind, country, label, segmentsPerSecond, by } = assignment;
  return sql.begin(async (tx): Promise<Assigned> => {
    const [tenant] = await tx`select 1 from tenants where id = ${tenantId} for key share`;
    if (!tenant) return { outcome: "no-tenant" };
    const [made] = await tx<{ id: string }[]>`
      insert into sending_numbers (tenant_id, phone_e164, kind, country, label, segments_per_second)
      values (${tenantId}, ${phone}, ${kind}, ${country}, ${label}, ${segmentsPerSecond})
      on conflict do nothing returning id`;
    if (!made) {
      const [owner] = await tx<{ tenantId: string; tenantName: string }[]>`
        select t.id as "tenantId", t.name as "tenantName" from sending_numbers n join tenants t on t.id = n.tenant_id
        where n.phone_e164 = ${phone} and n.kind <> 'alphanumeric' and n.taken_back_at is null`;
      // It was taken back at this moment, so the operator should try again.
      return owner ? { outcome: "taken", ...owner } : { outcome: "no-tenant" };
    }
    const { texts, optOuts } = await takeTexts(tx, tenantId, phone);
    await note(tx, tenantId, "number.assign", made.id, { phone, kind, country, texts, optOuts, by });
    return { outcome: "assigned", texts, optOuts };
  });
}

/** Gives texts to the unassigned number to the tenant, and acts on each STOP among them. */
async function takeTexts(tx: PipelineTransaction, tenantId: string, phone: string) {
  await lockUnassigned(tx, phone);
  const texts = await tx<
    { messageSid: string; from: string; body: string; kind: string; receivedAt: Date }[]
  >`
    update inbound_messages m set tenant_id = ${tenantId},
      contact_id = (select id from contacts c where c.tenant_id = ${tenantId} and c.phone_e164 = m.from_phone)
    where m.tenant_id is null and m.to_phone = ${phone}
    returning message_sid as "messageSid", from_phone as "from", body, kind, created_at as "receivedAt"`;
  const optOuts = texts.filter(({ kind }) => kind === "opt-out");
  await optOutByTexts(
    tx,
    optOuts.map((reply) => ({ tenantId, reply })),
  );
  return { texts: texts.length, optOuts: optOuts.length };
}

/**
 * Takes a number back from its tenant: from the commit on nothing is sent from it, and another tenant can get it.
 * Queued messages go from the tenant's other numbers. Null if no tenant has it.
 */
export function takeNumberBack(
  sql: Pipeline,
  { phone, tenantId, by }: { phone: string; tenantId: string | null; by: string },
): Promise<{ tenantId: string; tenantName: string } | null> {
  return sql.begin(async (tx) => {
    const [taken] = await tx<{ id: string; tenantId: string; tenantName: string }[]>`
      update sending_numbers n set status = 'retired', taken_back_at = clock_timestamp() from tenants t
      where t.id = n.tenant_id and n.phone_e164 = ${phone} and n.kind <> 'alphanumeric' and n.taken_back_at is null
        and (${tenantId}::uuid is null or n.tenant_id = ${tenantId}::uuid)
      returning n.id, t.id as "tenantId", t.name as "tenantName"`;
    if (!taken) return null;
    await note(tx, taken.tenantId, "number.take-back", taken.id, { phone, by });
    return { tenantId: taken.tenantId, tenantName: taken.tenantName };
  });
}

async function note(
  tx: PipelineTransaction,
  tenantId: string,
  action: string,
  numberId: string,
  detail: Record<string, string | number>,
): Promise<void> {
  await recordPipelineAudits(tx, [
    { tenantId, actorId: null, action, objectKind: "number", objectId: numberId, detail },
  ]);
}

export interface AssignedNumber {
  phone: string;
  kind: NumberKind;
  country: string;
  status: string;
  tenantId: string;
  tenantName: string;
  takenBackAt: Date | null;
}

/** Lists all tenants' numbers, those that were taken back last. Only for the platform's operator. */
export function listAssignedNumbers(sql: Pipeline): Promise<AssignedNumber[]> {
  return sql<AssignedNumber[]>`
    select n.phone_e164 as phone, n.kind, n.country, n.status, t.id as "tenantId", t.name as "tenantName",
      n.taken_back_at as "takenBackAt"
    from sending_numbers n join tenants t on t.id = n.tenant_id
    order by n.taken_back_at is not null, t.name, n.phone_e164 limit 10000`;
}

export interface UnassignedNumber {
  phone: string;
  texts: number;
  optOuts: number;
  lastAt: Date;
}

/** Lists numbers that people texted but that no tenant has. Only for the platform's operator. */
export function listUnassignedNumbers(sql: Pipeline): Promise<UnassignedNumber[]> {
  return sql<UnassignedNumber[]>`
    select to_phone as phone, count(*)::int as texts, count(*) filter (where kind = 'opt-out')::int as "optOuts",
      max(created_at) as "lastAt"
    from inbound_messages where tenant_id is null
    group by 1 order by max(created_at) desc limit 1000`;
}
