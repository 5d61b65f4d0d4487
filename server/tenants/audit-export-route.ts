import { recordAudit } from "@smscrm/db/audit/audit";
import { type AuditEntry, listAuditEntries } from "@smscrm/db/audit/audit-entries";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import { fileOf, formatOf, listFile } from "../http/list-file.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { fileTaker } from "../users/roles/file-taker.ts";
import { maskRow, seesMasked } from "../users/roles/masked-numbers.ts";
import { readAuditFilePath } from "./audit-filter.ts";

const ROWS_PER_READ = 1_000;
const HEADER = ["entry", "time", "person", "action", "object", "object_id", "object_name", "details"];

/** Serves entries of the audit log as a file, newest first. The log itself records who took them. */
export function auditExportRoutes(
  needs: Pick<Dependencies, "database" | "publicUrl">,
  tally: AuditTally,
): Hono {
  const { database } = needs;
  const routes = new Hono();
  routes.get(`/${fileOf("audit-log")}`, async (c) => {
    const { session, refusal } = await fileTaker(needs, tally, c.req.raw.headers, {
      ...{ action: "audit.read", taken: "audit.export" },
    });
    if (refusal) return c.json({ error: refusal.error }, refusal.status);
    const filter = readAuditFilePath(c.req.url);
    if (!filter)
      return c.json({ error: "These filters are not valid. Choose them on the page of the audit log." }, 400);
    const tenantId = session.tenant.id;
    await database.asTenant(tenantId, (tx) =>
      recordAudit(tx, {
        ...{ tenantId, actorId: session.userId, action: "audit.export", objectKind: "tenant" },
        ...{ objectId: tenantId, detail: { ...filter } },
      }),
    );
    const day = new Date().toISOString().slice(0, 10);
    const file = {
      format: formatOf(c.req.param("file")),
      header: HEADER,
      name: `${session.tenant.name} audit log ${day}`,
      plainName: `audit-log-${day}`,
    };
    return listFile(file, async (cursor) => {
      const page = await database.asTenant(tenantId, (tx) =>
        listAuditEntries(tx, tenantId, filter, { cursor, limit: ROWS_PER_READ }),
      );
      const rows = page.items.map((entry) => {
        const cells = cellsOf(entry);
        return Object.values(seesMasked(session) ? maskRow(session, cells) : cells);
      });
      return { rows, next: page.nextCursor };
    });
  });
  return routes;
}

const cellsOf = (entry: AuditEntry): Record<string, string> => ({
  entry: String(entry.id),
  time: entry.at.toISOString(),
  person: entry.actor ?? "",
  action: entry.action,
  object: entry.objectKind,
  objectId: entry.objectId ?? "",
  objectName: entry.objectName ?? "",
  details: JSON.stringify(entry.detail),
});
