import { readLinkCode } from "@smscrm/core/links/short-link";
import { deviceOf, isClick } from "@smscrm/core/links/visitor";
import { hasDomainToken } from "@smscrm/db/links/clicks";
import { type Context, Hono } from "hono";
import { isbot } from "isbot";
import type { Dependencies } from "../dependencies.ts";
import type { FairUse } from "../fair-use/fair-use.ts";
import type { Visitors } from "../users/visitor.ts";
import { createDestinations } from "./destinations.ts";
import { domainAnswer } from "./domain-check.ts";
import { type LinkPage, linkPage } from "./link-page.ts";

const STATUS = { unknown: 404, expired: 410, later: 503 } as const satisfies Record<LinkPage, number>;
const RETRY_SECONDS = 3;
/** As ours are: what could be none is not looked up. */
const TOKEN = /^[\w-]{8,64}$/;
/** A browser's own text is shorter. */
const USER_AGENT_MAX = 500;

/**
 * Serves the short links in texts, without a session: at the server's own address and at the tenants' domains. It leads only
 * where an author's text led when the campaign was launched and the tenant still allows it. Counting comes after the answer.
 */
export function linkRoutes(
  { pipeline, clicks }: Pick<Dependencies, "pipeline" | "clicks">,
  { visitors, fairUse }: { visitors: Visitors; fairUse: FairUse },
): Hono {
  const routes = new Hono();
  const destinations = createDestinations(pipeline);

  const page = (c: Context, kind: LinkPage) => {
    if (kind === "later") {
      c.header("retry-after", String(RETRY_SECONDS));
      c.header("refresh", String(RETRY_SECONDS));
    }
    return c.html(linkPage(kind), STATUS[kind]);
  };

  routes.use("/l/*", async (c, next) => {
    await next();
    c.header("x-robots-tag", "noindex, nofollow");
  });

  // What proves that a domain leads here. It answers only for the domain that it is asked at.
  routes.get("/l/check/:token", (c) =>
    fairUse.inTurn({ token: null, address: visitors.visitorOf(c).address }, async () => {
      const token = c.req.param("token");
      return TOKEN.test(token) && (await hasDomainToken(pipeline, hostOf(c), token))
        ? c.text(domainAnswer(token))
        : page(c, "unknown");
    }),
  );

  routes.get("/l/:code", async (c) => {
    const read = readLinkCode(c.req.param("code"));
    if (!read) return page(c, "unknown");
    const at = new Date();
    const find = () => destinations.leadsTo(read.code, hostOf(c), at);
    // Thousands of phones share a carrier's address, so only what has to be looked up takes from a network's share.
    const led = destinations.isKept(read.code, hostOf(c))
      ? await find()
      : await fairUse.inTurn({ token: null, address: visitors.visitorOf(c).address }, find);
    if (led === "away") return page(c, "later");
    if (typeof led === "string") return page(c, led);
    const userAgent = c.req.header("user-agent")?.slice(0, USER_AGENT_MAX) ?? null;
    const { method } = c.req.raw;
    if (!isbot(userAgent) && isClick({ method, userAgent, header: (name) => c.req.header(name) }))
      clicks.add({ ...read, device: deviceOf(userAgent ?? ""), at });
    return c.redirect(led.to, 302);
  });

  return routes;
}

/** The host that was asked, without its port. */
const hostOf = (c: Context): string =>
  (c.req.header("host") ?? "").toLowerCase().replace(/:\d+$/, "").slice(0, 253);
