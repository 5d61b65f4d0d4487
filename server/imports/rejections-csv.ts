import { REJECTION_HEADINGS } from "@smscrm/core/files/file-layout";
import { listRejections } from "@smscrm/db/imports/imports";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { csvFile } from "../http/csv-file.ts";
import { csvLine } from "../http/csv-line.ts";

const ROWS_PER_READ = 500;

/** Returns the rejected rows of an import as a CSV file that can be fixed and uploaded again. */
export function rejectionsCsv(
  database: TenantDatabase,
  tenantId: string,
  { id, fileName, header }: { id: string; fileName: string; header: readonly string[] | null },
): Response {
  const file = {
    header: [...REJECTION_HEADINGS, ...(header ?? [])],
    name: `rejected ${fileName}`,
    plainName: `rejected-${id.slice(0, 8)}.csv`,
  };
  return csvFile(file, async (cursor) => {
    const page = await database.asTenant(tenantId, (tx) =>
      listRejections(tx, tenantId, id, { cursor, limit: ROWS_PER_READ }),
    );
    const lines = page.items.map(({ line, reason, detail, row }) =>
      csvLine([String(line), reason, detail ?? "", ...row]),
    );
    return { lines, next: page.nextCursor };
  });
}
