import postgres from "postgres";
import { openPipeline } from "../postgres/connection.ts";
import { scramVerifier } from "./scram.ts";

/**
 * The logins and their rights. Only the owner owns anything:
 *   the API       `smscrm_api`, for tenants: no rights itself (NOINHERIT); each transaction becomes smscrm_app or
 *                 smscrm_auth, and RESET ROLE leaves no rights
 *                 `smscrm_api_pipeline`, for webhooks and what concerns all tenants: has smscrm_pipeline's rights
 *   the worker    `smscrm_worker`: has smscrm_pipeline's rights The names come from DATABASE_API_URL and
 * DATABASE_WORKER_URL. The API has two logins: if one could become smscrm_pipeline, a statement injected into a
 * tenant's transaction would see all tenants.
 */
const API_LOGIN = /_api$/;
const PIPELINE_LOGIN = "_pipeline";

/** Returns the address of the API's second login, which has the same password. Returns other addresses unchanged. */
export function apiPipelineUrl(url: string): string {
  const address = new URL(url);
  if (!API_LOGIN.test(address.username)) return url;
  address.username += PIPELINE_LOGIN;
  return address.href;
}

/** Addresses of the logins to create; both are optional. */
export interface LoginUrls {
  api?: string | undefined;
  worker?: string | undefined;
}

/** A login that can't be created. Its message names the variable and never a password. */
export class LoginFault extends Error {
  override readonly name = "LoginFault";
}

interface Login {
  name: string;
  password: string;
  roles: readonly string[];
  inherits: boolean;
}

const PIPELINE = ["smscrm_pipeline"];
/** The pages of the platform's operators take on a role that can read no contact and no text. */
const API_PIPELINE = [...PIPELINE, "smscrm_platform"];

/** Creates the logins, or sets the passwords of existing ones. `ownerUrl` is the owner's, who may create roles. */
export async function setLogins(ownerUrl: string, urls: LoginUrls): Promise<void> {
  const logins = loginsOf(ownerUrl, urls);
  const sql = postgres(ownerUrl, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    await sql`set lock_timeout = '60s'`;
    for (const login of logins) await setLogin(sql, login);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function loginsOf(ownerUrl: string, { api, worker }: LoginUrls): Login[] {
  const logins: Login[] = [];
  if (api) {
    const { name, password } = partsOf(api, "DATABASE_API_URL", ownerUrl);
    if (!API_LOGIN.test(name)) throw new LoginFault("DATABASE_API_URL must name a login that ends in _api");
    const roles = ["smscrm_app", "smscrm_auth"];
    logins.push(
      { name, password, roles, inherits: false },
      { name: `${name}${PIPELINE_LOGIN}`, password, roles: API_PIPELINE, inherits: true },
    );
  }
  if (worker) {
    logins.push({
      ...partsOf(worker, "DATABASE_WORKER_URL", ownerUrl),
      roles: PIPELINE,
      inherits: true,
    });
  }
  const names = logins.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new LoginFault("DATABASE_API_URL and DATABASE_WORKER_URL must name two different logins");
  return logins;
}

function partsOf(url: string, variable: string, ownerUrl: string): { name: string; password: string } {
  const { username, password } = new URL(url);
  const name = decodeURIComponent(username);
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(name))
    throw new LoginFault(`${variable} must name a login of lower-case letters, digits and _`);
  if (
    name === decodeURIComponent(new URL(ownerUrl).username) ||
    /^smscrm_(app|auth|pipeline|platform)$/.test(name)
  )
    throw new LoginFault(`${variable} must name a login of its own, not the owner or a role of the program`);
  const plain = decodeURIComponent(password);
  if (!/^[ -~]{1,200}$/.test(plain))
    throw new LoginFault(`${variable} must have a password of ASCII characters`);
  return { name, password: plain };
}

/** Roles belong to the server: another database's migration may create or change the same one at the same time. */
const BUSY = new Set(["42710", "23505", "XX000", "40001", "40P01"]);
const TRIES = 10;

async function setLogin(sql: postgres.Sql, login: Login): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sql.begin((tx) => writeLogin(tx, login));
    } catch (error) {
      if (!BUSY.has((error as { code?: string }).code ?? "") || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}

async function writeLogin(tx: postgres.TransactionSql, login: Login): Promise<void> {
  const name = `"${login.name}"`;
  const [there] = await tx<{ above: boolean }[]>`
    select rolsuper or rolbypassrls or rolcreaterole or rolreplication as above from pg_roles where rolname = ${login.name}`;
  if (there?.above)
    throw new LoginFault(
      `${login.name} is a login with rights of its own (superuser, BYPASSRLS, CREATEROLE or REPLICATION): name another login, or revoke these rights`,
    );
  if (!there) await tx.unsafe(`create role ${name}`);
  await tx.unsafe(
    `alter role ${name} login ${login.inherits ? "inherit" : "noinherit"} password '${scramVerifier(login.password)}'`,
  );
  // Without superuser rights only a member of a login can end its connections, as a restore must.
  const [ours] = await tx<
    { ours: boolean }[]
  >`select pg_has_role(current_user, ${login.name}, 'usage') as ours`;
  if (!ours!.ours) await tx.unsafe(`grant ${name} to current_user`);
  for (const role of login.roles) {
    const [member] = await tx`
      select 1 from pg_auth_members where roleid = ${role}::regrole and member = ${login.name}::regrole`;
    if (!member) await tx.unsafe(`grant ${role} to ${name}`);
  }
}

interface LoginRights {
  name: string;
  superuser: boolean;
  /** Owns the tables, or may become their owner. */
  owner: boolean;
  mayBecomeMore: boolean;
  /** May run programs or access files on the server, or read every table. */
  mayLeaveTheTables: boolean;
  /** May become the role that sees all tenants' rows. */
  allTenants: boolean;
}

async function readLogin(url: string): Promise<LoginRights> {
  const sql = openPipeline(url, { name: "smscrm start", max: 1 });
  try {
    const [row] = await sql<LoginRights[]>`
      select me.rolname as name, me.rolsuper as superuser,
        exists (select 1 from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and pg_has_role(me.oid, c.relowner, 'member')) as owner,
        exists (select 1 from pg_roles r where (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolreplication)
          and pg_has_role(me.oid, r.oid, 'member')) as "mayBecomeMore",
        exists (select 1 from pg_roles r where r.rolname in ('pg_execute_server_program', 'pg_read_server_files',
            'pg_write_server_files', 'pg_read_all_data', 'pg_write_all_data')
          and pg_has_role(me.oid, r.oid, 'member')) as "mayLeaveTheTables",
        exists (select 1 from pg_roles r where r.rolname = 'smscrm_pipeline'
          and pg_has_role(me.oid, r.oid, 'member')) as "allTenants"
      from pg_roles me where me.rolname = session_user`;
    return row!;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Returns a right that the login has and must not have, or null. The API's tenant login has one more rule below. */
function excessOf({ superuser, owner, mayBecomeMore, mayLeaveTheTables }: LoginRights): string | null {
  if (superuser) return "is a superuser";
  if (owner) return "owns the tables, or may become their owner";
  if (mayBecomeMore)
    return "may give itself more rights (BYPASSRLS, CREATEROLE, REPLICATION, or a role with them)";
  if (mayLeaveTheTables) return "may read or write everything, or run programs on the database's server";
  return null;
}

/**
 * Returns why a process must not run with this address, in a sentence that says what to do; null if it may. An
 * injected statement must reach only the tables, and in a tenant's transaction only that tenant. Throws when the
 * database does not answer.
 */
export async function findLoginFault(service: "API" | "worker", url: string): Promise<string | null> {
  const seen = [await readLogin(url)];
  if (apiPipelineUrl(url) !== url) seen.push(await readLogin(apiPipelineUrl(url)));
  for (const [index, login] of seen.entries()) {
    const forTenants = service === "API" && index === 0;
    const tenants =
      forTenants && login.allTenants ? "may become smscrm_pipeline, which sees every tenant" : null;
    const why = excessOf(login) ?? tenants;
    if (why) return sentenceOf(service, login.name, why);
  }
  return null;
}

function sentenceOf(service: "API" | "worker", name: string, why: string): string {
  const variable = service === "API" ? "DATABASE_API_URL" : "DATABASE_WORKER_URL";
  return `The database login ${name} ${why}: the ${service} needs a login of its own. Set ${variable} to one, run pnpm migrate, which creates it, and start the ${service} with it (docs/runbook.md, "Database logins").`;
}
