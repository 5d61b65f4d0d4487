import { killSwitch } from "../faults/operators.ts";
import type { World } from "../world/world.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/** One tenant's owner reaches for another's things: over HTTP, and with the API's own rights in the database. */
export const trespass: Phase = {
  name: "trespass",
  async run(world) {
    const [one, other] = tenantsOf(world, "plain");
    const status = await killSwitch(world, other!, "pause", one!);
    world.trespasses.push({
      what: "pause another tenant over HTTP",
      succeeded: status >= 200 && status < 300 ? `answered ${status}` : null,
    });
    for (const table of await tablesWithTenants(world)) {
      await tryAs(
        world,
        one!.id,
        `read ${table} of others`,
        (sql) => sql`select count(*)::int as n from ${sql(table)} where tenant_id <> ${one!.id}`,
      );
    }
    await tryAs(
      world,
      one!.id,
      "change contacts of others",
      (sql) =>
        sql`with changed as (update contacts set first_name = 'Taken' where tenant_id = ${other!.id} returning 1)
        select count(*)::int as n from changed`,
    );
    await tryAs(
      world,
      one!.id,
      "put a contact into another tenant",
      (sql) =>
        sql`with added as (insert into contacts (tenant_id, phone_e164) values (${other!.id}, '+61499999999') returning 1)
        select count(*)::int as n from added`,
    );
    await tryAs(
      world,
      one!.id,
      "move a contact to another tenant",
      (sql) =>
        sql`with moved as (update contacts set tenant_id = ${other!.id}, phone_e164 = '+61499999998'
          where id = (select id from contacts limit 1) returning 1)
        select count(*)::int as n from moved`,
    );
  },
};

function tablesWithTenants(world: World): Promise<string[]> {
  return world.operator.run(async (sql) => {
    const rows = await sql<{ name: string }[]>`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        and has_table_privilege('smscrm_app', c.oid, 'select') order by 1`;
    return rows.map((row) => row.name);
  });
}

type Sql = import("@smscrm/db/connection").PipelineTransaction;

/** Tries a statement with the API's rights on behalf of a tenant; it must be refused, or reach no row. */
async function tryAs(
  world: World,
  tenantId: string,
  what: string,
  statement: (sql: Sql) => PromiseLike<readonly { n?: number }[]>,
): Promise<void> {
  const undone = new Error("undone");
  const reached = await world.operator.run(async (sql) => {
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
  world.trespasses.push({ what, succeeded: reached > 0 ? `reached ${reached} rows` : null });
}
