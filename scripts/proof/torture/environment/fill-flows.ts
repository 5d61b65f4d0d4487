import type { FlowDefinition } from "@smscrm/core/flows/definition";
import { compileFlow } from "@smscrm/core/flows/program";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { TestTenant } from "../plan/tenants.ts";

/** Every nth contact goes through the flow, beside all campaigns. */
const EVERY = 20;

const DEFINITION: FlowDefinition = {
  ...{ trigger: { kind: "event", event: "torture" }, purpose: "marketing", topic: null },
  steps: [
    { do: "send", body: "Acme: the first step. Reply STOP to opt out", smartEncoding: true },
    // Shorter than anybody can enter: six seconds, so that the storm hits the second step, too.
    { do: "wait", minutes: 0.1 },
    { do: "send", body: "Acme: the second step. Reply STOP to opt out", smartEncoding: true },
  ],
};

/** A small flow that is on, with some of the tenant's people at its start. */
export async function fillFlow(sql: Pipeline, { id, ownerId }: TestTenant): Promise<void> {
  const ops = compileFlow(DEFINITION.steps);
  const campaigns: Record<string, string> = {};
  for (const [line, op] of ops.entries()) {
    if (op.op !== "send") continue;
    const [made] = await sql<{ id: string }[]>`
      insert into campaigns (tenant_id, kind, name, body, audience, smart_encoding, status, launched_at, completed_at, launched_by)
      values (${id}, 'flow', ${`Flow, step ${op.place}`}, ${op.body}, ${sql.json({ kind: "tags", tags: [] })}, true, 'completed',
        clock_timestamp(), clock_timestamp(), ${ownerId}) returning id`;
    campaigns[line] = made!.id;
  }
  const [flow] = await sql<{ id: string }[]>`
    insert into flows (tenant_id, name, status, draft, version, trigger_kind, trigger_value, live_at)
    values (${id}, 'Torture', 'live', ${sql.json(DEFINITION as never)}, 1, 'event', 'torture', clock_timestamp()) returning id`;
  await sql`
    insert into flow_versions (tenant_id, flow_id, version, definition, ops, campaigns)
    values (${id}, ${flow!.id}, 1, ${sql.json(DEFINITION as never)}, ${sql.json(ops as never)}, ${sql.json(campaigns)})`;
  await sql`
    insert into flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause)
    select ${id}, ${flow!.id}, phone_e164, id, 1, ${sql.json({ kind: "event", event: "torture", key: "1" })}
    from (select *, row_number() over (order by id) as nth from contacts where tenant_id = ${id}) c
    where nth % ${EVERY} = 0 and not exists (
      select 1 from do_not_contact d where d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164)`;
}
