import type { Pipeline } from "@smscrm/db/postgres/connection";
import { hashToken } from "@smscrm/server/users/session-token";
import { scheduleOf } from "../plan/hours.ts";
import type { TestTenant } from "../plan/tenants.ts";
import { fillFlow } from "./fill-flows.ts";

/** Fast enough that neither tenant nor number limits the load. */
const SEGMENTS_PER_SECOND = 100_000;

/** The tenant's hours decide abroad, too: a run must not depend on the day of the week. */
const ownHoursIn = (abroad: TestTenant["abroad"]) =>
  Object.fromEntries(abroad.map(({ country }) => [country, "own"]));

/** Writes the tenants into a database: a signed-in owner, a number, and contacts with consent for each. */
export async function fill(sql: Pipeline, tenants: readonly TestTenant[]): Promise<void> {
  for (const tenant of tenants) {
    const { id, name, zone, hours, dailyBudgetCents, number, abroad, ownerId, sessionToken } = tenant;
    await sql`
      insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours,
        segments_per_second, destination_hours)
      values (${id}, ${name}, ${zone}, 'AU', ${dailyBudgetCents}, 1e10, ${sql.json(scheduleOf(hours) as never)},
        ${SEGMENTS_PER_SECOND}, ${sql.json(ownHoursIn(abroad))})`;
    for (const { phone, country } of [{ phone: number, country: "AU" }, ...abroad])
      await sql`
        insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
        values (${id}, ${phone}, ${country}, ${SEGMENTS_PER_SECOND}, ${SEGMENTS_PER_SECOND})`;
    await sql`update budgets set rate_tokens = ${SEGMENTS_PER_SECOND} where tenant_id = ${id}`;
    await sql`
      insert into users (id, email, name, password_hash)
      values (${ownerId}, ${`${ownerId}@example.com`}, ${name}, 'nobody signs in with this')`;
    await sql`insert into memberships (tenant_id, user_id, role) values (${id}, ${ownerId}, 'owner')`;
    await sql`
      insert into sessions (token_hash, user_id, tenant_id, expires_at)
      values (${hashToken(sessionToken)}, ${ownerId}, ${id}, clock_timestamp() + interval '1 day')`;
    await addPeople(sql, tenant);
    await fillFlow(sql, tenant);
  }
  // Refreshes the planner's statistics, like an import.
  await sql`analyze contacts`;
}

async function addPeople(sql: Pipeline, { id, people }: TestTenant): Promise<void> {
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
