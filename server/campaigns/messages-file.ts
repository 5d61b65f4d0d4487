import { describeStatus } from "@smscrm/core/explain/explain";
import type { SendJobStatus } from "@smscrm/core/send/send-job";
import { type ExportedMessage, exportMessages } from "@smscrm/db/campaigns/campaign-export";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import type { Cell } from "../http/files/xlsx-file.ts";
import { type FileFormat, listFile } from "../http/list-file.ts";

const ROWS_PER_READ = 2_000;

const HEADER = [
  ...["phone", "first_name", "last_name", "status", "reason", "in_words", "carrier_error_code"],
  ...["segments", "price", "queued_at", "handed_over_at", "final_at", "clicked_at", "language"],
];

/**
 * Returns every message of a campaign as a file. `asOf` joins its name; `view` returns a row as its reader may see
 * it.
 */
export function messagesFile(
  database: TenantDatabase,
  tenantId: string,
  { id, name }: { id: string; name: string },
  {
    asOf,
    view,
    format,
  }: { asOf: string; view: (row: ExportedMessage) => ExportedMessage; format: FileFormat },
): Response {
  const file = {
    format,
    header: HEADER,
    name: `${name} messages${asOf}`,
    plainName: `messages-${id.slice(0, 8)}${asOf.replaceAll(" ", "-")}`,
  };
  return listFile(file, async (after) => {
    const rows = await database.asTenant(tenantId, (tx) =>
      exportMessages(tx, tenantId, id, after, ROWS_PER_READ),
    );
    return {
      rows: rows.map((row) => cellsOf(view(row))),
      next: rows.length < ROWS_PER_READ ? null : rows.at(-1)!.contactId,
    };
  });
}

function cellsOf(row: ExportedMessage): Cell[] {
  const { phone, firstName, lastName, status, reason, carrierErrorCode, segments, priceMicros } = row;
  return [
    phone,
    firstName ?? "",
    lastName ?? "",
    status,
    reason ?? "",
    describeStatus(status as SendJobStatus, reason),
    carrierErrorCode === null ? "" : String(carrierErrorCode),
    segments ?? "",
    priceMicros === null ? "" : priceMicros / 1_000_000,
    row.queuedAt,
    row.submittedAt ?? "",
    row.finalAt ?? "",
    row.clickedAt ?? "",
    row.language ?? "",
  ];
}
