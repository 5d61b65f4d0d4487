import { type CampaignRow, countDrafts, listActiveCampaigns } from "@smscrm/db/campaigns";
import { readToday, type Today } from "@smscrm/db/home";
import { type KillSwitchStatus, readKillSwitch } from "@smscrm/db/kill-switch";
import { type BudgetStatus, readBudget } from "@smscrm/db/settings";
import { listWorkers } from "@smscrm/db/system";
import { type QueueState, queueState } from "../queue-state.ts";
import { allowed, router } from "../trpc.ts";

export interface Summary {
  paused: KillSwitchStatus | null;
  running: CampaignRow[];
  drafts: number;
  today: Today;
  budget: BudgetStatus;
  queue: QueueState;
}

export const home = router({
  /** What is going on right now, on one screen. */
  summary: allowed("campaigns.read").query(async ({ ctx }): Promise<Summary> => {
    const workers = await listWorkers(ctx.dependencies.pipeline);
    return ctx.inTenant(async (tx) => {
      const killSwitch = await readKillSwitch(tx, ctx.tenantId);
      return {
        paused: killSwitch.pausedAt ? killSwitch : null,
        running: await listActiveCampaigns(tx, ctx.tenantId),
        drafts: await countDrafts(tx, ctx.tenantId),
        today: await readToday(tx, ctx.tenantId),
        budget: await readBudget(tx, ctx.tenantId),
        queue: queueState(workers),
      };
    });
  }),
});
