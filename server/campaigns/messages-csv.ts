import { describeStatus } from "@smscrm/core/explain/explain";
import type { SendJobStatus } from "@smscrm/core/send/send-job";
import { type ExportedMessage, exportMessages } from "@smscrm/db/campaigns/campaign-export";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { BYTE_ORDER_MARK, csvLine } from "../http/csv-line.ts";

const ROWS_PER_READ = 2_000;

const HEADER = [
  ...["phone", "first_name", "last_name", "status", "reason", "in_words", "carrier_error_code"],
  ...["segments", "price", "queued_at", "handed_over_at", "final_at"],
];

/**
 * Streams every message of a campaign as a CSV file, reading as fast as the client fetches. A million rows take no
 * more memory than one page. `view` returns a row as its reader may see it.
 */
export function messagesCsv(
  database: TenantDatabase,
  tenantId: string,
  campaignId: string,
  view: (row: ExportedMessage) => ExportedMessage,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let after: string | null = null;
  let begun = false;
  return new ReadableStream({
    async pull(controller) {
      if (!begun) {
        begun = true;
        controller.enqueue(encoder.encode(BYTE_ORDER_MARK + csvLine(HEADER)));
      }
      const rows: ExportedMessage[] = await database.asTenant(tenantId, (tx) =>
        exportMessages(tx, tenantId, campaignId, after, ROWS_PER_READ),
      );
      if (rows.length > 0) controller.enqueue(encoder.encode(rows.map((row) => lineOf(view(row))).join("")));
      after = rows.at(-1)?.contactId ?? null;
      if (rows.length < ROWS_PER_READ) controller.close();
    },
  });
}

function lineOf(row: ExportedMessage): string {
  const { phone, firstName, lastName, status, reason, carrierErrorCode, segments, priceMicros } = row;
  return csvLine([
    phone,
    firstName ?? "",
    lastName ?? "",
    status,
    reason ?? "",
    describeStatus(status as SendJobStatus, reason),
    carrierErrorCode === null ? "" : String(carrierErrorCode),
    segments === null ? "" : String(segments),
    priceMicros === null ? "" : (priceMicros / 1_000_000).toFixed(6),
    row.queuedAt,
    row.submittedAt ?? "",
    row.finalAt ?? "",
  ]);
}
