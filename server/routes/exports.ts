import { may } from "@smscrm/core/roles";
import { recordAudit } from "@smscrm/db/audit";
import { findCampaign } from "@smscrm/db/campaigns";
import { Hono } from "hono";
import { readSession } from "../auth/session.ts";
import { messagesCsv } from "../campaigns/messages-csv.ts";
import type { Dependencies } from "../dependencies.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Files that are made while they are fetched. Who took out people's numbers stands in the audit log. */
export function exportRoutes({ database, reports }: Pick<Dependencies, "database" | "reports">): Hono {
  const routes = new Hono();
  routes.get("/campaigns/:id/messages.csv", async (c) => {
    const session = await readSession(database, c.req.raw.headers);
    if (!session) return c.json({ error: "Please sign in to go on." }, 401);
    const tenantId = session.tenant.id;
    if (!may(session.role, "messages.read")) {
      return c.json({ error: `Your role (${session.role}) does not allow this.` }, 403);
    }
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
    // A replica may lack the last moments: then the file says in its name until when it is complete.
    const asOf = source.asOf ? ` as of ${source.asOf.toISOString().replaceAll(":", "-")}` : "";
    const name = encodeURIComponent(`${campaign.name} messages${asOf}.csv`);
    return new Response(messagesCsv(source.database, tenantId, campaignId), {
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
