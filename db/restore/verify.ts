import type { Pipeline } from "../connection.ts";
import { MIGRATIONS, readSchemaState } from "../system.ts";

/** What a restored database must hold, each a query that finds what does not: the counters equal a recount. */
const CHECKS = {
  "a campaign's counters do not equal a recount of its messages": `
    select campaign_id from (select campaign_id, status, reason, sum(jobs) as jobs from campaign_counters group by 1, 2, 3) k
    full join (select campaign_id, status, send_job_reason(status, failure_reason, hold_reason) as reason, count(*) as jobs
      from send_jobs group by 1, 2, 3) r using (campaign_id, status, reason)
    where coalesce(k.jobs, 0) <> coalesce(r.jobs, 0)`,
  "a campaign's bill does not equal the sum of its attempts": `
    select campaign_id from (select campaign_id, sum(reserved_micros) as reserved, sum(spent_micros) as spent
      from campaign_spend group by 1) k
    full join (select campaign_id, sum(reserved_micros) as reserved, sum(spent_micros) as spent
      from send_attempts group by 1) a using (campaign_id)
    where (coalesce(k.reserved, 0), coalesce(k.spent, 0)) <> (coalesce(a.reserved, 0), coalesce(a.spent, 0))`,
  "a message is not in its campaign's audience count": `
    select c.id from campaigns c left join (select campaign_id, count(*) as jobs from send_jobs group by 1) j
      on j.campaign_id = c.id where c.audience_count <> coalesce(j.jobs, 0)`,
  "the audit log has a gap or was edited": `
    select id from (select *, lag(hash) over (partition by tenant_id order by id) as before from audit_log) l
    where previous_hash is distinct from before or hash is distinct from sha256(
      coalesce(previous_hash, ''::bytea) || convert_to(concat_ws('|', tenant_id, actor_id, action, object_kind, object_id,
        detail::text, extract(epoch from created_at)), 'UTF8'))`,
  "a tenant is not locked": "select id from tenants where restore_locked_at is null",
} as const;

/** What is wrong with a restored database, in sentences; empty: it holds together. Reads whole tables. */
export async function verifyRestored(sql: Pipeline): Promise<string[]> {
  const { applied } = await readSchemaState(sql);
  if (applied !== MIGRATIONS) {
    return [`It has ${applied} migrations and this version brings ${MIGRATIONS}.`];
  }
  const faults: string[] = [];
  for (const [sentence, query] of Object.entries(CHECKS)) {
    const found = await sql.unsafe(`select count(*)::int as rows from (${query}) wrong`);
    const rows = Number(found[0]!.rows);
    if (rows > 0) faults.push(`${rows} times ${sentence}.`);
  }
  return faults;
}
