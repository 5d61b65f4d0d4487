import { REJECTION_HEADINGS } from "@smscrm/core/files/file-layout";
import { listRejections } from "@smscrm/db/imports/imports";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { BYTE_ORDER_MARK, csvLine } from "../http/csv-line.ts";

const ROWS_PER_READ = 500;

/** Streams the rejected rows as a CSV file that can be fixed and uploaded again, as fast as the client fetches. */
export function rejectionsCsv(
  database: TenantDatabase,
  tenantId: string,
  importId: string,
  header: readonly string[],
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cursor: string | null = null;
  let begun = false;
  return new ReadableStream({
    async pull(controller) {
      if (!begun) {
        begun = true;
        controller.enqueue(encoder.encode(BYTE_ORDER_MARK + csvLine([...REJECTION_HEADINGS, ...header])));
        return;
      }
      const page = await database.asTenant(tenantId, (tx) =>
        listRejections(tx, tenantId, importId, { cursor, limit: ROWS_PER_READ }),
      );
      const lines = page.items.map(({ line, reason, detail, row }) =>
        csvLine([String(line), reason, detail ?? "", ...row]),
      );
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.join("")));
      cursor = page.nextCursor;
      if (cursor === null) controller.close();
    },
  });
}
