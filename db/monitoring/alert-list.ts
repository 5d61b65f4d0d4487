import { and, desc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { alerts } from "../schema/index.ts";

export interface AlertRow {
  id: string;
  rule: (typeof alerts.$inferSelect)["rule"];
  severity: (typeof alerts.$inferSelect)["severity"];
  /** True for alerts of the whole system, not of this tenant alone. */
  systemWide: boolean;
  object: string;
  summary: string;
  since: Date;
  openedAt: Date | null;
  resolvedAt: Date | null;
  channel: (typeof alerts.$inferSelect)["channel"];
  notifiedAt: Date | null;
  notifyProblem: string | null;
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
  notifiedAt: alerts.openNotifiedAt,
  notifyProblem: alerts.notifyProblem,
};

/** A tenant sees its own alerts and those of the whole system. */
const concerns = (tenantId: string) => or(eq(alerts.tenantId, tenantId), isNull(alerts.tenantId));

/** Sorts by severity: alerts that page someone come first. */
const WORST_FIRST = sql`array_position(array['critical', 'warning', 'info'], ${alerts.severity})`;

const OPEN_ALERTS_MAX = 200;

export function listOpenAlerts(tx: TenantTransaction, tenantId: string): Promise<AlertRow[]> {
  return tx
    .select(SHOWN)
    .from(alerts)
    .where(and(concerns(tenantId), sql`${alerts.state} <> 'resolved'`, eq(alerts.state, "open")))
    .orderBy(WORST_FIRST, desc(alerts.id))
    .limit(OPEN_ALERTS_MAX);
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

/** Counts open alerts that need someone to act. */
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
