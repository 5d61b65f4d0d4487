import { recordAudit } from "@smscrm/db/audit/audit";
import { findCampaign } from "@smscrm/db/campaigns/campaigns";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { noteRefusal } from "../users/refused-access.ts";
import { maskRow, seesMasked } from "../users/roles/masked-numbers.ts";
import { readSession } from "../users/session.ts";
import { guardRefusal, proofRefusal } from "../users/session-guard.ts";
import { sessionTokenOf } from "../users/session-token.ts";
import { messagesCsv } from "./messages-csv.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Serves exports as streams. The audit log records who exported phone numbers. */
export function exportRoutes(
  { database, reports, publicUrl }: Pick<Dependencies, "database" | "reports" | "publicUrl">,
  tally: AuditTally,
): Hono {
  const routes = new Hono();
  routes.get("/campaigns/:id/messages.csv", async (c) => {
    const session = await readSession(database, sessionTokenOf(c.req.raw.headers, publicUrl));
    const refusal = guardRefusal(session, "contacts.export");
    if (session && refusal) void noteRefusal(tally, session, "campaign.export");
    if (refusal || !session) return c.json({ error: refusal?.error }, refusal?.status ?? 401);
    const unproven = proofRefusal(session);
    if (unproven) return c.json({ error: unproven.error }, unproven.status);
    const tenantId = session.tenant.id;
    const campaignId = c.req.param("id");
    const campaign = UUID.test(campaignId)
      ? await database.asTenant(tenantId, async (tx) => {
          const known = await findCampaign(tx, tenantId, campaignId);
          if (known) {
            await recordAudit(tx, {
              tenantId,
              actorId: session.userId,
              action: "campaign.export",
              objectKind: "campaign",
              objectId: campaignId,
            });
          }
          return known;
        })
      : null;
    if (!campaign) {
      const error = "This campaign does not exist, or was removed. Go back to the list and choose another.";
      return c.json({ error }, 404);
    }
    const source = await reports.source();
    // A replica may lag: the file's name says up to when it is complete.
    const asOf = source.asOf ? ` as of ${source.asOf.toISOString().replaceAll(":", "-")}` : "";
    const name = encodeURIComponent(`${campaign.name} messages${asOf}.csv`);
    const view = <T extends object>(row: T): T => (seesMasked(session) ? maskRow(session, row) : row);
    return new Response(messagesCsv(source.database, tenantId, campaignId, view), {
      headers: {
        ...(source.asOf ? { "x-as-of": source.asOf.toISOString() } : {}),
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="messages-${campaignId.slice(0, 8)}${asOf.replaceAll(" ", "-")}.csv"; filename*=UTF-8''${name}`,
        "cache-control": "no-store",
      },
    });
  });
  return routes;
}
