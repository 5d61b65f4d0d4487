import type { BudgetStatus } from "@smscrm/core/price/budget";
import { type OpenZones, openZones } from "@smscrm/core/time/open-zones";
import { type CampaignRow, countDrafts, listActiveCampaigns } from "@smscrm/db/campaigns/campaigns";
import { readRecentThroughput, type ThroughputPoint } from "@smscrm/db/campaigns/throughput";
import { unansweredImports } from "@smscrm/db/imports/imports";
import { countInbox, type InboxCounts } from "@smscrm/db/inbox/inbox";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import { listWorkers } from "@smscrm/db/postgres/system";
import { listNumbers } from "@smscrm/db/senders/numbers";
import { readToday, type Today } from "@smscrm/db/tenants/home";
import { readKillSwitch, type Stopped } from "@smscrm/db/tenants/kill-switch";
import { readBudget, readSettings } from "@smscrm/db/tenants/settings";
import { readWaitingApprovals, type WaitingApprovals } from "../campaigns/approvals/waiting-approvals.ts";
import { type QueueState, queueState } from "../monitoring/queue-state.ts";
import { allowed, router } from "../trpc.ts";

export interface Summary {
  paused: Stopped | null;
  /** Scheduled, running or paused campaigns. */
  running: CampaignRow[];
  drafts: number;
  /** Launches that wait for this member. */
  approvals: WaitingApprovals;
  /** Uploaded files that wait for a member's answers. */
  imports: { count: number; newestId: string | null };
  today: Today;
  /** Submissions of the last hour, by the minute. */
  pace: ThroughputPoint[];
  inbox: InboxCounts;
  budget: BudgetStatus;
  zones: OpenZones[];
  queue: QueueState;
  at: Date;
}

export const home = router({
  /** Returns the current activity for one screen. */
  summary: allowed("campaigns.read").query(async ({ ctx }): Promise<Summary> => {
    const workers = await ctx.dependencies.overview(ctx.tenantId, listWorkers);
    return ctx.inTenant(async (tx) => {
      const { tenantId } = ctx;
      const killSwitch = await readKillSwitch(tx, tenantId);
      const settings = await readSettings(tx, tenantId);
      const numbers = await listNumbers(tx, tenantId, settings.timezone);
      const at = new Date();
      return {
        paused: killSwitch.pausedAt ? killSwitch : null,
        running: await listActiveCampaigns(tx, tenantId),
        drafts: await countDrafts(tx, tenantId),
        approvals: await readWaitingApprovals(tx, ctx),
        imports: await unansweredImports(tx, tenantId),
        today: await readToday(tx, tenantId),
        pace: await readRecentThroughput(tx, tenantId),
        inbox: await countInbox(tx, { tenantId, userId: ctx.session.userId }),
        budget: await readBudget(tx, tenantId),
        zones: openZones(
          numbers,
          { ...settings, sendingHoursLimit: settings.limits.sendingHours, book: await readRuleBook(tx) },
          at,
        ),
        queue: queueState(workers),
        at,
      };
    });
  }),
});
