import {
  type AudienceEstimate,
  estimateAudience,
  NO_SAMPLE,
  type SampleSums,
} from "@smscrm/core/audiences/estimate";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { CompiledAudience } from "./compile.ts";

/** Contacts of the tenant that one statement reads: some 20 ms. */
const READ = 8_000;
const STATEMENTS = 3;
/** No other statement starts after this long: the first figure is there within half a second. */
const TIME_MS = 150;
/** Pages of the table that one statement reads, with whatever other tenants have in them. */
const PAGES_MAX = 10_000;

/**
 * Estimates how many of a tenant's `total` contacts are in an audience, from pages of the table that chance chooses: by
 * no order of an index, because numbers and times say something about people. The pages are the same each time, so that
 * one more condition never makes an estimate larger. `newest`: up to `samples` ids of those that were read.
 */
export async function estimateMembers(
  tx: TenantTransaction,
  tenantId: string,
  { joins, where }: CompiledAudience,
  { total, samples }: { total: number; samples: number },
): Promise<AudienceEstimate & { newest: string[] }> {
  const startedMs = performance.now();
  let sums = NO_SAMPLE;
  const found = new Set<string>();
  // A few thousand look-ups in the joined tables, which the planner takes for more than reading all of them.
  await setJoins(tx, "off");
  for (let seed = 1; seed <= STATEMENTS; seed += 1) {
    if (seed > 1 && performance.now() - startedMs > TIME_MS) break;
    const share = sql`least(100, 100 * least(${READ / total}::float8,
      ${PAGES_MAX}::float8 / greatest(1, pg_relation_size('contacts') / current_setting('block_size')::int)))`;
    const rows = await tx.execute<SampleSums & { newest: string[] | null } & Record<string, unknown>>(sql`
      with pages as materialized (
        select page, count(*)::int as read, count(*) filter (where met)::int as met,
          (array_agg(id order by id desc) filter (where met))[:${samples}::int] as ids
        from (
          select (c.ctid::text::point)[0] as page, c.id, ${where} as met
          from contacts c tablesample system (${share}) repeatable (${seed}::int) ${joins} where c.tenant_id = ${tenantId}
        ) contacts group by page
      )
      select count(*)::int as runs, coalesce(sum(read), 0)::int as read, coalesce(sum(met), 0)::int as met,
        coalesce(sum(read * read), 0)::int as "readSquared", coalesce(sum(met * met), 0)::int as "metSquared",
        coalesce(sum(read * met), 0)::int as "readTimesMet",
        (select json_agg(id) from (select unnest(ids) as id from pages order by 1 desc limit ${samples}) found) as newest
      from pages`);
    const { newest, ...counted } = rows[0]!;
    sums = added(sums, counted);
    for (const id of newest ?? []) found.add(id);
  }
  await setJoins(tx, "on");
  return {
    ...estimateAudience(sums, total),
    newest: [...found].sort().reverse().slice(0, samples),
  };
}

async function setJoins(tx: TenantTransaction, to: "on" | "off"): Promise<void> {
  await tx.execute(
    sql`select set_config('enable_hashjoin', ${to}, true), set_config('enable_mergejoin', ${to}, true)`,
  );
}

const added = (one: SampleSums, other: SampleSums): SampleSums => ({
  runs: one.runs + other.runs,
  read: one.read + other.read,
  met: one.met + other.met,
  readSquared: one.readSquared + other.readSquared,
  metSquared: one.metSquared + other.metSquared,
  readTimesMet: one.readTimesMet + other.readTimesMet,
});
