import { type ExportedContact, exportContacts } from "@smscrm/db/audiences/export";
import { findAudience } from "@smscrm/db/audiences/saved";
import { recordAudit } from "@smscrm/db/audit/audit";
import { listFields } from "@smscrm/db/contacts/fields";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import { fileOf, formatOf, listFile } from "../http/list-file.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { fileTaker } from "../users/roles/file-taker.ts";
import { maskRow, seesMasked } from "../users/roles/masked-numbers.ts";
import type { Session } from "../users/session.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ROWS_PER_READ = 2_000;
const DETAILS = ["phone", "first_name", "last_name", "email", "city", "state", "postcode", "country", "tags"];

/** Serves the contacts of an audience as a file, a page at a time. The audit log records who took it. */
export function audienceExportRoutes(
  needs: Pick<Dependencies, "database" | "publicUrl">,
  tally: AuditTally,
): Hono {
  const { database } = needs;
  const routes = new Hono();
  routes.get(`/audiences/:id/${fileOf("contacts")}`, async (c) => {
    const { session, refusal } = await fileTaker(needs, tally, c.req.raw.headers, {
      ...{ action: "contacts.export", taken: "audience.export" },
    });
    if (refusal) return c.json({ error: refusal.error }, refusal.status);
    const tenantId = session.tenant.id;
    const id = c.req.param("id");
    const asked = UUID.test(id)
      ? await database.asTenant(tenantId, async (tx) => {
          const audience = await findAudience(tx, tenantId, id);
          if (!audience) return null;
          await recordAudit(tx, {
            ...{ tenantId, actorId: session.userId, action: "audience.export" },
            ...{ objectKind: "audience", objectId: id, detail: { version: audience.version } },
          });
          return { audience, fields: await listFields(tx, tenantId) };
        })
      : null;
    if (!asked) {
      const error = "This audience does not exist, or was removed. Go back to the list and choose another.";
      return c.json({ error }, 404);
    }
    const names = asked.fields.map(({ name }) => name);
    const file = {
      format: formatOf(c.req.param("file")),
      header: [...DETAILS, ...names],
      name: `${asked.audience.name} contacts`,
      plainName: `audience-${id.slice(0, 8)}`,
    };
    return listFile(file, async (after) => {
      const rows = await database.asTenant(tenantId, (tx) =>
        exportContacts(tx, tenantId, { kind: "saved", audienceId: id }, after, ROWS_PER_READ),
      );
      return {
        rows: rows.map((row) => cellsOf(session, names, row)),
        next: rows.length < ROWS_PER_READ ? null : rows.at(-1)!.id,
      };
    });
  });
  return routes;
}

function cellsOf(
  session: Session,
  names: readonly string[],
  { id: _, custom, tags, ...row }: ExportedContact,
): string[] {
  const values = names.map((name) => (Object.hasOwn(custom, name) ? custom[name]! : ""));
  const cells = Object.values(row).map((cell) => cell ?? "");
  const line = Object.fromEntries([...cells, tags.join(", "), ...values].entries());
  return Object.values(seesMasked(session) ? maskRow(session, line) : line);
}
