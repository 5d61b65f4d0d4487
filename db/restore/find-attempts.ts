import { SUBMISSION_LIMIT_MS } from "@smscrm/core/send/send-job";
import type { PipelineTransaction } from "../postgres/connection.ts";
import type { CarrierSent } from "./carrier-sent.ts";

/** The carrier's clock and ours may differ, and a request may take ten seconds. */
const SLACK_SECONDS = 5 * 60 + 10 + SUBMISSION_LIMIT_MS / 1_000;

export interface AlikeAttempt {
  attemptId: string;
  jobId: string;
  tenantId: string;
  campaignId: string;
}

/**
 * Finds attempts that were under way at the backup, by the recipient, sender, text and time of the messages (oldest
 * first). One message has one attempt. An attempt without a message stays unknown, and is never sent again.
 */
export async function findAlike(
  tx: PipelineTransaction,
  messages: readonly CarrierSent[],
): Promise<Map<string, AlikeAttempt>> {
  const rows = await tx<(AlikeAttempt & { sid: string })[]>`
    select m.sid, a.id as "attemptId", a.send_job_id as "jobId", a.tenant_id as "tenantId", a.campaign_id as "campaignId"
    from jsonb_to_recordset(${tx.json(messages as never)}) as m (
      sid text, "from" text, "to" text, body text, "createdAt" timestamptz)
    join (select distinct tenant_id, phone_e164 from sending_numbers) n on n.phone_e164 = m."from"
    join send_attempts a on a.tenant_id = n.tenant_id and a.to_phone = m."to" and a.from_phone = m."from"
      and a.body = m.body and a.carrier_sid is null and a.state in ('sending', 'unknown', 'presumed-sent', 'accepted')
      and a.claimed_at between m."createdAt" - make_interval(secs => ${SLACK_SECONDS})
        and m."createdAt" + make_interval(secs => ${SLACK_SECONDS})
    order by m."createdAt", a.claimed_at`;
  const found = new Map<string, AlikeAttempt>();
  const taken = new Set<string>();
  for (const { sid, ...attempt } of rows) {
    if (found.has(sid) || taken.has(attempt.attemptId)) continue;
    found.set(sid, attempt);
    taken.add(attempt.attemptId);
  }
  return found;
}
