import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { isSameOrigin } from "../auth/same-origin.ts";
import { readSession } from "../auth/session.ts";
import type { Dependencies } from "../dependencies.ts";
import type { LiveCampaigns } from "../live/campaigns.ts";
import type { RequestVariables } from "../request-log.ts";
import { appRouter } from "../router.ts";
import type { Context } from "../trpc.ts";
import { visitorOf } from "../visitor.ts";

const MOST_BYTES = 256 * 1024;
const MOST_CALLS = 20;

/** Everything that the dashboard and internal tools call. */
export function trpcRoutes(dependencies: Dependencies, liveCampaigns: LiveCampaigns): Hono<RequestVariables> {
  const { database, publicUrl, log, metrics } = dependencies;
  const routes = new Hono<RequestVariables>();
  routes.use(
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: (c) => c.json({ error: "A request has at most 256 kB." }, 413),
    }),
  );
  routes.all("/*", (c) => {
    const requestId = c.get("requestId");
    return fetchRequestHandler({
      endpoint: "/trpc",
      req: c.req.raw,
      router: appRouter,
      maxBatchSize: MOST_CALLS,
      createContext: async ({ resHeaders }): Promise<Context> => ({
        dependencies,
        requestId,
        session: await readSession(database, c.req.raw.headers),
        visitor: visitorOf(c),
        sameOrigin: isSameOrigin(c.req.raw.headers, publicUrl),
        setCookie: (value) => resHeaders.append("set-cookie", value),
        liveCampaigns,
      }),
      // What a person has caused is answered, not logged; what we have caused is logged whole.
      onError: ({ error, path }) => {
        if (error.code === "INTERNAL_SERVER_ERROR") {
          metrics.tally.failedWith(error.cause ?? error);
          log.error({ error: error.cause ?? error, requestId, procedure: path }, "A procedure failed");
        }
      },
    });
  });
  return routes;
}
