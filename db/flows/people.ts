import type { FlowCause, FlowEnd } from "@smscrm/core/flows/definition";
import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** Somebody who is or was in a flow. */
export interface FlowPersonRow {
  flowId: string;
  flowName: string;
  phone: string;
  contactId: string;
  firstName: string | null;
  lastName: string | null;
  version: number;
  cause: FlowCause;
  /** Where they stand, such as "2.replied.1"; null: they left. */
  place: string | null;
  dueAt: Date;
  enteredAt: Date;
  endedAt: Date | null;
  endReason: FlowEnd | null;
  /** The steps behind them. */
  trail: { place: string; at: string }[];
}

const PAGE = 50;
type Raw = Omit<FlowPersonRow, "dueAt" | "enteredAt" | "endedAt"> & {
  dueAt: string;
  enteredAt: string;
  endedAt: string | null;
};

const read = (row: Raw): FlowPersonRow => ({
  ...row,
  ...{ dueAt: new Date(row.dueAt), enteredAt: new Date(row.enteredAt) },
  endedAt: row.endedAt === null ? null : new Date(row.endedAt),
});

const select = (tenantId: string, which: SQL) => sql`
  select p.flow_id as "flowId", f.name as "flowName", p.phone_e164 as phone, p.contact_id as "contactId",
    c.first_name as "firstName", c.last_name as "lastName", p.version, p.cause,
    case when p.ended_at is null then v.ops -> p.line::int ->> 'place' end as place, p.due_at as "dueAt",
    p.entered_at as "enteredAt", p.ended_at as "endedAt", p.end_reason as "endReason",
    coalesce((select jsonb_agg(jsonb_build_object('place', v.ops -> (step.value ->> 0)::int ->> 'place', 'at', step.value ->> 1) order by nth)
      from jsonb_array_elements(p.trail) with ordinality step (value, nth)), '[]') as trail
  from flow_people p
  join flows f on f.tenant_id = p.tenant_id and f.id = p.flow_id
  join flow_versions v on v.tenant_id = p.tenant_id and v.flow_id = p.flow_id and v.version = p.version
  left join contacts c on c.tenant_id = p.tenant_id and c.id = p.contact_id
  where p.tenant_id = ${tenantId} and ${which}`;

/** Returns the people of a flow, the newest first. `before`: when the last of the page before entered, and their number. */
export async function listFlowPeople(
  tx: TenantTransaction,
  tenantId: string,
  flowId: string,
  before: { enteredAt: string; phone: string } | null,
): Promise<FlowPersonRow[]> {
  const rows = await tx.execute<Raw & Record<string, unknown>>(
    select(
      tenantId,
      sql`p.flow_id = ${flowId} ${before ? sql`and (p.entered_at, p.phone_e164) < (${before.enteredAt}::timestamptz, ${before.phone})` : sql``}
        order by p.entered_at desc, p.phone_e164 desc limit ${PAGE}`,
    ),
  );
  return rows.map(read);
}

/** Returns the flows that a contact is or was in, the newest first. */
export async function flowsOfContact(
  tx: TenantTransaction,
  tenantId: string,
  contactId: string,
): Promise<FlowPersonRow[]> {
  const rows = await tx.execute<Raw & Record<string, unknown>>(
    select(
      tenantId,
      sql`p.phone_e164 = (select phone_e164 from contacts where tenant_id = ${tenantId} and id = ${contactId})
        order by p.entered_at desc limit ${PAGE}`,
    ),
  );
  return rows.map(read);
}
