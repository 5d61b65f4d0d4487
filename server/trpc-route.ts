import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Dependencies } from "./dependencies.ts";
import { inputLimits } from "./http/input-limits.ts";
import type { RequestVariables } from "./http/request-log.ts";
import { isSameOrigin } from "./http/same-origin.ts";
import { appRouter } from "./router.ts";
import type { Context } from "./trpc.ts";
import { noteRefusal } from "./users/refused-access.ts";
import { pendingTokenOf } from "./users/second-factor/pending-cookie.ts";
import { readSession } from "./users/session.ts";
import { sessionTokenOf } from "./users/session-token.ts";
import { flowTokenOf } from "./users/single-sign-on/flow-cookie.ts";
import type { Visitors } from "./users/visitor.ts";

const BYTES_MAX = 256 * 1024;
const CALLS_MAX = 20;

/** Calls that stop sending. Their session is looked up on connections that nothing else of the server can block. */
const STOPS = /^\/trpc\/(.*,)?(killSwitch\.(pause|resume)|campaigns\.pause)(,|$)/;

/** Serves all procedures for the dashboard and internal tools. */
export function trpcRoutes(
  dependencies: Dependencies,
  {
    visitors,
    ...shared
  }: Pick<Context, "liveCampaigns" | "streams" | "tally" | "lookUps"> & { visitors: Visitors },
): Hono<RequestVariables> {
  const { database, urgent, publicUrl, log, metrics } = dependencies;
  const routes = new Hono<RequestVariables>();
  routes.use(
    bodyLimit({
      maxSize: BYTES_MAX,
      onError: (c) => c.json({ error: "The request is larger than 256 kB. Send less at once." }, 413),
    }),
  );
  routes.use(inputLimits);
  routes.all("/*", (c) => {
    const requestId = c.get("requestId");
    const token = sessionTokenOf(c.req.raw.headers, publicUrl);
    return fetchRequestHandler({
      endpoint: "/trpc",
      req: c.req.raw,
      router: appRouter,
      // Reads may come by POST: what is searched for (names, numbers) then stands in no address. Changes never come by GET.
      allowMethodOverride: true,
      maxBatchSize: CALLS_MAX,
      createContext: async ({ resHeaders }): Promise<Context> => ({
        dependencies,
        requestId,
        session: STOPS.test(c.req.path)
          ? await readSession(urgent, token, { touch: false })
          : await readSession(database, token),
        pendingToken: pendingTokenOf(c.req.header("cookie"), publicUrl),
        linkToken: flowTokenOf("sso_link", c.req.header("cookie"), publicUrl),
        visitor: visitors.visitorOf(c),
        sameOrigin: isSameOrigin(c.req.raw.headers, publicUrl),
        setCookie: (value) => resHeaders.append("set-cookie", value),
        ...shared,
      }),
      // Errors that a person caused are answered, not logged. Our own are logged in full.
      onError: ({ error, path, ctx }) => {
        if (error.code === "FORBIDDEN" && ctx?.session) {
          void noteRefusal(shared.tally, ctx.session, path ?? "unknown");
        }
        if (error.code === "INTERNAL_SERVER_ERROR") {
          metrics.tally.failedWith(error.cause ?? error);
          log.error({ error: error.cause ?? error, requestId, procedure: path }, "A procedure failed");
        }
      },
    });
  });
  return routes;
}
