import type { Pipeline } from "../postgres/connection.ts";

/**
 * Returns where a text stands in the database, as `schema.table.column`: in every column of every table, also in bytes
 * (as UTF-8), JSON and arrays. `sql` must see all rows.
 */
export async function findText(sql: Pipeline, text: string): Promise<string[]> {
  const columns = await sql<{ schema: string; table: string; column: string; isBytes: boolean }[]>`
    select n.nspname as schema, c.relname as table, a.attname as column, t.typname = 'bytea' as "isBytes"
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
      and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`;
  const found: string[] = [];
  for (const { schema, table, column, isBytes } of columns) {
    const cell = isBytes
      ? sql`position(convert_to(${text}, 'UTF8') in ${sql(column)}) > 0`
      : sql`position(${text} in ${sql(column)}::text) > 0`;
    const rows = await sql`select 1 from ${sql(`${schema}.${table}`)} where ${cell} limit 1`;
    if (rows.length > 0) found.push(`${schema}.${table}.${column}`);
  }
  return found;
}
