import { type SQL, sql } from "drizzle-orm";

/** A text as members may read it: a code for a test number is for the phone that it was texted to. */
export function hiddenCode(kind: SQL, body: SQL): SQL<string> {
  return sql<string>`case when ${kind} = 'code' then regexp_replace(${body}, '[0-9]{6}', '••••••', 'g') else ${body} end`;
}
