import { REJECTION_HEADINGS } from "@smscrm/core/files/file-layout";
import { listRejections } from "@smscrm/db/imports/imports";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { type FileFormat, listFile } from "../http/list-file.ts";

const ROWS_PER_READ = 500;

/** Returns the rejected rows of an import as a file that can be fixed and uploaded again. */
export function rejectionsFile(
  database: TenantDatabase,
  tenantId: string,
  { id, fileName, header }: { id: string; fileName: string; header: readonly string[] | null },
  format: FileFormat,
): Response {
  const file = {
    format,
    header: [...REJECTION_HEADINGS, ...(header ?? [])],
    name: `rejected ${fileName.replace(/\.(?:csv|xlsx)$/i, "")}`,
    plainName: `rejected-${id.slice(0, 8)}`,
  };
  return listFile(file, async (cursor) => {
    const page = await database.asTenant(tenantId, (tx) =>
      listRejections(tx, tenantId, id, { cursor, limit: ROWS_PER_READ }),
    );
    const rows = page.items.map(({ line, reason, detail, row }) => [line, reason, detail ?? "", ...row]);
    return { rows, next: page.nextCursor };
  });
}
