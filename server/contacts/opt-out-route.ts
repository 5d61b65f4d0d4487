import { findLinkOwner, optOutByLink } from "@smscrm/db/contacts/opt-out-links";
import { type Context, Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import type { FairUse } from "../fair-use/fair-use.ts";
import type { Visitors } from "../users/visitor.ts";
import { languageFor, type OptOutPage, optOutPage } from "./opt-out-page.ts";

/**
 * Serves the recipients' opt-out links, without a session. The link alone changes nothing: phones and carriers open
 * links to preview them. Only the page's button does. It leads nowhere else. Each network has its share of requests,
 * and an invalid link is answered alike whatever is wrong with it.
 */
export function optOutRoutes(
  { pipeline }: Pick<Dependencies, "pipeline">,
  { visitors, fairUse }: { visitors: Visitors; fairUse: FairUse },
): Hono {
  const routes = new Hono();

  const answer = (c: Context, page: OptOutPage) => {
    c.header("x-robots-tag", "noindex");
    const html = optOutPage(page, languageFor(c.req.header("accept-language")));
    return c.html(html, page.kind === "unknown" ? 404 : 200);
  };

  const inTurn = (c: Context, work: () => Promise<Response>) =>
    fairUse.inTurn({ token: null, address: visitors.visitorOf(c).address }, work);

  routes.get("/o/:token", (c) =>
    inTurn(c, async () => {
      const owner = await findLinkOwner(pipeline, tokenOf(c));
      if (!owner) return answer(c, { kind: "unknown" });
      return answer(c, { kind: owner.isOptedOut ? "done" : "ask", name: owner.tenantName });
    }),
  );

  routes.post("/o/:token", (c) =>
    inTurn(c, async () => {
      const owner = await findLinkOwner(pipeline, tokenOf(c));
      if (!owner) return answer(c, { kind: "unknown" });
      await optOutByLink(pipeline, owner);
      return answer(c, { kind: "done", name: owner.tenantName });
    }),
  );

  return routes;
}

/** Some phones take the sign after a link, such as a full stop, into it. */
const tokenOf = (c: Context) => (c.req.param("token") ?? "").replace(/[^0-9A-Za-z]+$/, "");
