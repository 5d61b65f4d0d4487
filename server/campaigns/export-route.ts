import { recordAudit } from "@smscrm/db/audit/audit";
import { findCampaign } from "@smscrm/db/campaigns/campaigns";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import { fileOf, formatOf } from "../http/list-file.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { fileTaker } from "../users/roles/file-taker.ts";
import { maskRow, seesMasked } from "../users/roles/masked-numbers.ts";
import { messagesFile } from "./messages-file.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Serves exports as streams. The audit log records who exported phone numbers. */
export function exportRoutes(
  needs: Pick<Dependencies, "database" | "reports" | "publicUrl">,
  tally: AuditTally,
): Hono {
  const { database, reports } = needs;
  const routes = new Hono();
  routes.get(`/campaigns/:id/${fileOf("messages")}`, async (c) => {
    const { session, refusal } = await fileTaker(needs, tally, c.req.raw.headers, {
      ...{ action: "contacts.export", taken: "campaign.export" },
    });
    if (refusal) return c.json({ error: refusal.error }, refusal.status);
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
    const format = formatOf(c.req.param("file"));
    const view = <T extends object>(row: T): T => (seesMasked(session) ? maskRow(session, row) : row);
    const file = messagesFile(source.database, tenantId, campaign, { asOf, view, format });
    if (source.asOf) file.headers.set("x-as-of", source.asOf.toISOString());
    return file;
  });
  return routes;
}
