import { and, desc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { type Page, type PageRequest, pageOf } from "./page.ts";
import { alerts } from "./schema/index.ts";

export interface AlertRow {
  id: string;
  rule: (typeof alerts.$inferSelect)["rule"];
  severity: (typeof alerts.$inferSelect)["severity"];
  /** True where it is about the whole system and not this tenant alone. */
  systemWide: boolean;
  object: string;
  summary: string;
  since: Date;
  openedAt: Date | null;
  resolvedAt: Date | null;
  channel: (typeof alerts.$inferSelect)["channel"];
  toldAt: Date | null;
  tellProblem: string | null;
}

const SHOWN = {
  id: alerts.id,
  rule: alerts.rule,
  severity: alerts.severity,
  systemWide: sql<boolean>`${alerts.tenantId} is null`,
  object: alerts.object,
  summary: alerts.summary,
  since: alerts.since,
  openedAt: alerts.openedAt,
  resolvedAt: alerts.resolvedAt,
  channel: alerts.channel,
  toldAt: alerts.openToldAt,
  tellProblem: alerts.tellProblem,
};

/** A tenant is concerned by its own and by the whole system's. */
const concerns = (tenantId: string) => or(eq(alerts.tenantId, tenantId), isNull(alerts.tenantId));

/** What worse: those that somebody is paged for first. */
const WORST_FIRST = sql`array_position(array['critical', 'warning', 'info'], ${alerts.severity})`;

const MOST_OPEN = 200;

export function listOpenAlerts(tx: TenantTransaction, tenantId: string): Promise<AlertRow[]> {
  return tx
    .select(SHOWN)
    .from(alerts)
    .where(and(concerns(tenantId), sql`${alerts.state} <> 'resolved'`, eq(alerts.state, "open")))
    .orderBy(WORST_FIRST, desc(alerts.id))
    .limit(MOST_OPEN);
}

export async function listPastAlerts(
  tx: TenantTransaction,
  tenantId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<AlertRow>> {
  const rows = await tx
    .select(SHOWN)
    .from(alerts)
    .where(and(concerns(tenantId), eq(alerts.state, "resolved"), cursor ? lt(alerts.id, cursor) : undefined))
    .orderBy(desc(alerts.id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}

/** Open ones that want somebody to act. */
export async function countOpenAlerts(
  tx: TenantTransaction,
  tenantId: string,
): Promise<{ critical: number; warning: number }> {
  const rows = await tx
    .select({ severity: alerts.severity, count: sql<number>`count(*)::int` })
    .from(alerts)
    .where(
      and(
        concerns(tenantId),
        sql`${alerts.state} <> 'resolved'`,
        eq(alerts.state, "open"),
        inArray(alerts.severity, ["critical", "warning"]),
      ),
    )
    .groupBy(alerts.severity);
  const of = (severity: string) => rows.find((row) => row.severity === severity)?.count ?? 0;
  return { critical: of("critical"), warning: of("warning") };
}
