import { recordAudit } from "@smscrm/db/audit/audit";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import type { Cell } from "../http/files/xlsx-file.ts";
import { listFile } from "../http/list-file.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { fileTaker } from "../users/roles/file-taker.ts";
import { maskRow, readInput, seesMasked } from "../users/roles/masked-numbers.ts";
import type { Session } from "../users/session.ts";
import { guardRefusal } from "../users/session-guard.ts";
import { askedList, readListPath } from "./asked-list.ts";
import { LISTS, openList } from "./lists.ts";

const ROWS_PER_READ = 1_000;

/** Serves any list as a file, with the filter of its page, a page at a time. The audit log records who took it. */
export function listRoutes(needs: Pick<Dependencies, "database" | "publicUrl">, tally: AuditTally): Hono {
  const { database } = needs;
  const routes = new Hono();
  routes.get("/exports/:file", async (c) => {
    const { session, refusal } = await fileTaker(needs, tally, c.req.raw.headers, {
      ...{ action: "contacts.export", taken: "list.export" },
    });
    if (refusal) return c.json({ error: refusal.error }, refusal.status);
    const path = readListPath(c.req.param("file"), c.req.query("filter"));
    const asked = path && askedList.safeParse(readInput(session, path).input);
    if (!asked?.success) return c.json({ error: NO_LIST }, 400);
    const { list: name, format, filter } = asked.data;
    const list = LISTS[name];
    const unseen = guardRefusal(session, list.action);
    if (unseen) return c.json({ error: unseen.error }, unseen.status);
    const tenantId = session.tenant.id;
    const { header, read } = await database.asTenant(tenantId, async (tx) => {
      const opened = await openList(tx, session, name, filter);
      await recordAudit(tx, {
        ...{
          tenantId,
          actorId: session.userId,
          action: "list.export",
          objectKind: "tenant",
          objectId: tenantId,
        },
        detail: { list: name, format, ...withoutWords(filter ?? {}) },
      });
      return opened;
    });
    const day = new Date().toISOString().slice(0, 10);
    const file = {
      ...{ format, header, name: `${session.tenant.name} ${list.name} ${day}` },
      plainName: `${name}-${day}`,
    };
    return listFile(file, async (cursor) => {
      const page = await database.asTenant(tenantId, (tx) => read(tx, cursor, ROWS_PER_READ));
      return {
        rows: page.items.map((row) => {
          const cells = Object.fromEntries(header.map((column) => [column, cellOf(row[column])]));
          const seen = maskedFor(session, cells);
          return header.map((column) => seen[column]!);
        }),
        next: page.nextCursor,
      };
    });
  });
  return routes;
}

const NO_LIST =
  "This address names no list, or its filter isn't valid. Choose the filter on the list's page and export again.";

const maskedFor = (session: Session, cells: Record<string, Cell>) =>
  seesMasked(session) ? maskRow(session, cells) : cells;

function cellOf(value: Cell | Date | boolean | null | undefined): Cell {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value ?? "";
}

/** The log can't be changed: what was typed, which may be a person's name or number, stays out of it. */
function withoutWords({ search, field, ...filter }: Record<string, unknown>): Record<string, unknown> {
  return { ...filter, ...((search !== undefined || field !== undefined) && { searched: true }) };
}
