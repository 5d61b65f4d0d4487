import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { apiPipelineUrl, findLoginFault, setLogins } from "./logins.ts";
import { scramVerifier } from "./scram.ts";

let database: TestDatabase;
let owner: postgres.Sql;
let api: postgres.Sql;
let apiPipeline: postgres.Sql;
let worker: postgres.Sql;
let tenantId: string;

const open = (url: string) => postgres(url, { max: 1, onnotice: () => {} });

beforeAll(async () => {
  database = await createTestDatabase();
  owner = open(database.url);
  api = open(database.logins.DATABASE_API_URL);
  apiPipeline = open(apiPipelineUrl(database.logins.DATABASE_API_URL));
  worker = open(database.logins.DATABASE_WORKER_URL);
  const [tenant] = await owner<{ id: string }[]>`
    insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values ('Acme', 'UTC', 'AU', 1, 1) returning id`;
  tenantId = tenant!.id;
  await owner`insert into contacts (tenant_id, phone_e164) values (${tenantId}, '+61491570006')`;
  await owner`insert into users (email, name, password_hash) values ('a@example.com', 'A', 'a hash')`;
});
afterAll(async () => {
  for (const each of [owner, api, apiPipeline, worker]) await each.end();
  await database.drop();
});

/** Runs statements in a tenant's transaction, like the API, and rolls them back. */
async function inTenant(...statements: string[]): Promise<postgres.Row[]> {
  const undone = new Error("undone");
  let rows: postgres.Row[] = [];
  await api
    .begin(async (tx) => {
      await tx`select set_config('role', 'smscrm_app', true), set_config('app.tenant_id', ${tenantId}, true)`;
      for (const statement of statements) rows = await tx.unsafe(statement);
      throw undone;
    })
    .catch((error) => {
      if (error !== undone) throw error;
    });
  return rows;
}

async function tables(): Promise<string[]> {
  const rows = await owner<{ name: string }[]>`
    select quote_ident(relname) as name from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1`;
  return rows.map((row) => row.name);
}

describe("an injected statement in a tenant's transaction", () => {
  it("sees the tenant's own rows, so that what follows is refused for its role alone", async () => {
    expect(await inTenant("select 1 from contacts")).toHaveLength(1);
  });

  it.each(["reset role", "set role none", "set local role none", "set session authorization default"])(
    "finds no table readable after %s",
    async (leave) => {
      for (const table of await tables()) {
        await expect(inTenant(leave, `select 1 from ${table} limit 1`), table).rejects.toThrow(
          /permission denied/,
        );
      }
    },
  );

  it.each(["smscrm", "smscrm_pipeline", "smscrm_worker", "smscrm_api_pipeline", "postgres"])(
    "can't become %s",
    async (role) => {
      await expect(inTenant("reset role", `set role ${role}`)).rejects.toThrow(
        /permission denied to set role|does not exist/,
      );
    },
  );

  it("runs no program and reads no file on the database's server", async () => {
    const into = ["reset role", "create temp table shell (line text)"];
    await expect(inTenant(...into, "copy shell from program 'id'")).rejects.toThrow(
      /must be superuser or have privileges of/,
    );
    await expect(inTenant(...into, "copy shell from '/etc/passwd'")).rejects.toThrow(
      /must be superuser or have privileges of/,
    );
    await expect(inTenant("reset role", "select pg_read_file('/etc/passwd')")).rejects.toThrow(
      /permission denied/,
    );
  });

  it("reads no password hash", async () => {
    await expect(inTenant("select password_hash from users")).rejects.toThrow(/permission denied/);
    await expect(inTenant("select * from users")).rejects.toThrow(/permission denied/);
    await expect(inTenant("select id, name, email from users")).resolves.toEqual([]);
  });

  it("writes no counters past their triggers", async () => {
    const call = "select count_contacts(array[row(current_tenant(), 'x', 0, 1)::contact_counters])";
    await expect(inTenant(call)).rejects.toThrow(/permission denied for function/);
  });

  it("can't put its own view before the tables of a function with the owner's rights", async () => {
    const write = `insert into public.audit_log (tenant_id, action, object_kind) values ('${tenantId}', 'a', 'b')`;
    await expect(
      inTenant(
        `create function pg_temp.steal() returns bytea language plpgsql as $$
          begin raise exception 'ran as %', current_user; end $$`,
        `create temp view audit_log as
          select null::bigint as id, '${tenantId}'::uuid as tenant_id, pg_temp.steal() as hash`,
        "grant select on audit_log to public",
        write,
      ),
    ).resolves.toEqual([]);
  });
});

describe.each([
  ["worker", () => worker],
  ["API's pipeline", () => apiPipeline],
])("the %s login", (_, login) => {
  it("serves every tenant", async () => {
    expect(await login()`select 1 from contacts`).toHaveLength(1);
    expect(await login()`select count(*)::int as n from drizzle.__drizzle_migrations`).toHaveLength(1);
  });

  it.each([
    ["copy sending_numbers (label) from program 'id'", /must be superuser or have privileges of/],
    ["set role smscrm", /permission denied to set role/],
    ["set role smscrm_api", /permission denied to set role/],
    ["alter table contacts disable row level security", /must be owner/],
    ["alter table audit_log disable trigger all", /must be owner/],
    ["create table public.mine (id int)", /permission denied for schema public/],
    ["create role mine", /permission denied to create role/],
    ["alter system set work_mem = '1GB'", /permission denied|must be superuser/],
    ["select password_hash from users", /permission denied/],
    ["select pg_read_file('/etc/passwd')", /permission denied/],
    ["set session_replication_role = replica", /permission denied to set parameter/],
  ])("may not: %s", async (statement, refusal) => {
    await expect(login().unsafe(statement)).rejects.toThrow(refusal);
  });

  it("may refresh the statistics of its two tables, and of no other", async () => {
    await login()`select refresh_statistics('contacts'), refresh_statistics('send_jobs')`;
    await expect(login()`select refresh_statistics('users')`).rejects.toThrow(/case not found/);
  });
});

describe("a process's login", () => {
  it("has the right rights after pnpm migrate", async () => {
    expect(await findLoginFault("API", database.logins.DATABASE_API_URL)).toBeNull();
    expect(await findLoginFault("worker", database.logins.DATABASE_WORKER_URL)).toBeNull();
  });

  it("is refused as a superuser, and if it sees all tenants where it serves one", async () => {
    expect(await findLoginFault("API", database.url)).toMatch(
      /^The database login smscrm is a superuser: the API needs .* Set DATABASE_API_URL/,
    );
    expect(await findLoginFault("worker", database.url)).toMatch(
      /is a superuser: .* Set DATABASE_WORKER_URL/,
    );
    expect(await findLoginFault("API", database.logins.DATABASE_WORKER_URL)).toMatch(
      /^The database login smscrm_worker may become smscrm_pipeline, which sees every tenant/,
    );
  });

  it.each([
    ["createrole", "", /may give itself more rights/],
    ["bypassrls", "", /may give itself more rights/],
    ["replication", "", /may give itself more rights/],
    ["", "grant pg_execute_server_program to", /run programs on the database's server/],
    ["", "grant pg_read_all_data to", /may read or write everything/],
    ["", "grant smscrm to", /owns the tables|may give itself more rights/],
  ])("is refused with %s %s", async (option, grant, sentence) => {
    const name = `login_${randomBytes(6).toString("hex")}`;
    await owner.unsafe(`create role ${name} login password 'p5uYq0Tz' ${option}`);
    if (grant) await owner.unsafe(`${grant} ${name}`);
    const url = new URL(database.url);
    [url.username, url.password] = [name, "p5uYq0Tz"];
    try {
      expect(await findLoginFault("worker", url.href)).toMatch(sentence);
    } finally {
      await owner.unsafe(`drop role ${name}`);
    }
  });
});

describe("making logins", () => {
  const named = (name: string, password = "p5uYq0Tz") => {
    const url = new URL(database.url);
    [url.username, url.password] = [name, password];
    return url.href;
  };
  const unique = () => `l${randomBytes(5).toString("hex")}`;

  it("works from several databases of one server at once, and again with another password", async () => {
    const name = unique();
    const urls = { api: named(`${name}_api`), worker: named(`${name}_worker`) };
    const others = await Promise.all([createTestDatabase(), createTestDatabase()]);
    try {
      await Promise.all([database, ...others, database].map(({ url }) => setLogins(url, urls)));
      expect(await findLoginFault("API", urls.api)).toBeNull();
      const next = { api: named(`${name}_api`, "another%20one:@/") };
      await setLogins(database.url, next);
      expect(await findLoginFault("API", next.api)).toBeNull();
      await expect(findLoginFault("API", urls.api)).rejects.toMatchObject({ code: "28P01" });
    } finally {
      for (const each of others) await each.drop();
      for (const role of ["api", "api_pipeline", "worker"]) await owner.unsafe(`drop role ${name}_${role}`);
    }
  });

  it("works for an owner without superuser rights who may create roles", async () => {
    const name = unique();
    await owner.unsafe(`create role ${name} createrole login password 'p5uYq0Tz'`);
    try {
      await setLogins(named(name), { api: named(`${name}_api`), worker: named(`${name}_worker`) });
      expect(await findLoginFault("worker", named(`${name}_worker`))).toBeNull();
      const asOwner = open(named(name));
      const connected = open(named(`${name}_worker`));
      const [{ pid } = { pid: 0 }] = await connected<{ pid: number }[]>`select pg_backend_pid() as pid`;
      expect(await asOwner`select pg_terminate_backend(${pid}) as ended`).toEqual([{ ended: true }]);
      await asOwner.end();
      await connected.end();
    } finally {
      for (const role of ["_api", "_api_pipeline", "_worker", ""])
        await owner.unsafe(`drop role ${name}${role}`);
    }
  });

  it("keeps the password itself out of the statement", async () => {
    const [row] = await owner<{ kept: string }[]>`
      select rolpassword as kept from pg_authid where rolname = 'smscrm_worker'`;
    expect(row!.kept).toMatch(/^SCRAM-SHA-256\$4096:/);
  });

  it.each([
    ["the owner", () => ({ worker: database.url }), /not the owner/],
    ["a role of the program", () => ({ worker: named("smscrm_pipeline") }), /not the owner or a role/],
    ["a name that can't be the API's", () => ({ api: named("some_worker") }), /ends in _api/],
    ["no password", () => ({ worker: named("some_worker", "") }), /must have a password/],
    [
      "one login for both",
      () => ({ api: named("a_api"), worker: named("a_api") }),
      /must name two different logins/,
    ],
    ["a name with a quote", () => ({ worker: named('w"; drop role x; --') }), /lower-case letters/],
  ])("is refused for %s", async (_, urls, sentence) => {
    await expect(setLogins(database.url, urls())).rejects.toThrow(sentence);
  });

  it("is refused for a login that is a superuser already", async () => {
    const name = unique();
    await owner.unsafe(`create role ${name} superuser`);
    try {
      await expect(setLogins(database.url, { worker: named(name) })).rejects.toThrow(/rights of its own/);
    } finally {
      await owner.unsafe(`drop role ${name}`);
    }
  });
});

test("what is kept of a password is what RFC 7677's example keeps", () => {
  expect(scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"))).toBe(
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  );
});
