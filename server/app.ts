import type { Progress } from "@smscrm/core/campaigns/progress";
import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { audienceExportRoutes } from "./audiences/export-route.ts";
import { exportRoutes } from "./campaigns/export-route.ts";
import { optOutRoutes } from "./contacts/opt-out-route.ts";
import { signUpRoutes } from "./contacts/sign-up-route.ts";
import type { Dependencies } from "./dependencies.ts";
import { listRoutes } from "./exports/list-route.ts";
import { createFairUse, retryAfterHeader } from "./fair-use/fair-use.ts";
import { fileShares } from "./fair-use/file-shares.ts";
import { clientRoutes } from "./http/client-files.ts";
import { type RequestVariables, requestLog } from "./http/request-log.ts";
import { machineHeaders, noStore, securityHeaders } from "./http/security-headers.ts";
import { uploadRoutes } from "./imports/upload-routes.ts";
import { linkRoutes } from "./links/link-route.ts";
import { createStreams } from "./live/streams.ts";
import { createTyping } from "./live/typing.ts";
import { createWatch } from "./live/watch.ts";
import { healthRoutes } from "./monitoring/health-route.ts";
import { runbookRoutes } from "./monitoring/runbook-route.ts";
import { statusRoutes } from "./reports/status-route.ts";
import { suppressionUploadRoutes } from "./suppression/upload-route.ts";
import { auditExportRoutes } from "./tenants/audit-export-route.ts";
import { killSwitchRoutes } from "./tenants/kill-switch-route.ts";
import { trpcRoutes } from "./trpc-route.ts";
import { createAuditTally } from "./users/audit-tally.ts";
import { createLookUps } from "./users/roles/look-ups.ts";
import { callbackRoutes } from "./users/single-sign-on/callback-route.ts";
import { createVisitors } from "./users/visitor.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

/** Builds the API with all its routes. It opens nothing: its dependencies are open already. */
export function createApp(dependencies: Dependencies): Hono<RequestVariables> {
  const { log, metrics, publicUrl, clientFolder } = dependencies;
  const liveCampaigns = createWatch<Progress>();
  const typing = createTyping();
  const streams = createStreams(dependencies, (change) => metrics.liveStreams.inc(change));
  const tally = createAuditTally(dependencies);
  const visitors = createVisitors(dependencies);
  const fairUse = createFairUse(dependencies.fairUse);
  const lookUps = createLookUps();
  const app = new Hono<RequestVariables>();
  app.use(requestLog(dependencies));
  // Before the browsers' headers: the carrier calls thousands of times a second and needs none of them.
  app.use("/webhooks/*", machineHeaders(publicUrl));
  app.route("/webhooks/twilio", webhookRoutes(dependencies, visitors));
  app.use(securityHeaders(publicUrl), noStore);
  app.route("/", healthRoutes(dependencies, visitors));
  app.route(
    "/trpc",
    trpcRoutes(dependencies, { liveCampaigns, typing, streams, tally, lookUps, visitors, fairUse }),
  );
  app.route("/", linkRoutes(dependencies, { visitors, fairUse }));
  app.route("/", optOutRoutes(dependencies, { visitors, fairUse }));
  app.route("/", signUpRoutes(dependencies, { visitors, fairUse }));
  app.route("/", statusRoutes(dependencies, { visitors, fairUse }));
  app.route("/", callbackRoutes(dependencies, { streams, visitors }));
  app.route("/", killSwitchRoutes(dependencies, { tally, visitors, fairUse }));
  app.use(fileShares(dependencies, visitors, fairUse));
  app.route("/", uploadRoutes(dependencies, tally));
  app.route("/", suppressionUploadRoutes(dependencies, tally));
  app.route("/", exportRoutes(dependencies, tally));
  app.route("/", audienceExportRoutes(dependencies, tally));
  app.route("/", auditExportRoutes(dependencies, tally));
  app.route("/", listRoutes(dependencies, tally));
  app.route("/", runbookRoutes(dependencies, visitors));
  app.route("/", clientRoutes(clientFolder));
  app.notFound((c) =>
    c.json({ error: "This address does not exist, or does not support this method." }, 404),
  );
  app.onError((error, c) => {
    if (error instanceof TRPCError && error.code !== "INTERNAL_SERVER_ERROR") {
      const status = getHTTPStatusCodeFromError(error) as ContentfulStatusCode;
      return c.json({ error: error.message }, status, status === 429 ? retryAfterHeader(error) : {});
    }
    const requestId = c.get("requestId");
    metrics.tally.failedWith(error);
    log.error({ error, requestId }, "A request failed");
    return c.json({ error: `Something went wrong on our side (request ${requestId}).` }, 500);
  });
  return app;
}
