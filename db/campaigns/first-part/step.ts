import {
  type Baseline,
  decideCanary,
  notSentInTime,
  type PartFigures,
} from "@smscrm/core/campaigns/first-part/canary";
import { DRAW_MAX, type FirstPartState } from "@smscrm/core/campaigns/first-part/first-part";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../../postgres/connection.ts";
import { onPipeline } from "../launch-copy.ts";
import { measurePart, readBaseline } from "./measure.ts";
import { releaseDraws } from "./release.ts";

interface Part {
  tenantId: string;
  campaignId: string;
  state: FirstPartState;
  size: number;
  sendBy: Date;
  decideAt: Date | null;
  status: string;
  openDraws: number | null;
  watchMinutes: number;
  isExpired: boolean;
  /** Whether nothing is sent now, so that nothing is decided either. */
  isPaused: boolean;
  now: Date;
}

/** What became of a first part in one step, for the log. */
export interface StepTaken {
  campaignId: string;
  state: FirstPartState;
}

const PARTS_PER_ROUND = 20;
const SOON_SECONDS = 2;
/** A claim that read an older decision may put a message back, so open parts are looked at until the campaign ends. */
const LATER_SECONDS = 30;

/**
 * Takes the next step of each first part that is due, in a transaction of its own: lets messages out that no longer wait,
 * begins the watch once they have gone, and decides at its end. A worker that dies in between leaves the step to the next.
 */
export async function stepFirstParts(pipeline: Pipeline): Promise<StepTaken[]> {
  const due = await pipeline<{ tenantId: string; campaignId: string; step: string }[]>`
    select tenant_id as "tenantId", campaign_id as "campaignId", step from first_parts
    where next_at <= statement_timestamp() order by next_at limit ${PARTS_PER_ROUND}`;
  const taken: StepTaken[] = [];
  for (const key of due) {
    const state = await transact(pipeline, async (tx) => {
      const part = await lockPart(tx, key);
      return part && takeStep(tx, part);
    });
    if (state) taken.push({ campaignId: key.campaignId, state });
  }
  return taken;
}

async function lockPart(
  tx: PipelineTransaction,
  { tenantId, campaignId, step }: { tenantId: string; campaignId: string; step: string },
): Promise<Part | undefined> {
  const [part] = await tx<Part[]>`
    select f.tenant_id as "tenantId", f.campaign_id as "campaignId", f.state, f.size, f.send_by as "sendBy",
      f.decide_at as "decideAt", c.status, c.open_draws as "openDraws", f.watch_minutes as "watchMinutes",
      coalesce(c.expires_at <= clock_timestamp(), false) as "isExpired",
      c.status <> 'running' or t.sending_paused_at is not null or t.restore_locked_at is not null as "isPaused",
      clock_timestamp() as now
    from first_parts f
    join campaigns c on c.tenant_id = f.tenant_id and c.id = f.campaign_id
    join tenants t on t.id = f.tenant_id
    where f.tenant_id = ${tenantId} and f.campaign_id = ${campaignId} and f.step = ${step} and f.next_at <= clock_timestamp()
    for no key update of f skip locked`;
  return part;
}

/** Returns the new state; null: it is the same. */
async function takeStep(tx: PipelineTransaction, part: Part): Promise<FirstPartState | null> {
  const { state, status, decideAt, now } = part;
  if (status === "completed" || status === "canceled") return end(tx, part);
  // Too old to send: all are asked about now, and refused with this reason.
  if (part.isExpired) return release(tx, part, DRAW_MAX);
  if (part.isPaused) return again(tx, part, SOON_SECONDS);
  if (state === "open") return release(tx, part, part.openDraws ?? 0);
  if (state === "sending") return send(tx, part);
  if (state === "watching" && decideAt && decideAt <= now) return decide(tx, part);
  return again(tx, part, state === "watching" ? SOON_SECONDS : LATER_SECONDS);
}

async function end(tx: PipelineTransaction, part: Part): Promise<FirstPartState | null> {
  const state = part.state === "open" ? "open" : "over";
  await tx`update first_parts set state = ${state}, next_at = null where ${its(tx, part)}`;
  return state === part.state ? null : state;
}

const its = (tx: PipelineTransaction, { tenantId, campaignId }: Part) =>
  tx`tenant_id = ${tenantId} and campaign_id = ${campaignId} and step = 'canary'`;

async function again(tx: PipelineTransaction, part: Part, seconds: number): Promise<null> {
  await tx`update first_parts set next_at = clock_timestamp() + make_interval(secs => ${seconds}) where ${its(tx, part)}`;
  return null;
}

async function release(tx: PipelineTransaction, part: Part, upToDraw: number): Promise<null> {
  const { campaignId: id, tenantId } = part;
  return again(tx, part, (await releaseDraws(tx, { id, tenantId }, upToDraw)) ? 0 : LATER_SECONDS);
}

/**
 * Lets the first part out. Once all of it has gone, the watch begins; where it can't go in time, a person decides. Nobody waits
 * for people at their limit of texts, which may last for days.
 */
async function send(tx: PipelineTransaction, part: Part): Promise<FirstPartState | null> {
  const { campaignId: id, tenantId, watchMinutes, size, sendBy, now } = part;
  if (await releaseDraws(tx, { id, tenantId }, part.openDraws ?? 0)) return again(tx, part, 0);
  const [open] = await tx<{ jobs: number }[]>`
    select coalesce(sum(jobs), 0)::int as jobs from campaign_counters
    where campaign_id = ${id} and (status = 'sending' or status = 'queued' and reason not in ('First part', 'Frequency cap'))`;
  if (open!.jobs > 0) {
    if (now < sendBy) return again(tx, part, SOON_SECONDS);
    return hold(tx, part, { sentence: notSentInTime(open!.jobs, size) });
  }
  await tx`
    update first_parts set state = 'watching', sent_at = clock_timestamp(),
      decide_at = clock_timestamp() + make_interval(mins => ${watchMinutes}),
      next_at = clock_timestamp() + make_interval(mins => ${watchMinutes})
    where ${its(tx, part)}`;
  return "watching";
}

interface Seen {
  sentence: string;
  figures?: PartFigures;
  baseline?: Baseline;
}

async function decide(tx: PipelineTransaction, part: Part): Promise<FirstPartState> {
  const { tenantId, campaignId, watchMinutes } = part;
  const about = { tenantId, campaignId, watchMinutes };
  const run = onPipeline(tx);
  const figures = await measurePart(run, about);
  const baseline = await readBaseline(run, about);
  const { kind, sentence } = decideCanary(figures, baseline);
  const seen = { figures, baseline, sentence };
  return kind === "go" ? goOn(tx, part, seen) : hold(tx, part, seen);
}

async function goOn(tx: PipelineTransaction, part: Part, seen: Seen): Promise<"open"> {
  await record(tx, part, "open", seen);
  await tx`update campaigns set open_draws = ${DRAW_MAX} where id = ${part.campaignId}`;
  return "open";
}

async function hold(tx: PipelineTransaction, part: Part, seen: Seen): Promise<"held"> {
  await record(tx, part, "held", seen);
  return "held";
}

async function record(
  tx: PipelineTransaction,
  part: Part,
  state: "open" | "held",
  { figures, baseline, sentence }: Seen,
): Promise<void> {
  const { tenantId, campaignId } = part;
  await tx`
    update first_parts set state = ${state}, figures = ${figures ? tx.json({ ...figures }) : null}, baseline = ${baseline ? tx.json({ ...baseline }) : null},
      sentence = ${sentence}, decided_at = case when ${state === "open"} then clock_timestamp() end, next_at = clock_timestamp()
    where ${its(tx, part)}`;
  await recordPipelineAudits(tx, [
    {
      ...{ tenantId, actorId: null, objectKind: "campaign", objectId: campaignId },
      action: state === "open" ? "first-part.go" : "first-part.hold",
      detail: { sentence, figures, baseline },
    },
  ]);
}
