import type { FlowDefinition, FlowStep, FlowTrigger } from "@smscrm/core/flows/definition";
import { compileFlow } from "@smscrm/core/flows/program";
import { takeInbound } from "../carrier/webhooks.ts";
import { findFlow, insertFlow, turnOn } from "../flows/flows.ts";
import type { TriggerAudience } from "../flows/joined.ts";
import { transact } from "../postgres/connection.ts";
import type { SendFixture } from "./send-fixture.ts";

export const text = (body: string): FlowStep => ({ do: "send", body, smartEncoding: true });

/** Functions that make flows in a fixture, let time pass in them, and text as their people do. */
export function flowsIn({ sql, database }: Pick<SendFixture, "sql" | "database">) {
  /** Makes a flow that is on. */
  async function flow(
    tenantId: string,
    trigger: FlowTrigger,
    steps: FlowStep[],
    { audience = null, ...more }: Partial<FlowDefinition> & { audience?: TriggerAudience | null } = {},
  ): Promise<string> {
    const [user] = await sql<{ id: string }[]>`
      insert into users (name, email, password_hash) values ('Ann', ${`${crypto.randomUUID()}@example.com`}, 'x') returning id`;
    await sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${user!.id}, 'owner')`;
    const draft: FlowDefinition = { trigger, steps, purpose: "marketing", topic: null, ...more };
    return database.asTenant(tenantId, async (tx) => {
      const name = `Flow ${crypto.randomUUID().slice(0, 8)}`;
      const made = await insertFlow(tx, tenantId, user!.id, { name, draft });
      if (!made.ok) throw new Error(made.why);
      const keyword = trigger.kind === "keyword" ? trigger.keyword : null;
      const saved = (await findFlow(tx, tenantId, made.id))!;
      await turnOn(tx, tenantId, user!.id, saved, { ops: compileFlow(steps), keyword, audience });
      return made.id;
    });
  }

  /** Makes a flow's clock strike later: everybody waits that much less. */
  const pass = (minutes: number) => sql`
    update flow_people set arrived_at = arrived_at - make_interval(mins => ${minutes}),
      due_at = due_at - make_interval(mins => ${minutes}) where ended_at is null`;

  /** Everybody is asked at once, without any wait being over earlier. */
  const hurry = () => sql`update flow_people set due_at = clock_timestamp() where ended_at is null`;

  let texts = 0;
  const receives = (from: string, to: string, body: string, receivedAt?: Date) =>
    transact(sql, (tx) =>
      takeInbound(tx, {
        ...{ messageSid: `SM${String(++texts).padStart(32, "0")}`, from, to, body },
        ...{ optOutType: null, payload: null, ...(receivedAt && { receivedAt }) },
      }),
    );

  const people = (flowId: string) => sql<
    {
      phone: string;
      line: number;
      ended: boolean;
      why: string | null;
      version: number;
      cause: unknown;
      trail: unknown[];
    }[]
  >`
    select phone_e164 as phone, line, ended_at is not null as ended, end_reason as why, version, cause, trail
    from flow_people where flow_id = ${flowId} order by phone_e164`;

  return { flow, pass, hurry, receives, people };
}
