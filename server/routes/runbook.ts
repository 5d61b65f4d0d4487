import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { RUNBOOK } from "@smscrm/core/alerts/notification";
import { Hono } from "hono";

/** The operators' runbook as it belongs to this version, for the links of alerts. It holds no secret and no figure. */
export function runbookRoutes(): Hono {
  const file = fileURLToPath(new URL(`../../${RUNBOOK}`, import.meta.url));
  const routes = new Hono();
  routes.get("/runbook.md", async (c) => {
    const text = await readFile(file, "utf8").catch(() => null);
    if (text === null) return c.text(`This copy of the program came without ${RUNBOOK}.\n`, 404);
    return c.text(text);
  });
  return routes;
}
