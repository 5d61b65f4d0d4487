import { randomUUID } from "node:crypto";
import type { Environment } from "../environment/environment.ts";
import type { TestTenant } from "../plan/tenants.ts";
import { AT_ONCE, type Timing } from "../plan/timing.ts";
import { pause } from "./processes.ts";

/**
 * Launches a campaign to all of a tenant's contacts, with a text that no other campaign has: at once, or as `timing` says.
 */
export async function launch(
  environment: Environment,
  tenant: TestTenant,
  { localTime, spreadMinutes, messagesPerMinute, canary, abTest }: Timing = AT_ONCE,
): Promise<string> {
  const id = randomUUID();
  const { texts = [], ...plan } = abTest ?? {};
  const body = `News ${id.slice(0, 13)} from {{first_name}}'s shop. Reply STOP to opt out`;
  await environment.operator.run(
    (sql) => sql`
      with texts as (
        insert into campaign_texts (tenant_id, campaign_id, variant, body)
        select ${tenant.id}::uuid, ${id}::uuid, place + 1, body
        from unnest(${texts.map((text) => `${text} ${id.slice(0, 8)}`)}::text[]) with ordinality as given (body, place)
        on conflict do nothing
      )
      insert into campaigns (id, tenant_id, name, body, audience, status, launched_at, local_time, spread_minutes,
        messages_per_minute, canary, ab_test)
      values (${id}, ${tenant.id}, 'News', ${body}, ${sql.json({ kind: "all" })}, 'launching', clock_timestamp(),
        ${localTime && sql.json(localTime)}, ${spreadMinutes}, ${messagesPerMinute},
        ${canary && sql.json(canary)}, ${abTest && sql.json(plan)})
      on conflict (id) do nothing`,
  );
  environment.campaigns.push({ id, tenant, audience: tenant.people.length });
  environment.note(`launched: ${id} of ${tenant.name}`);
  return id;
}

/** Uses the kill switch over HTTP, like an operator's curl; returns whether it succeeded. */
export async function killSwitch(
  environment: Environment,
  tenant: TestTenant,
  what: "pause" | "resume",
  session = tenant,
): Promise<number> {
  environment.note(`${what}: ${tenant.name} over HTTP`);
  try {
    const response = await fetch(`${environment.publicUrl}/tenants/${tenant.id}/${what}`, {
      method: "POST",
      headers: { cookie: `session_id=${session.sessionToken}` },
      signal: AbortSignal.timeout(10_000),
    });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}

/** Does the same in SQL, for when no API answers. */
export async function setPaused(
  environment: Environment,
  tenant: TestTenant,
  paused: boolean,
): Promise<void> {
  environment.note(`${paused ? "pause" : "resume"}: ${tenant.name} in SQL`);
  await environment.operator.run((sql) =>
    paused
      ? sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenant.id} and sending_paused_at is null`
      : sql`update tenants set sending_paused_at = null where id = ${tenant.id} and sending_paused_at is not null`,
  );
}

/** Pauses, resumes or cancels a campaign with the API's statements. */
export async function setCampaign(
  environment: Environment,
  id: string,
  to: "paused" | "running" | "canceled",
): Promise<void> {
  environment.note(`campaign ${to}: ${id}`);
  await environment.operator.run((sql) => {
    if (to === "paused")
      return sql`update campaigns set status = 'paused', paused_at = clock_timestamp(), updated_at = clock_timestamp()
        where id = ${id} and status in ('running', 'launching')`;
    if (to === "canceled")
      return sql`update campaigns set status = 'canceled', canceled_at = clock_timestamp(), updated_at = clock_timestamp()
        where id = ${id} and status in ('running', 'launching', 'paused')`;
    return sql`update campaigns set paused_at = null, updated_at = clock_timestamp(), status = case
        when materialize_cursor is not null or audience_count = 0 then 'launching' else 'running' end
      where id = ${id} and status = 'paused'`;
  });
}

/** Adds the recipients whose messages are next to the do-not-contact list, by hand. */
export async function suppressNext(
  environment: Environment,
  tenant: TestTenant,
  most: number,
): Promise<number> {
  environment.note(`suppressed: up to ${most} people of ${tenant.name}`);
  const rows = await environment.operator.run(
    (sql) => sql`
      insert into do_not_contact (tenant_id, phone_e164)
      select distinct tenant_id, phone_e164 from (
        select tenant_id, phone_e164 from send_jobs
        where tenant_id = ${tenant.id} and status in ('queued', 'sending') order by due_at limit ${most}) next
      on conflict do nothing returning 1`,
  );
  return rows.length;
}

/** Removes them again, so that recipients are left. */
export async function unsuppress(environment: Environment, tenant: TestTenant): Promise<void> {
  const born = tenant.people.filter(({ refused }) => refused).map(({ phone }) => phone);
  await environment.operator.run(async (sql) => {
    await sql`delete from do_not_contact where tenant_id = ${tenant.id} and phone_e164 <> all(${born}::text[])`;
    await sql`update contacts set consent_basis = 'express' where tenant_id = ${tenant.id} and consent_basis = 'withdrawn'`;
  });
}

/** Sends STOP from the handsets of recipients whose messages are next. */
export async function stopNext(environment: Environment, tenant: TestTenant, most: number): Promise<void> {
  const rows = await environment.operator.run(
    (sql) => sql<{ phone: string }[]>`
      select distinct phone_e164 as phone from (
        select phone_e164 from send_jobs
        where tenant_id = ${tenant.id} and status in ('queued', 'sending') order by due_at limit ${most}) next`,
  );
  await Promise.all(rows.map(({ phone }) => type(environment, tenant, phone, "STOP")));
}

/** Types a text from a handset to the tenant's number, and keeps the result for the evaluation. */
export async function type(
  environment: Environment,
  tenant: TestTenant,
  from: string,
  body: string,
): Promise<void> {
  environment.note(`typed: ${body} from ${from} to ${tenant.name}`);
  const at = environment.clock.now();
  const answered = await environment.carrier.type(from, tenant.number, body).catch(() => null);
  if (answered) environment.typed.push({ tenant, from, body, at, ...answered });
}

export async function setBudget(environment: Environment, tenant: TestTenant, cents: number): Promise<void> {
  environment.note(`budget: ${tenant.name} has ${cents} cents a day`);
  tenant.dailyBudgetCents = Math.max(tenant.dailyBudgetCents, cents);
  await environment.operator.run(
    (sql) => sql`update tenants set daily_budget_cents = ${cents} where id = ${tenant.id}`,
  );
}

/** Ends the leases of tickets early, so that their tickets get duplicates. */
export async function endLeases(environment: Environment): Promise<void> {
  environment.note("leases: ended");
  await environment.operator.run((sql) => sql`delete from send_leases`);
}

/** Waits until the tenant's messages are sent at speed; false if none are. */
export async function underWay(
  environment: Environment,
  tenant: TestTenant,
  atLeast: number,
  limitMs = 10_000,
): Promise<boolean> {
  const submitted = () =>
    environment.operator.run(async (sql) => {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::int as n from send_attempts where tenant_id = ${tenant.id}`;
      return row!.n;
    });
  const before = await submitted();
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if ((await submitted()) >= before + atLeast) return true;
    await pause(30);
  }
  return false;
}
