import { type CampaignRow, countDrafts, listActiveCampaigns } from "@smscrm/db/campaigns";
import { readToday, type Today } from "@smscrm/db/home";
import { countInbox, type InboxCounts } from "@smscrm/db/inbox";
import { readKillSwitch, type Stopped } from "@smscrm/db/kill-switch";
import { listNumbers } from "@smscrm/db/numbers";
import { type PacePoint, readRecentPace } from "@smscrm/db/pace";
import { type BudgetStatus, readBudget, readSettings } from "@smscrm/db/settings";
import { listWorkers } from "@smscrm/db/system";
import { type OpenZones, openZones } from "../home/open-zones.ts";
import { type QueueState, queueState } from "../queue-state.ts";
import { allowed, router } from "../trpc.ts";

export interface Summary {
  paused: Stopped | null;
  /** Scheduled, on the way, or paused. */
  running: CampaignRow[];
  drafts: number;
  today: Today;
  /** Hand-overs of the last hour, by the minute. */
  pace: PacePoint[];
  inbox: InboxCounts;
  budget: BudgetStatus;
  zones: OpenZones[];
  queue: QueueState;
  at: Date;
}

export const home = router({
  /** What is going on right now, on one screen. */
  summary: allowed("campaigns.read").query(async ({ ctx }): Promise<Summary> => {
    const workers = await listWorkers(ctx.dependencies.pipeline);
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
        today: await readToday(tx, tenantId),
        pace: await readRecentPace(tx, tenantId),
        inbox: await countInbox(tx, tenantId),
        budget: await readBudget(tx, tenantId),
        zones: openZones(numbers, settings, at),
        queue: queueState(workers),
        at,
      };
    });
  }),
});
