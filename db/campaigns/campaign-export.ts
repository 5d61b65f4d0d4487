import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** One message of a campaign, as in its export. */
export interface ExportedMessage {
  contactId: string;
  phone: string;
  firstName: string | null;
  lastName: string | null;
  status: string;
  reason: string | null;
  carrierErrorCode: number | null;
  segments: number | null;
  priceMicros: number | null;
  /** The language of its text, as a tag; null: the default. */
  language: string | null;
  queuedAt: string;
  submittedAt: string | null;
  finalAt: string | null;
  /** When the recipient first clicked a short link of it; null: not, or it is not kept. */
  clickedAt: string | null;
}

/** Returns the next `limit` messages after a contact's id, in key order: the last page costs as much as the first. */
export async function exportMessages(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  after: string | null,
  limit: number,
): Promise<ExportedMessage[]> {
  const utc = (column: string) =>
    sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  const rows = await tx.execute<ExportedMessage & Record<string, unknown>>(sql`
    select j.contact_id as "contactId", j.phone_e164 as phone, c.first_name as "firstName", c.last_name as "lastName",
      j.status, coalesce(j.failure_reason, j.hold_reason) as reason, j.carrier_error_code as "carrierErrorCode",
      j.segments, j.price_micros::float8 as "priceMicros", j.language, ${utc("j.created_at")} as "queuedAt",
      ${utc("j.sent_at")} as "submittedAt", ${utc("j.final_at")} as "finalAt",
      (select ${utc("min(k.clicked_at)")} from link_clicks k where k.tenant_id = j.tenant_id
        and k.campaign_id = j.campaign_id and k.send_job_id = j.id) as "clickedAt"
    from send_jobs j left join contacts c on c.tenant_id = j.tenant_id and c.id = j.contact_id
    where j.tenant_id = ${tenantId} and j.campaign_id = ${campaignId}
      and j.contact_id > ${after ?? "00000000-0000-0000-0000-000000000000"}
    order by j.contact_id limit ${limit}`);
  return [...rows];
}
