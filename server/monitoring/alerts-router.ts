import { RUNBOOK } from "@smscrm/core/alerts/notification";
import { alertRule } from "@smscrm/core/alerts/rules";
import {
  type AlertRow,
  countOpenAlerts,
  listOpenAlerts,
  listPastAlerts,
} from "@smscrm/db/monitoring/alert-list";
import { page } from "../http/inputs.ts";
import { allowed, router } from "../trpc.ts";

export interface AlertView extends AlertRow {
  title: string;
  /** What to do first, and where to read more. */
  advice: string;
  runbook: string;
  section: string;
}

function viewOf(row: AlertRow): AlertView {
  const { title, advice, section } = alertRule(row.rule);
  return { ...row, title, advice, section, runbook: RUNBOOK };
}

export const alerts = router({
  open: allowed("alerts.read").query(async ({ ctx }): Promise<AlertView[]> => {
    const rows = await ctx.inTenant((tx) => listOpenAlerts(tx, ctx.tenantId));
    return rows.map(viewOf);
  }),
  past: allowed("alerts.read")
    .input(page)
    .query(async ({ ctx, input }) => {
      const { items, nextCursor } = await ctx.inTenant((tx) => listPastAlerts(tx, ctx.tenantId, input));
      return { items: items.map(viewOf), nextCursor };
    }),
  /** The number of alerts that need someone to act, for the menu. */
  count: allowed("alerts.read").query(({ ctx }) => ctx.inTenant((tx) => countOpenAlerts(tx, ctx.tenantId))),
});
