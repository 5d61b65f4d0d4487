import { answerLaunch, isLaunchedAlone, launchAloneMax } from "@smscrm/core/campaigns/approval";
import { AudienceGone } from "../audiences/members.ts";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import type { Audience } from "../schema/index.ts";
import {
  copyCampaign,
  countCopied,
  frozenAs,
  lockCampaign,
  onPipeline,
  readGivenApproval,
  readLaunchRights,
} from "./launch-copy.ts";

interface Due {
  id: string;
  tenantId: string;
  scheduledAt: Date;
  launchedBy: string | null;
}

/**
 * Launches the due campaigns of tenants where some launches need an approval, each in a transaction of its own, so that one
 * slow audience holds up nobody else's. A campaign that may not go as it is now becomes a draft again with the reason.
 */
export async function launchScheduledWithLimits(pipeline: Pipeline): Promise<{ id: string }[]> {
  const due = await pipeline<{ id: string }[]>`
    select c.id from campaigns c join tenants t on t.id = c.tenant_id
    where c.status = 'scheduled' and c.scheduled_at <= statement_timestamp()
      and t.sending_paused_at is null and t.launch_limits <> '{}'
    order by c.scheduled_at limit 50`;
  const launched: { id: string }[] = [];
  const failures: unknown[] = [];
  for (const { id } of due) {
    try {
      if (await transact(pipeline, (tx) => launchOne(tx, id))) launched.push({ id });
    } catch (error) {
      failures.push(error);
    }
  }
  // The others were launched. The loop says what failed, and tries again.
  if (failures.length > 0) throw failures[0];
  return launched;
}

async function launchOne(tx: PipelineTransaction, id: string): Promise<boolean> {
  const [campaign] = await tx<Due[]>`
    select c.id, c.tenant_id as "tenantId", c.scheduled_at as "scheduledAt", c.launched_by as "launchedBy"
    from campaigns c join tenants t on t.id = c.tenant_id and t.sending_paused_at is null
    where c.id = ${id} and c.status = 'scheduled' and c.scheduled_at <= statement_timestamp()
    for no key update of c skip locked`;
  if (!campaign) return false;
  const { tenantId, scheduledAt } = campaign;
  const answer = await decide(tx, campaign);
  const note = { actorId: null, objectKind: "campaign", objectId: id, tenantId };
  if (answer.kind === "ask") {
    await tx`
      update campaigns set status = 'draft', scheduled_at = null, launched_by = null, updated_at = clock_timestamp(),
        not_launched_reason = ${answer.sentence} where id = ${id}`;
    const detail = { scheduledAt, reason: answer.sentence };
    await recordPipelineAudits(tx, [{ ...note, action: "campaign.not-launched", detail }]);
    return false;
  }
  await tx`
    update campaigns set status = 'launching', launched_at = clock_timestamp(), updated_at = clock_timestamp(),
      audience = ${tx.json(answer.audience as never)} where id = ${id}`;
  const detail = { scheduledAt, ...answer.detail };
  await recordPipelineAudits(tx, [{ ...note, action: "campaign.launch", detail }]);
  return true;
}

type Decision =
  | { kind: "go"; audience: Audience; detail: Record<string, unknown> }
  | { kind: "ask"; sentence: string };

/** Asks for the member who scheduled it, with their role of now. */
async function decide(tx: PipelineTransaction, { id, tenantId, launchedBy }: Due): Promise<Decision> {
  const run = onPipeline(tx);
  const campaign = (await lockCampaign(run, tenantId, id))!;
  const { limits, member } = await readLaunchRights(run, tenantId, launchedBy);
  const aloneMax = launchAloneMax(member, limits);
  if (aloneMax === null) return { kind: "go", audience: campaign.audience, detail: {} };
  const [clock] = await tx<{ now: Date; at: Date }[]>`
    select clock_timestamp() as now, scheduled_at as at from campaigns where id = ${id}`;
  const { now, at } = clock!;
  const launch = { at: at.toISOString(), overrideReason: null };
  try {
    const copy = await copyCampaign(run, tenantId, campaign, launch);
    const recipients = await countCopied(run, tenantId, copy.audience, now);
    const approval = await readGivenApproval(run, tenantId, id);
    const answer = answerLaunch({ recipients, aloneMax, approval, now, copy });
    if (answer.kind === "ask") return answer;
    const detail = { recipients, aloneMax };
    const used = !isLaunchedAlone(recipients, aloneMax) && approval;
    return {
      ...{ kind: "go", audience: frozenAs(copy.audience) },
      detail: used ? { ...detail, approvalId: used.id, fingerprint: used.fingerprint } : detail,
    };
  } catch (error) {
    if (error instanceof AudienceGone) return { kind: "ask", sentence: error.message };
    throw error;
  }
}
