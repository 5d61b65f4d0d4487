import { counted } from "@smscrm/core/text/counted";
import { describeAuditFault } from "../audit/audit-chain.ts";
import { readKnownKeys } from "../audit/signed-heads.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import type { Pipeline } from "../postgres/connection.ts";
import { MIGRATIONS, readSchemaState } from "../postgres/system.ts";

/**
 * The conditions that a restored database must meet. Each query finds violations, such as counters that differ from a
 * recount.
 */
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
  "a tenant is not locked": "select id from tenants where restore_locked_at is null and not is_platform",
} as const;

/** Problems of a restored database, in sentences. Only `faults` are a reason not to use it. */
export interface RestoredDatabase {
  faults: string[];
  warnings: string[];
}

/**
 * Returns the inconsistencies of a restored database. Reads whole tables. A broken audit log is only a warning,
 * because there may be no other backup.
 */
export async function verifyRestored(sql: Pipeline): Promise<RestoredDatabase> {
  const { applied } = await readSchemaState(sql);
  if (applied !== MIGRATIONS) {
    return {
      faults: [`It has ${counted(applied, "migration")} and this version brings ${MIGRATIONS}.`],
      warnings: [],
    };
  }
  const faults: string[] = [];
  for (const [sentence, query] of Object.entries(CHECKS)) {
    const found = await sql.unsafe(`select count(*)::int as rows from (${query}) wrong`);
    const rows = Number(found[0]!.rows);
    if (rows > 0) faults.push(`${counted(rows, "time")}: ${sentence}.`);
  }
  return { faults, warnings: await auditWarnings(sql) };
}

/** The most entries that a warning names: of a completely replaced log all entries are faults. */
const NAMED_MAX = 10;

async function auditWarnings(sql: Pipeline): Promise<string[]> {
  const keys = await readKnownKeys(sql);
  const reports = await verifyAudit(sql, { tenantId: null, keys, copy: null });
  const broken = reports.filter(({ faults }) => faults.length > 0);
  return broken.map(({ tenantId, faults: of }) => {
    const named = of.slice(0, NAMED_MAX).map(describeAuditFault).join("; ");
    const rest = of.length > NAMED_MAX ? `; and ${of.length - NAMED_MAX} more` : "";
    return `The audit log of tenant ${tenantId} is broken in ${counted(of.length, "place")}: ${named}${rest}. See them all: pnpm ops audit verify --tenant ${tenantId}`;
  });
}
