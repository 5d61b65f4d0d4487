import type { SnippetText } from "@smscrm/core/text/snippets";
import { type SQL, sql } from "drizzle-orm";

/** Returns the texts of the named snippets as they are now. `forLaunch` keeps them until the end of the transaction. */
export async function currentSnippets(
  run: <Row extends object>(query: SQL) => Promise<Row[]>,
  tenantId: string,
  names: readonly string[],
  { forLaunch }: { forLaunch: boolean } = { forLaunch: false },
): Promise<SnippetText[]> {
  if (names.length === 0) return [];
  // The lock comes before the texts are read: a change of a snippet locks its row first.
  const wanted = sql`tenant_id = ${tenantId} and removed_at is null and name = any(${sql.param([...names])}::text[])`;
  if (forLaunch) await run(sql`select 1 from snippets where ${wanted} order by name for share`);
  return run<SnippetText>(sql`
    select s.name, t.country, t.language, t.body
    from (select tenant_id, id, name from snippets where ${wanted}) s
    join snippet_texts t on t.tenant_id = s.tenant_id and t.snippet_id = s.id
    order by s.name, t.country, t.language`);
}
