import { type Action, may } from "@smscrm/core/roles";
import { type Context, Hono } from "hono";
import { isSameOrigin } from "../auth/same-origin.ts";
import { readSession, type Session } from "../auth/session.ts";
import type { Dependencies } from "../dependencies.ts";
import { pauseTenant, resumeTenant } from "../kill-switch.ts";

/** The operators' runbook: `curl -X POST …/tenants/<id>/pause -H "Cookie: session_id=…"`. */
export function killSwitchRoutes({ database, publicUrl }: Dependencies): Hono {
  const routes = new Hono();

  async function sessionFor(c: Context, action: Action): Promise<Session | Response> {
    if (!isSameOrigin(c.req.raw.headers, publicUrl)) {
      return c.json({ error: "This request came from another site." }, 403);
    }
    const session = await readSession(database, c.req.raw.headers);
    if (!session) return c.json({ error: "Sign in, and send the cookie session_id." }, 401);
    if (session.tenant.id !== c.req.param("id")?.toLowerCase()) {
      return c.json({ error: "This session belongs to no such tenant. Sign in to it first." }, 404);
    }
    if (may(session.role, action)) return session;
    return c.json({ error: `Your role (${session.role}) does not allow this. Ask an owner.` }, 403);
  }

  routes.post("/tenants/:id/pause", async (c) => {
    const session = await sessionFor(c, "killSwitch.pause");
    return session instanceof Response ? session : c.json(await pauseTenant(database, session, null));
  });

  routes.post("/tenants/:id/resume", async (c) => {
    const session = await sessionFor(c, "killSwitch.resume");
    return session instanceof Response ? session : c.json(await resumeTenant(database, session));
  });

  // Without -X POST, curl would be answered with the dashboard's page and a 200, and somebody think that it is stopped.
  routes.on(["GET", "PUT", "PATCH", "DELETE"], ["/tenants/:id/pause", "/tenants/:id/resume"], (c) =>
    c.json({ error: "Nothing was changed: use POST (curl -X POST)." }, 405, { allow: "POST" }),
  );

  return routes;
}
