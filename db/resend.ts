import { sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";

/** Whether a message may be sent again, or why not. */
export type Resend =
  | { kind: "queued"; attemptId: string; attempt: number }
  | { kind: "not-found" }
  | { kind: "known"; status: string }
  | { kind: "campaign-over" };

/**
 * Puts a message of unknown outcome back into the queue, because a person wants a new attempt. The old attempt stays
 * what it is: its money reserved, looked up at the carrier. Where evidence of it comes before the new one is claimed, the
 * message counts as sent after all, and does not go again.
 */
export async function resendUnknown(
  tx: TenantTransaction,
  tenantId: string,
  sendJobId: string,
): Promise<Resend> {
  const [job] = await tx.execute<{
    status: string;
    campaign: string;
    attemptId: string;
    attempt: number;
  }>(sql`
    select j.status, c.status as campaign, j.last_attempt_id as "attemptId", j.attempts as attempt
    from send_jobs j join campaigns c on c.tenant_id = j.tenant_id and c.id = j.campaign_id
    where j.tenant_id = ${tenantId} and j.id = ${sendJobId} for no key update of j`);
  if (!job) return { kind: "not-found" };
  if (job.status !== "unknown") return { kind: "known", status: job.status };
  if (job.campaign !== "running" && job.campaign !== "paused") return { kind: "campaign-over" };
  await tx.execute(sql`
    update send_jobs set status = 'queued', due_at = clock_timestamp(), not_before = null, hold_reason = null,
      gate = null, verdict = null, carrier_error_code = null, sent_at = null, updated_at = clock_timestamp()
    where tenant_id = ${tenantId} and id = ${sendJobId}`);
  return { kind: "queued", attemptId: job.attemptId, attempt: job.attempt };
}
