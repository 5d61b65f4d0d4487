import type { Action } from "@smscrm/core/process/roles";
import { needsProof } from "@smscrm/core/process/second-factor";
import { type Context, Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import type { FairUse } from "../fair-use/fair-use.ts";
import { FROM_ANOTHER_SITE, isSameOrigin } from "../http/same-origin.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { noteRefusal } from "../users/refused-access.ts";
import { readSession, type Session } from "../users/session.ts";
import { guardRefusal, proofRefusal } from "../users/session-guard.ts";
import { programTokenOf } from "../users/session-token.ts";
import type { Visitors } from "../users/visitor.ts";
import { pauseTenant, resumeTenant } from "./kill-switch.ts";

/** Serves the runbook's command: `curl -X POST …/tenants/<id>/pause -H "Cookie: session_id=…"`. */
export function killSwitchRoutes(
  dependencies: Dependencies,
  { tally, visitors, fairUse }: { tally: AuditTally; visitors: Visitors; fairUse: FairUse },
): Hono {
  const { urgent, publicUrl } = dependencies;
  const routes = new Hono();

  async function sessionFor(c: Context, action: Action): Promise<Session | Response> {
    if (!isSameOrigin(c.req.raw.headers, publicUrl)) {
      return c.json({ error: FROM_ANOTHER_SITE }, 403);
    }
    const session = await readSession(urgent, programTokenOf(c.req.raw.headers, publicUrl), {
      touch: false,
    });
    fairUse.learn(programTokenOf(c.req.raw.headers, publicUrl), session);
    if (!session) return c.json({ error: "Sign in, and send the cookie session_id." }, 401);
    if (session.tenant.id !== c.req.param("id")?.toLowerCase()) {
      return c.json({ error: "This session does not belong to this tenant. Sign in to it first." }, 404);
    }
    const refusal = guardRefusal(session, action);
    if (refusal) {
      void noteRefusal(tally, session, action);
      return c.json({ error: refusal.error }, refusal.status);
    }
    const unproven = needsProof(action) === "always" ? proofRefusal(session) : null;
    return unproven ? c.json({ error: unproven.error }, unproven.status) : session;
  }

  /** Stops have a share of their own. A flood of them uses up only its own sender's. */
  const inTurn = (c: Context, work: () => Promise<Response>) => {
    const token = programTokenOf(c.req.raw.headers, publicUrl);
    return fairUse.inTurn({ token, address: visitors.visitorOf(c).address, isStop: true }, work);
  };

  routes.post("/tenants/:id/pause", (c) =>
    inTurn(c, async () => {
      const session = await sessionFor(c, "killSwitch.pause");
      return session instanceof Response ? session : c.json(await pauseTenant(dependencies, session, null));
    }),
  );

  routes.post("/tenants/:id/resume", (c) =>
    inTurn(c, async () => {
      const session = await sessionFor(c, "killSwitch.resume");
      return session instanceof Response ? session : c.json(await resumeTenant(dependencies, session));
    }),
  );

  // Without -X POST, curl would get the dashboard's page with a 200, and the operator would believe that sending is
  // paused.
  routes.on(["GET", "PUT", "PATCH", "DELETE"], ["/tenants/:id/pause", "/tenants/:id/resume"], (c) =>
    c.json({ error: "Nothing was changed: use POST (curl -X POST)." }, 405, { allow: "POST" }),
  );

  return routes;
}
