import type { Pipeline } from "@smscrm/db/connection";
import { hashToken } from "@smscrm/server/auth/session-token";
import type { CastTenant } from "../plan/cast.ts";
import { scheduleOf } from "../plan/hours.ts";

/** Fast enough that neither tenant nor number is what limits the load. */
const SEGMENTS_PER_SECOND = 100_000;

/** Writes the cast into a database: tenants with an owner who is signed in, a number each, and people who agreed. */
export async function fill(sql: Pipeline, tenants: readonly CastTenant[]): Promise<void> {
  for (const tenant of tenants) {
    const { id, name, zone, hours, dailyBudgetCents, number, ownerId, sessionToken } = tenant;
    await sql`
      insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours,
        segments_per_second)
      values (${id}, ${name}, ${zone}, 'AU', ${dailyBudgetCents}, 1e10, ${sql.json(scheduleOf(hours) as never)},
        ${SEGMENTS_PER_SECOND})`;
    await sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
      values (${id}, ${number}, 'AU', ${SEGMENTS_PER_SECOND}, ${SEGMENTS_PER_SECOND})`;
    await sql`update budgets set rate_tokens = ${SEGMENTS_PER_SECOND} where tenant_id = ${id}`;
    await sql`
      insert into users (id, email, name, password_hash)
      values (${ownerId}, ${`${ownerId}@example.com`}, ${name}, 'nobody signs in with this')`;
    await sql`insert into memberships (tenant_id, user_id, role) values (${id}, ${ownerId}, 'owner')`;
    await sql`
      insert into sessions (token_hash, user_id, tenant_id, expires_at)
      values (${hashToken(sessionToken)}, ${ownerId}, ${id}, clock_timestamp() + interval '1 day')`;
    await addPeople(sql, tenant);
  }
  // As an import tells the planner what came.
  await sql`analyze contacts`;
}

async function addPeople(sql: Pipeline, { id, people }: CastTenant): Promise<void> {
  await sql`
    insert into contacts (tenant_id, phone_e164, country, line_type, first_name, timezone, timezone_source,
      consent_basis)
    select ${id}, phone, 'AU', 'MOBILE', 'Ann', zone, 'stated', 'express'
    from unnest(${people.map(({ phone }) => phone)}::text[], ${people.map(({ zone }) => zone)}::text[]) as p (phone, zone)`;
  const refused = people.filter((person) => person.refused).map(({ phone }) => phone);
  await sql`
    insert into do_not_contact (tenant_id, phone_e164)
    select ${id}, phone from unnest(${refused}::text[]) as p (phone)`;
}
