import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Dependencies } from "./dependencies.ts";
import type { Progress } from "./live/progress.ts";
import { createWatch } from "./live/watch.ts";
import { type RequestVariables, requestLog } from "./request-log.ts";
import { clientRoutes } from "./routes/client.ts";
import { exportRoutes } from "./routes/exports.ts";
import { healthRoutes } from "./routes/health.ts";
import { killSwitchRoutes } from "./routes/kill-switch.ts";
import { runbookRoutes } from "./routes/runbook.ts";
import { trpcRoutes } from "./routes/trpc.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

/** All that the server answers, on one screen. Opens nothing: it is handed what is open. */
export function createApp(dependencies: Dependencies): Hono<RequestVariables> {
  const { log, metrics, publicUrl, clientFolder } = dependencies;
  const liveCampaigns = createWatch<Progress>((change) => metrics.liveStreams.inc(change));
  const app = new Hono<RequestVariables>();
  app.use(requestLog(dependencies));
  // Before the headers: they are for browsers, and the carrier is answered thousands of times a second with nothing.
  app.route("/webhooks/twilio", webhookRoutes(dependencies));
  app.use(headers(publicUrl));
  app.route("/", healthRoutes(dependencies));
  app.route("/trpc", trpcRoutes(dependencies, liveCampaigns));
  app.route("/", killSwitchRoutes(dependencies));
  app.route("/", uploadRoutes(dependencies));
  app.route("/", exportRoutes(dependencies));
  app.route("/", runbookRoutes());
  app.route("/", clientRoutes(clientFolder));
  app.notFound((c) => c.json({ error: "There is nothing at this address for this method." }, 404));
  app.onError((error, c) => {
    const requestId = c.get("requestId");
    metrics.tally.failedWith(error);
    log.error({ error, requestId }, "A request failed");
    return c.json({ error: `Something went wrong on our side (request ${requestId}).` }, 500);
  });
  return app;
}

/** Only our own scripts run, nobody frames us, and nothing is sent elsewhere. Styles are also set by the chart library. */
function headers(publicUrl: string) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
    strictTransportSecurity: publicUrl.startsWith("https:") ? "max-age=31536000" : false,
    crossOriginOpenerPolicy: "same-origin",
  });
}
