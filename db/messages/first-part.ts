import { sql } from "drizzle-orm";
import { sendJobs } from "../schema/index.ts";

/**
 * The verdict of a send job as it is now. What a message of the rest waits for changes after it was held, so its evidence is
 * the first part as it is now.
 */
export const verdictNow = sql`case when ${sendJobs.holdReason} = 'First part' then jsonb_set(${sendJobs.verdict}, '{looked}', coalesce((
    select jsonb_build_object('step', f.step, 'state', f.state, 'size', f.size, 'rest', f.rest,
      'watchMinutes', f.watch_minutes, 'decideAt', f.decide_at, 'sentence', f.sentence)
    from first_parts f where f.tenant_id = ${sendJobs.tenantId} and f.campaign_id = ${sendJobs.campaignId}
    order by f.state = 'open', f.state = 'waiting' limit 1
  ), '{}')) else ${sendJobs.verdict} end`;
