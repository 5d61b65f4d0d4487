import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type ClassRules, contactsWithTexts, readsRecentTexts } from "./audience-classes.ts";

/** Ids of more people than this are not kept. */
const TEXTED_MAX = 200_000;
/** What a look-up of one person's texts costs, as the planner counts. */
const LOOK_UP_COST = 8;

/** The next part of an audience: after how many people, after which, and of how many it is. */
interface NextPart {
  seen: number;
  after: string;
  size: number;
}

/**
 * Returns a function that gives the contacts of a part of an audience whose recent texts matter. It gives null until so
 * many people were looked up one by one that reading the texts of all at once costs no more, and if too many people were
 * texted: then those of each person are looked up.
 */
export function textedContacts(
  tx: TenantTransaction,
  rules: ClassRules,
  audience: { tenantId: string; joins: SQL; where: SQL },
): (part: NextPart) => Promise<readonly string[] | null> {
  if (!readsRecentTexts(rules)) return async () => null;
  const statement = contactsWithTexts(rules, audience, TEXTED_MAX + 1);
  let cost: number | null = null;
  let texted: readonly string[] | "too-many" | null = null;
  return async ({ seen, after, size }) => {
    if (seen === 0) return null;
    // The cost grows with a tenant's age, which statistics know: no statement that takes long is tried.
    cost ??= await plannedCost(tx, statement);
    if (cost > seen * LOOK_UP_COST) return null;
    if (texted === null) {
      const rows = await tx.execute<{ id: string }>(statement);
      texted = rows.length > TEXTED_MAX ? "too-many" : rows.map(({ id }) => id);
    }
    return texted === "too-many" ? null : partOf(texted, after, size);
  };
}

async function plannedCost(tx: TenantTransaction, statement: SQL): Promise<number> {
  const [row] = await tx.execute<{ "QUERY PLAN": unknown }>(sql`explain (format json) ${statement}`);
  const said = row!["QUERY PLAN"];
  const [planned] = (typeof said === "string" ? JSON.parse(said) : said) as [
    { Plan: { "Total Cost": number } },
  ];
  return planned.Plan["Total Cost"];
}

/** Returns those of the sorted ids that may be among the next `size` people after one. */
function partOf(ids: readonly string[], after: string, size: number): readonly string[] {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! <= after) low = middle + 1;
    else high = middle;
  }
  return ids.slice(low, low + size);
}
