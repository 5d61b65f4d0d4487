import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { RUNBOOK } from "@smscrm/core/alerts/notification";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import { readSession } from "../users/session.ts";
import { sessionTokenOf } from "../users/session-token.ts";
import type { Visitors } from "../users/visitor.ts";

/**
 * Serves this version's operations runbook for the links of alerts. It contains no secrets and no figures, but it describes the
 * system, so it is for members and operators only.
 */
export function runbookRoutes(
  { database, publicUrl }: Pick<Dependencies, "database" | "publicUrl">,
  { isInspection }: Visitors,
): Hono {
  const file = fileURLToPath(new URL(`../../${RUNBOOK}`, import.meta.url));
  const routes = new Hono();
  routes.get("/runbook.md", async (c) => {
    const token = sessionTokenOf(c.req.raw.headers, publicUrl);
    if (!isInspection(c) && !(await readSession(database, token, { touch: false }))) {
      return c.text("Sign in to the dashboard first, then open this page again.\n", 401);
    }
    const text = await readFile(file, "utf8").catch(() => null);
    if (text === null) return c.text(`This copy of the program came without ${RUNBOOK}.\n`, 404);
    return c.text(text);
  });
  return routes;
}
