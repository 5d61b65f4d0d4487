import type { Role } from "@smscrm/core/process/roles";
import { fillLargeTenant } from "@smscrm/db/testing/large-tenant";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import type postgres from "postgres";

/** The tenant whose pause and pages are measured, and the tenant whose viewer attacks. */
export const NEIGHBOUR = "00000000-0000-0000-0000-00000000000a";
export const HOSTILE = "00000000-0000-0000-0000-00000000000b";

const DRAFT = "Hi {{first_name|there}}, doors open at nine on {{member_no}}. Acme. Reply STOP to opt out";
/** More than a person can follow in all their streams. */
const HOSTILE_DRAFTS = 90;
const DRAFTS = 10;
/** The hostile tenant has this many contacts, and three times as many messages. */
export interface Sizes {
  neighbour: number;
  hostile: number;
}

export async function makeTenants(sql: postgres.Sql, sizes: Sizes): Promise<void> {
  const tenants = [
    { tenantId: NEIGHBOUR, name: "Neighbour", contacts: sizes.neighbour, drafts: DRAFTS },
    { tenantId: HOSTILE, name: "Hostile", contacts: sizes.hostile, drafts: HOSTILE_DRAFTS },
  ];
  for (const [at, { tenantId, name, contacts, drafts }] of tenants.entries()) {
    await sql`
      insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents)
      values (${tenantId}, ${name}, 'Australia/Sydney', 'AU', 1e9, 1e9)`;
    await sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      values (${tenantId}, ${`+6148000000${at}`}, 'AU', 10)`;
    await fillLargeTenant(sql, { tenantId, contacts, campaigns: 3 });
    await sql`
      insert into campaigns (tenant_id, name, body, audience, status)
      select ${tenantId}, 'Draft ' || n, ${DRAFT}, '{"kind":"all"}', 'draft' from generate_series(1, ${drafts}::int) n`;
  }
}

/** Returns the cookies of sessions of one new person with this role. All have just proved who they are. */
export async function openSessions(
  sql: postgres.Sql,
  tenantId: string,
  role: Role,
  sessions: number,
): Promise<string[]> {
  const email = `${role}-${newToken()}@${tenantId}.example.com`;
  const [user] = await sql<{ id: string }[]>`
    insert into users (email, name, password_hash) values (${email}, ${role}, 'x') returning id`;
  await sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${user!.id}, ${role})`;
  const cookies: string[] = [];
  for (let at = 0; at < sessions; at += 1) {
    const token = newToken();
    await sql`insert into sessions (token_hash, user_id, tenant_id, expires_at, proven_at)
      values (${hashToken(token)}, ${user!.id}, ${tenantId}, now() + interval '1 day', now() + interval '1 day')`;
    cookies.push(`__Host-session_id=${token}`);
  }
  return cookies;
}

/** Returns the ids of the hostile tenant's drafts and launched campaigns, which its viewer sees in its list. */
export async function listCampaigns(
  sql: postgres.Sql,
): Promise<{ drafts: string[]; launched: string[]; contacts: string[] }> {
  const rows = await sql<{ id: string; isDraft: boolean }[]>`
    select id, status = 'draft' as "isDraft" from campaigns where tenant_id = ${HOSTILE}`;
  const contacts = await sql<{ id: string }[]>`
    select id from contacts where tenant_id = ${HOSTILE} order by id desc limit 100`;
  return {
    drafts: rows.filter(({ isDraft }) => isDraft).map(({ id }) => id),
    launched: rows.filter(({ isDraft }) => !isDraft).map(({ id }) => id),
    contacts: contacts.map(({ id }) => id),
  };
}
