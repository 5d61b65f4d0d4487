import type { Environment } from "../environment/environment.ts";
import { killSwitch } from "../faults/operators.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/** One tenant's owner tries to reach another's rows: over HTTP, and with the API's own rights in the database. */
export const trespass: Phase = {
  name: "trespass",
  async run(environment) {
    const [one, other] = tenantsOf(environment, "plain");
    const status = await killSwitch(environment, other!, "pause", one!);
    environment.trespasses.push({
      what: "pause another tenant over HTTP",
      succeeded: status >= 200 && status < 300 ? `answered ${status}` : null,
    });
    for (const table of await tablesWithTenants(environment)) {
      await tryAs(
        environment,
        one!.id,
        `read ${table} of others`,
        (sql) => sql`select count(*)::int as n from ${sql(table)} where tenant_id <> ${one!.id}`,
      );
    }
    await tryAs(
      environment,
      one!.id,
      "change contacts of others",
      (sql) =>
        sql`with changed as (update contacts set first_name = 'Taken' where tenant_id = ${other!.id} returning 1)
        select count(*)::int as n from changed`,
    );
    await tryAs(
      environment,
      one!.id,
      "put a contact into another tenant",
      (sql) =>
        sql`with added as (insert into contacts (tenant_id, phone_e164) values (${other!.id}, '+61499999999') returning 1)
        select count(*)::int as n from added`,
    );
    await tryAs(
      environment,
      one!.id,
      "move a contact to another tenant",
      (sql) =>
        sql`with moved as (update contacts set tenant_id = ${other!.id}, phone_e164 = '+61499999998'
          where id = (select id from contacts limit 1) returning 1)
        select count(*)::int as n from moved`,
    );
  },
};

function tablesWithTenants(environment: Environment): Promise<string[]> {
  return environment.operator.run(async (sql) => {
    const rows = await sql<{ name: string }[]>`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        and has_table_privilege('smscrm_app', c.oid, 'select') order by 1`;
    return rows.map((row) => row.name);
  });
}

type Sql = import("@smscrm/db/postgres/connection").PipelineTransaction;

/** Tries a statement with the API's rights for a tenant; it must be refused, or change no row. */
async function tryAs(
  environment: Environment,
  tenantId: string,
  what: string,
  statement: (sql: Sql) => PromiseLike<readonly { n?: number }[]>,
): Promise<void> {
  const undone = new Error("undone");
  const reached = await environment.operator.run(async (sql) => {
    let rows = 0;
    try {
      await sql.begin(async (tx) => {
        await tx`select set_config('role', 'smscrm_app', true), set_config('app.tenant_id', ${tenantId}, true)`;
        rows = (await statement(tx))[0]?.n ?? 0;
        throw undone;
      });
    } catch (error) {
      const { code = "" } = error as { code?: string };
      if (error !== undone && code !== "42501") throw error;
    }
    return rows;
  });
  environment.trespasses.push({ what, succeeded: reached > 0 ? `reached ${reached} rows` : null });
}
