import { randomUUID } from "node:crypto";
import type { CastTenant } from "../plan/cast.ts";
import type { World } from "../world/world.ts";
import { pause } from "./processes.ts";

/** Launches a campaign to all of a tenant's people, each with a text that no other campaign has. */
export async function launch(world: World, tenant: CastTenant): Promise<string> {
  const id = randomUUID();
  const body = `News ${id.slice(0, 13)} from {{first_name}}'s shop. Reply STOP to opt out`;
  await world.operator.run(
    (sql) => sql`
      insert into campaigns (id, tenant_id, name, body, audience, status, launched_at)
      values (${id}, ${tenant.id}, 'News', ${body}, ${sql.json({ kind: "all" })}, 'launching', clock_timestamp())
      on conflict (id) do nothing`,
  );
  world.campaigns.push({ id, tenant, audience: tenant.people.length });
  world.note(`launched: ${id} of ${tenant.name}`);
  return id;
}

/** The kill switch over HTTP, as an operator's curl; whether it was answered with success. */
export async function killSwitch(
  world: World,
  tenant: CastTenant,
  what: "pause" | "resume",
  session = tenant,
): Promise<number> {
  world.note(`${what}: ${tenant.name} over HTTP`);
  try {
    const response = await fetch(`${world.publicUrl}/tenants/${tenant.id}/${what}`, {
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

/** The same in SQL, for when no API answers. */
export async function setPaused(world: World, tenant: CastTenant, paused: boolean): Promise<void> {
  world.note(`${paused ? "pause" : "resume"}: ${tenant.name} in SQL`);
  await world.operator.run((sql) =>
    paused
      ? sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenant.id} and sending_paused_at is null`
      : sql`update tenants set sending_paused_at = null where id = ${tenant.id} and sending_paused_at is not null`,
  );
}

/** Pauses, resumes or cancels a campaign as the API's statements do. */
export async function setCampaign(
  world: World,
  id: string,
  to: "paused" | "running" | "canceled",
): Promise<void> {
  world.note(`campaign ${to}: ${id}`);
  await world.operator.run((sql) => {
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

/** Puts the people whose messages are next in line onto the do-not-contact list, by hand. */
export async function suppressNext(world: World, tenant: CastTenant, most: number): Promise<number> {
  world.note(`suppressed: up to ${most} people of ${tenant.name}`);
  const rows = await world.operator.run(
    (sql) => sql`
      insert into do_not_contact (tenant_id, phone_e164)
      select distinct tenant_id, phone_e164 from (
        select tenant_id, phone_e164 from send_jobs
        where tenant_id = ${tenant.id} and status in ('queued', 'sending') order by due_at limit ${most}) next
      on conflict do nothing returning 1`,
  );
  return rows.length;
}

/** Takes them off again, so that there is somebody left to text. */
export async function forgive(world: World, tenant: CastTenant): Promise<void> {
  const born = tenant.people.filter(({ refused }) => refused).map(({ phone }) => phone);
  await world.operator.run(async (sql) => {
    await sql`delete from do_not_contact where tenant_id = ${tenant.id} and phone_e164 <> all(${born}::text[])`;
    await sql`update contacts set consent_basis = 'express' where tenant_id = ${tenant.id} and consent_basis = 'withdrawn'`;
  });
}

/** STOP from the handsets of people whose messages are next in line. */
export async function stopNext(world: World, tenant: CastTenant, most: number): Promise<void> {
  const rows = await world.operator.run(
    (sql) => sql<{ phone: string }[]>`
      select distinct phone_e164 as phone from (
        select phone_e164 from send_jobs
        where tenant_id = ${tenant.id} and status in ('queued', 'sending') order by due_at limit ${most}) next`,
  );
  await Promise.all(rows.map(({ phone }) => type(world, tenant, phone, "STOP")));
}

/** A text from a handset to the tenant's number; what it came to is kept for the judge. */
export async function type(world: World, tenant: CastTenant, from: string, body: string): Promise<void> {
  world.note(`typed: ${body} from ${from} to ${tenant.name}`);
  const answered = await world.carrier.type(from, tenant.number, body).catch(() => null);
  if (answered) world.typed.push({ tenant, from, body, ...answered });
}

export async function setBudget(world: World, tenant: CastTenant, cents: number): Promise<void> {
  world.note(`budget: ${tenant.name} has ${cents} cents a day`);
  tenant.dailyBudgetCents = Math.max(tenant.dailyBudgetCents, cents);
  await world.operator.run(
    (sql) => sql`update tenants set daily_budget_cents = ${cents} where id = ${tenant.id}`,
  );
}

/** Ends the leases of tickets early: whoever has such a ticket then holds a duplicate. */
export async function endLeases(world: World): Promise<void> {
  world.note("leases: ended");
  await world.operator.run((sql) => sql`delete from send_leases`);
}

/** Waits until the tenant's messages are on their way at speed; false where none go. */
export async function underWay(
  world: World,
  tenant: CastTenant,
  atLeast: number,
  limitMs = 10_000,
): Promise<boolean> {
  const handedOver = () =>
    world.operator.run(async (sql) => {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::int as n from send_attempts where tenant_id = ${tenant.id}`;
      return row!.n;
    });
  const before = await handedOver();
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if ((await handedOver()) >= before + atLeast) return true;
    await pause(30);
  }
  return false;
}
