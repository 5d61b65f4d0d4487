import type { TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Hono, type Context as HonoContext } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Dependencies } from "./dependencies.ts";
import { createFairQueue } from "./fair-queue.ts";
import { type Asked, type Charge, type FairUse, isRefusal, retryAfterHeader } from "./fair-use/fair-use.ts";
import { inputLimits, receiveInput } from "./http/input-limits.ts";
import { tooMany } from "./http/refusals.ts";
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
/** How many calls of one batch may use the database at once. The dashboard's pages ask for two to four things. */
const CALLS_AT_ONCE = 2;

/** Calls that stop sending. Their session is looked up on connections that nothing else of the server can block. */
const STOPS = /^\/trpc\/(.*,)?(killSwitch\.(pause|resume)|campaigns\.pause)(,|$)/;
/** Streams, whose work goes on after the answer has begun. */
const STREAMS = /^\/trpc\/(live\.follow|campaigns\.live|imports\.live)$/;
const STREAM_COST_MS = 50;
/** Its bytes arrive, although nobody reads them. */
const OVERSIZED_COST_MS = 20;
/** The unread rest of a body must not be parsed as the next request. */
const CLOSE = { connection: "close" };

type Variables = RequestVariables & { Variables: { charge: Charge } };
type Shared = Pick<Context, "liveCampaigns" | "typing" | "streams" | "tally" | "lookUps"> & {
  visitors: Visitors;
  fairUse: FairUse;
};

/** Serves all procedures for the dashboard and internal tools. */
export function trpcRoutes(
  dependencies: Dependencies,
  { visitors, fairUse, ...shared }: Shared,
): Hono<RequestVariables> {
  const { database, urgent, publicUrl, log, metrics } = dependencies;
  const routes = new Hono<Variables>();
  const askedBy = (c: HonoContext): Asked => ({
    token: sessionTokenOf(c.req.raw.headers, publicUrl),
    address: visitors.visitorOf(c).address,
    isStop: STOPS.test(c.req.path),
    costMs: STREAMS.test(c.req.path) ? STREAM_COST_MS : undefined,
    signal: c.req.raw.signal,
  });

  routes.use(
    bodyLimit({
      maxSize: BYTES_MAX,
      onError: async (c) => {
        await fairUse.inTurn({ ...askedBy(c), costMs: OVERSIZED_COST_MS }, async () => {});
        return c.json({ error: "The request is larger than 256 kB. Send less at once." }, 413, CLOSE);
      },
    }),
  );
  routes.use(receiveInput);
  routes.use(async (c, next) => {
    try {
      await fairUse.inTurn(askedBy(c), (charge) => {
        c.set("charge", charge);
        return next();
      });
    } catch (error) {
      if (isRefusal(error)) return answer(c, () => Promise.reject(error));
      if (c.req.raw.signal.aborted) return c.body(null, 408);
      throw error;
    }
  });
  routes.use(inputLimits);
  routes.all("/*", (c) => answer(c, (resHeaders) => contextOf(c, resHeaders)));

  async function contextOf(c: HonoContext<Variables>, resHeaders: Headers): Promise<Context> {
    const token = sessionTokenOf(c.req.raw.headers, publicUrl);
    const session = STOPS.test(c.req.path)
      ? await readSession(urgent, token, { touch: false })
      : await readSession(database, token);
    fairUse.learn(token, session);
    return {
      dependencies,
      requestId: c.get("requestId"),
      session,
      pendingToken: pendingTokenOf(c.req.header("cookie"), publicUrl),
      linkToken: flowTokenOf("sso_link", c.req.header("cookie"), publicUrl),
      visitor: visitors.visitorOf(c),
      sameOrigin: isSameOrigin(c.req.raw.headers, publicUrl),
      setCookie: (value) => resHeaders.append("set-cookie", value),
      charge: c.get("charge"),
      isBeside: fairUse.isBeside,
      callsInTurn: createCallQueue(),
      ...shared,
    };
  }

  function answer(
    c: HonoContext<Variables>,
    createContext: (resHeaders: Headers) => Promise<Context>,
  ): Promise<Response> {
    const requestId = c.get("requestId");
    return fetchRequestHandler({
      endpoint: "/trpc",
      req: c.req.raw,
      router: appRouter,
      // Reads may come by POST: what is searched for (names, numbers) then stands in no address. Changes never come by GET.
      allowMethodOverride: true,
      maxBatchSize: CALLS_MAX,
      createContext: ({ resHeaders }) => createContext(resHeaders),
      responseMeta: ({ errors }) => ({ headers: retryAfterOf(errors) }),
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
  }
  return routes as unknown as Hono<RequestVariables>;
}

function retryAfterOf(errors: readonly TRPCError[]): Record<string, string> {
  const refusal = errors.find(({ code }) => code === "TOO_MANY_REQUESTS");
  return refusal ? retryAfterHeader(refusal) : {};
}

/** The calls of one batch share a few places, so that a batch is no way around the limits of a person. */
function createCallQueue(): Context["callsInTurn"] {
  const inTurn = createFairQueue({
    ...{
      atOnce: CALLS_AT_ONCE,
      atOncePerKey: CALLS_AT_ONCE,
      waitingPerKeyMax: CALLS_MAX,
      waitLimitMs: 60_000,
    },
    refusal: () => tooMany("This batch took too long. Ask for less at once."),
  });
  return (work) => inTurn("batch", work);
}
