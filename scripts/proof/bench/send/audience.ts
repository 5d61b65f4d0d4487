import { everyDay } from "@smscrm/core/time/quiet-hours";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import type postgres from "postgres";

/** Tenants that send at the same time. */
export const TENANTS = 4;
/** Messages that a contender sends before the measurement, to warm up programs and caches. */
export const WARM_UP = 2_000;
const NUMBERS_EACH = 10;

/** High enough that no rate limit applies: the program is measured, not the tenants' numbers. */
const SEGMENTS_PER_SECOND = 20_000;
const BODY =
  "Hi {{first_name|there}}, our spring sale starts today: 20% off everything. Acme. Reply STOP to opt out";
const ZONES = ["Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Perth"];

/**
 * Creates tenants with numbers, contacts with consent, and two frozen, paused campaigns each: one to warm up, one to
 * measure.
 */
export async function makeAudience(sql: postgres.Sql, messages: number): Promise<void> {
  for (let tenant = 0; tenant < TENANTS; tenant += 1) {
    const tenantId = await makeTenant(sql, tenant);
    await makePeople(sql, tenantId, "warm", tenant, WARM_UP / TENANTS);
    await makePeople(sql, tenantId, "measured", tenant, messages / TENANTS);
    for (const tag of ["warm", "measured"]) await freeze(sql, tenantId, tag);
  }
}

async function makeTenant(sql: postgres.Sql, serial: number): Promise<string> {
  // Open all day but one minute, so that hours are checked for each message and the bench runs at any time.
  const hours = everyDay("00:00", "23:59");
  const [tenant] = await sql<{ id: string }[]>`
    insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours,
      segments_per_second, cap_per_day, cap_per_week)
    values (${`Tenant ${serial}`}, 'Australia/Sydney', 'AU', 1e9, 1e9, ${sql.json(hours as never)},
      ${SEGMENTS_PER_SECOND * NUMBERS_EACH}, 20, 100) returning id`;
  await sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    select ${tenant!.id}, '+6148' || ${serial}::int || lpad(n::text, 6, '0'), 'AU', ${SEGMENTS_PER_SECOND}, ${SEGMENTS_PER_SECOND}
    from generate_series(1, ${NUMBERS_EACH}::int) n`;
  return tenant!.id;
}

async function makePeople(sql: postgres.Sql, tenantId: string, tag: string, serial: number, count: number) {
  const group = tag === "warm" ? 1 : 2;
  await sql`
    insert into contacts (tenant_id, phone_e164, country, line_type, first_name, last_name, timezone, timezone_source,
      consent_basis, tags, state, postcode)
    select ${tenantId}, '+614' || ${group}::int || ${serial}::int || lpad(n::text, 6, '0'), 'AU', 'MOBILE', 'Ann', 'Jones',
      (${ZONES}::text[])[1 + n % 4], 'stated', 'express', array[${tag}], 'NSW', '2000'
    from generate_series(1, ${count}::int) n`;
  // Some contacts have opted out. They are not in this audience, but each message looks the list up.
  await sql`
    insert into do_not_contact (tenant_id, phone_e164)
    select ${tenantId}, '+615' || ${group}::int || lpad(n::text, 7, '0') from generate_series(1, 2000) n
    on conflict do nothing`;
}

async function freeze(sql: postgres.Sql, tenantId: string, tag: string): Promise<void> {
  const [campaign] = await sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, launched_at)
    values (${tenantId}, ${tag}, ${BODY}, ${sql.json({ kind: "tags", tags: [tag] })}, 'launching', clock_timestamp())
    returning id`;
  while (!(await freezeNextChunk(sql, campaign!.id, 1)).done);
  await sql`update campaigns set status = 'paused', paused_at = now() where id = ${campaign!.id}`;
}

/** Resumes the paused campaigns of that name, like an operator who presses Resume. */
export async function release(sql: postgres.Sql, name: string): Promise<void> {
  await sql`update campaigns set status = 'running', paused_at = null where name = ${name}`;
}

const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 10;

/** Waits until all messages of the campaigns of that name are settled as sent, by the counters. */
export async function untilSent(sql: postgres.Sql, name: string, messages: number): Promise<void> {
  const limit = performance.now() + LIMIT_MS;
  for (;;) {
    const [row] = await sql<{ sent: number }[]>`
      select coalesce(sum(k.jobs), 0)::int as sent from campaign_counters k join campaigns c on c.id = k.campaign_id
      where c.name = ${name} and k.status in ('sent', 'delivered')`;
    if (row!.sent === messages) return;
    if (performance.now() > limit) {
      const counts =
        await sql`select status, reason, sum(jobs)::int as jobs from campaign_counters group by 1, 2`;
      throw new Error(`Only ${row!.sent} of ${messages} were sent in time: ${JSON.stringify(counts)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
