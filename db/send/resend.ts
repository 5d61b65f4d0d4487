import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** Whether a message may be sent again, or why not. */
export type Resend =
  | { kind: "queued"; attemptId: string; attempt: number }
  | { kind: "not-found" }
  | { kind: "known"; status: string }
  | { kind: "campaign-over" };

/**
 * Puts a message of unknown outcome back into the queue for a new attempt, at an operator's request. The old attempt
 * does not change: its money stays reserved, and it is looked up at the carrier. If evidence of it comes before the
 * new attempt is claimed, the message counts as sent, and is not sent again.
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
