import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "../testing/test-database.ts";

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
 * Faults of the tables with tenants' rows: security off, not forced on the owner, no policy for the API's role, a
 * policy without a check for writes, or a role that may bypass it.
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
      where p.polpermissive
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
    union all select c.relname || ': no policy that lets the pipeline in' from pg_class c
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relrowsecurity and not exists (
        select 1 from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive
          and 'smscrm_pipeline'::regrole = any(p.polroles) and pg_get_expr(p.polqual, p.polrelid) = 'true')
    union all select c.relname || ': the pipeline may not read it' from pg_class c
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        -- Only its functions read the key of erased people's hashes.
        and c.relname <> 'number_hash_key' and not has_any_column_privilege('smscrm_pipeline', c.oid, 'select')
    union all select c.relname || '.' || a.attname || ': the pipeline may not read it' from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relname <> 'number_hash_key' and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and not has_column_privilege('smscrm_pipeline', c.oid, a.attnum, 'select')
        and c.relname <> 'number_hash_key'
        and (c.relname, a.attname) not in (('users', 'password_hash'), ('totp_factors', 'secret'), ('single_sign_on', 'client_secret'))
    union all select p.proname || ': runs with its owner''s rights and looks for tables in the caller''s temporary ones first'
      from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace
        and not coalesce('search_path=public, pg_temp' = any(p.proconfig), false)
    union all select p.proname || ': runs with its owner''s rights for everybody who calls it'
      from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
        and exists (select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g where g.grantee = 0)
    union all select viewname || ': a view, which would show all rows' from pg_views
      where schemaname = 'public'
    order by 1`;
  return rows.map((row) => row.fault);
}

describe("row-level security", () => {
  it("protects every table with a tenant", async () => {
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
    [
      "one that shuts the pipeline out",
      `create table planted (tenant_id uuid); alter table planted enable row level security, force row level security;
       create policy own_tenant on planted to smscrm_app using (tenant_id = (select current_tenant()))`,
      "planted: no policy that lets the pipeline in",
    ],
    [
      "one that the pipeline may not read",
      "create table planted (id uuid)",
      "planted: the pipeline may not read it",
    ],
    [
      "a column of users that nobody was granted",
      "alter table users add planted text",
      "users.planted: the pipeline may not read it",
    ],
    [
      "a function that finds temporary tables first",
      "create function planted() returns trigger language plpgsql security definer set search_path = public as 'begin return null; end'",
      "planted: runs with its owner's rights and looks for tables in the caller's temporary ones first",
    ],
    [
      "a function with its owner's rights for everybody",
      "create function planted() returns int language sql security definer set search_path = public, pg_temp as 'select 1'",
      "planted: runs with its owner's rights for everybody who calls it",
    ],
    ["a policy taken away", "drop policy own_tenant on contacts", "contacts: no policy for the API"],
    [
      "force taken away",
      "alter table send_jobs no force row level security",
      "send_jobs: not forced on the owner",
    ],
  ])("this test finds: %s", async (_, statement, fault) => {
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
