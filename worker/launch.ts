import { segments } from "@smscrm/core/segments";
import { parseTemplate, renderTemplate } from "@smscrm/core/template";
import { launchScheduled } from "@smscrm/db/campaign-schedule";
import type { Pipeline } from "@smscrm/db/connection";
import { cancelLeftovers, completeCampaigns, freezeNextChunk, launchingCampaigns } from "@smscrm/db/launch";
import { refreshStatistics } from "@smscrm/db/statistics";
import type { Logger } from "pino";
import type { Loop } from "./loop.ts";

const IDLE_MS = 300;

/** Freezes the audiences of launched campaigns into send jobs, a chunk of each in turn. */
export function launchLoop(pipeline: Pipeline, log: Logger): Loop {
  return {
    name: "launch",
    run: async () => {
      for (const campaign of await launchScheduled(pipeline)) {
        log.info({ campaignId: campaign.id }, "launched as scheduled");
      }
      const launching = await launchingCampaigns(pipeline);
      let added = 0;
      for (const campaign of launching) {
        const estimate = segmentsEstimate(campaign.body, campaign.smartEncoding);
        const chunk = await freezeNextChunk(pipeline, campaign.id, estimate);
        added += chunk.added;
        if (!chunk.done) continue;
        await refreshStatistics(pipeline, "send_jobs", chunk.audience);
        log.info({ campaignId: campaign.id }, "the audience is frozen");
      }
      return added > 0 ? 0 : IDLE_MS;
    },
  };
}

/** Segments of the text with its fallbacks: what the dispatcher counts until a message is rendered. */
function segmentsEstimate(body: string, smartEncoding: boolean): number {
  return Math.max(1, segments(renderTemplate(parseTemplate(body), {}).text, { smartEncoding }).segments);
}

/** Campaigns without open messages are completed, and canceled ones keep none. */
export function completeLoop(pipeline: Pipeline, log: Logger): Loop {
  return {
    name: "complete",
    run: async () => {
      for (const campaign of await completeCampaigns(pipeline)) {
        log.info({ campaignId: campaign.id }, "completed");
      }
      await cancelLeftovers(pipeline);
      return 500;
    },
  };
}
