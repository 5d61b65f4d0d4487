import { describeStatus } from "@smscrm/core/explain/explain";
import type { SendJobStatus } from "@smscrm/core/send/send-job";
import { type ExportedMessage, exportMessages } from "@smscrm/db/campaigns/campaign-export";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { csvFile } from "../http/csv-file.ts";
import { csvLine } from "../http/csv-line.ts";

const ROWS_PER_READ = 2_000;

const HEADER = [
  ...["phone", "first_name", "last_name", "status", "reason", "in_words", "carrier_error_code"],
  ...["segments", "price", "queued_at", "handed_over_at", "final_at", "clicked_at"],
];

/**
 * Returns every message of a campaign as a CSV file. `asOf` joins its name; `view` returns a row as its reader may see
 * it.
 */
export function messagesCsv(
  database: TenantDatabase,
  tenantId: string,
  { id, name }: { id: string; name: string },
  asOf: string,
  view: (row: ExportedMessage) => ExportedMessage,
): Response {
  const file = {
    header: HEADER,
    name: `${name} messages${asOf}.csv`,
    plainName: `messages-${id.slice(0, 8)}${asOf.replaceAll(" ", "-")}.csv`,
  };
  return csvFile(file, async (after) => {
    const rows = await database.asTenant(tenantId, (tx) =>
      exportMessages(tx, tenantId, id, after, ROWS_PER_READ),
    );
    return {
      lines: rows.map((row) => lineOf(view(row))),
      next: rows.length < ROWS_PER_READ ? null : rows.at(-1)!.contactId,
    };
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
    row.clickedAt ?? "",
  ]);
}
