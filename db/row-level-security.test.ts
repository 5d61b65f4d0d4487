import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "./testing.ts";

let sql: postgres.Sql;
let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/**
 * What is wrong with the tables that hold a tenant's rows: security off, not forced on the owner too, no policy for
 * the API's role, one that lets rows in without a check, or a role that may go round it all.
 */
async function faults(): Promise<string[]> {
  const rows = await sql<{ fault: string }[]>`
    with tenant_tables as (
      select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_class c
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and (
        c.relname in ('tenants', 'users') or exists (
          select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
    ), policies as (
      select p.polrelid, p.polcmd, pg_get_expr(p.polqual, p.polrelid) as visible, pg_get_expr(p.polwithcheck, p.polrelid) as written
      from pg_policy p join pg_roles r on r.oid = any(p.polroles) and r.rolname = 'smscrm_app'
    )
    select relname || ': row-level security is off' as fault from tenant_tables where not relrowsecurity
    union all select relname || ': not forced on the owner' from tenant_tables where not relforcerowsecurity
    union all select relname || ': no policy for the API' from tenant_tables t
      where not exists (select 1 from policies p where p.polrelid = t.oid)
    union all select relname || ': the policy does not ask for the tenant' from tenant_tables t join policies p on p.polrelid = t.oid
      where relname <> 'users' and p.visible not like '%current_tenant()%'
    union all select relname || ': rows of other tenants can be written' from tenant_tables t join policies p on p.polrelid = t.oid
      where p.polcmd <> 'r' and relname <> 'users' and coalesce(p.written, p.visible) not like '%current_tenant()%'
    union all select rolname || ': bypasses row-level security' from pg_roles
      where rolname in ('smscrm_app', 'smscrm_auth') and (rolbypassrls or rolsuper)
    union all select t.relname || ': owned by the API''s role' from tenant_tables t join pg_class c using (oid)
      where pg_get_userbyid(c.relowner) in ('smscrm_app', 'smscrm_auth')
    union all select viewname || ': a view, which would show all rows' from pg_views
      where schemaname = 'public'
    order by 1`;
  return rows.map((row) => row.fault);
}

describe("row-level security", () => {
  it("stands on every table with a tenant", async () => {
    expect(await faults()).toEqual([]);
  });

  it.each([
    ["a new table without it", "create table planted (tenant_id uuid)", "planted: row-level security is off"],
    [
      "one that is not forced",
      "create table planted (tenant_id uuid); alter table planted enable row level security",
      "planted: not forced on the owner",
    ],
    [
      "one that lets any row in",
      `create table planted (tenant_id uuid); alter table planted enable row level security, force row level security;
       create policy open on planted to smscrm_app using (tenant_id = (select current_tenant())) with check (true)`,
      "planted: rows of other tenants can be written",
    ],
    [
      "one that shows all rows",
      `create table planted (tenant_id uuid); alter table planted enable row level security, force row level security;
       create policy open on planted to smscrm_app using (true)`,
      "planted: the policy does not ask for the tenant",
    ],
    ["a policy taken away", "drop policy own_tenant on contacts", "contacts: no policy for the API"],
    [
      "force taken away",
      "alter table send_jobs no force row level security",
      "send_jobs: not forced on the owner",
    ],
  ])("is missed by this test for no table: %s", async (_, statement, fault) => {
    await sql.unsafe("begin");
    try {
      await sql.unsafe(statement);
      expect(await faults()).toContain(fault);
    } finally {
      await sql.unsafe("rollback");
    }
  });

  it("shows nothing without a tenant, and lets nothing be written for another", async () => {
    const [mine, theirs] = await sql<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
      values ('mine', 'UTC', 'AU', 1, 1), ('theirs', 'UTC', 'AU', 1, 1) returning id`;
    await sql`insert into contacts (tenant_id, phone_e164) values (${theirs!.id}, '+61491570006')`;
    const as = (tenantId: string, work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
      sql.begin(async (tx) => {
        await tx`select set_config('role', 'smscrm_app', true), set_config('app.tenant_id', ${tenantId}, true)`;
        return work(tx);
      });
    expect(await as("", (tx) => tx`select 1 from contacts`)).toHaveLength(0);
    expect(
      await as(mine!.id, (tx) => tx`select 1 from contacts where tenant_id = ${theirs!.id}`),
    ).toHaveLength(0);
    expect(await as(mine!.id, (tx) => tx`update contacts set first_name = 'x' returning 1`)).toHaveLength(0);
    const intrude = as(
      mine!.id,
      (tx) => tx`insert into contacts (tenant_id, phone_e164) values (${theirs!.id}, '+61491570156')`,
    );
    await expect(intrude).rejects.toThrow(/row-level security/);
    const move = as(theirs!.id, (tx) => tx`update contacts set tenant_id = ${mine!.id}`);
    await expect(move).rejects.toThrow(/row-level security/);
  });
});
