import { readServiceLevel } from "@smscrm/db/reports/service";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import type { FairUse } from "../fair-use/fair-use.ts";
import type { Visitors } from "../users/visitor.ts";
import { statusPage } from "./status-page.ts";

/** A page is made again after this time, however many ask. */
const KEPT_MS = 60_000;

/** Serves the public page about the service, without a session. It exists only where PUBLIC_STATUS_PAGE is on. */
export function statusRoutes(
  { pipeline, publicStatusPage }: Pick<Dependencies, "pipeline" | "publicStatusPage">,
  { visitors, fairUse }: { visitors: Visitors; fairUse: FairUse },
): Hono {
  const routes = new Hono();
  let kept: { page: Promise<string>; at: number } | null = null;
  const page = () => {
    if (kept && Date.now() - kept.at < KEPT_MS) return kept.page;
    const made = readServiceLevel(pipeline).then(statusPage);
    kept = { page: made, at: Date.now() };
    // What failed is not kept.
    made.catch(() => {
      kept = null;
    });
    return made;
  };
  routes.get("/status", async (c) => {
    if (!publicStatusPage) return c.notFound();
    return fairUse.inTurn({ token: null, address: visitors.visitorOf(c).address }, async () => {
      const html = await page();
      c.header("cache-control", `public, max-age=${KEPT_MS / 1_000}`);
      return c.html(html);
    });
  });
  return routes;
}
