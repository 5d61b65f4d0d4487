import type { PipelineTransaction } from "../postgres/connection.ts";

/**
 * sent: one of our messages that is not sent in the restored database · sent-elsewhere: the carrier sent it, but
 * nothing here explains it · opt-out, opt-in, reply: texts that people wrote since the backup.
 */
export const DIFFERENCE_KINDS = ["sent", "sent-elsewhere", "opt-out", "opt-in", "reply"] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

export interface Difference {
  tenantId: string | null;
  kind: DifferenceKind;
  sid: string;
  phone: string;
  campaignId?: string | null;
  jobId?: string | null;
  body: string;
  at: Date;
}

/** Stores one difference per message of the carrier, even if it is asked again. */
export async function recordDifferences(
  tx: PipelineTransaction,
  restoreId: string,
  differences: readonly Difference[],
): Promise<void> {
  if (differences.length === 0) return;
  await tx`
    insert into restore_differences (restore_id, tenant_id, kind, carrier_sid, phone_e164, campaign_id, send_job_id, body, at)
    select ${restoreId}, "tenantId", kind, sid, phone, "campaignId", "jobId", body, at
    from jsonb_to_recordset(${tx.json(differences as never)}) as d (
      "tenantId" uuid, kind text, sid text, phone text, "campaignId" uuid, "jobId" uuid, body text, at timestamptz)
    on conflict (restore_id, carrier_sid) do nothing`;
}
