import { exportContacts } from "@smscrm/db/audiences/export";
import { findAudience } from "@smscrm/db/audiences/saved";
import { recordAudit } from "@smscrm/db/audit/audit";
import { listFields } from "@smscrm/db/contacts/fields";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import { BYTE_ORDER_MARK, csvLine } from "../http/csv-line.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { noteRefusal } from "../users/refused-access.ts";
import { maskRow, seesMasked } from "../users/roles/masked-numbers.ts";
import { readSession } from "../users/session.ts";
import { guardRefusal, proofRefusal } from "../users/session-guard.ts";
import { sessionTokenOf } from "../users/session-token.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ROWS_PER_READ = 2_000;
const DETAILS = ["phone", "first_name", "last_name", "email", "city", "state", "postcode", "country", "tags"];

/** Serves the contacts of an audience as a CSV file, a page at a time. The audit log records who took it. */
export function audienceExportRoutes(
  { database, publicUrl }: Pick<Dependencies, "database" | "publicUrl">,
  tally: AuditTally,
): Hono {
  const routes = new Hono();
  routes.get("/audiences/:id/contacts.csv", async (c) => {
    const session = await readSession(database, sessionTokenOf(c.req.raw.headers, publicUrl));
    const refusal = guardRefusal(session, "contacts.export");
    if (session && refusal) void noteRefusal(tally, session, "audience.export");
    if (refusal || !session) return c.json({ error: refusal?.error }, refusal?.status ?? 401);
    const unproven = proofRefusal(session);
    if (unproven) return c.json({ error: unproven.error }, unproven.status);
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
    const encoder = new TextEncoder();
    let after: string | null = null;
    let begun = false;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (!begun) {
          begun = true;
          controller.enqueue(encoder.encode(BYTE_ORDER_MARK + csvLine([...DETAILS, ...names])));
        }
        const rows = await database.asTenant(tenantId, (tx) =>
          exportContacts(tx, tenantId, { kind: "saved", audienceId: id }, after, ROWS_PER_READ),
        );
        const lines = rows.map(({ id: _, custom, tags, ...row }) => {
          const values = names.map((name) => (Object.hasOwn(custom, name) ? custom[name]! : ""));
          const cells = Object.values(row).map((cell) => cell ?? "");
          const line = Object.fromEntries([...cells, tags.join(", "), ...values].entries());
          return csvLine(Object.values(seesMasked(session) ? maskRow(session, line) : line));
        });
        if (lines.length > 0) controller.enqueue(encoder.encode(lines.join("")));
        after = rows.at(-1)?.id ?? null;
        if (rows.length < ROWS_PER_READ) controller.close();
      },
    });
    const name = encodeURIComponent(`${asked.audience.name} contacts.csv`);
    return new Response(body, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="audience-${id.slice(0, 8)}.csv"; filename*=UTF-8''${name}`,
        "cache-control": "no-store",
      },
    });
  });
  return routes;
}
