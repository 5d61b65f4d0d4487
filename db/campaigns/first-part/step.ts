import { decideCanary, notSentInTime } from "@smscrm/core/campaigns/first-part/canary";
import {
  DRAW_MAX,
  type FirstPartState,
  SENT_WITHIN_HOURS,
} from "@smscrm/core/campaigns/first-part/first-part";
import { type Pipeline, type PipelineTransaction, transact } from "../../postgres/connection.ts";
import { decideAbTest, holdUnsentTest, lookAtTexts } from "../ab-test/look.ts";
import { onPipeline } from "../run.ts";
import { measurePart, readBaseline } from "./measure.ts";
import { again, its, LATER_SECONDS, type Part, record, type Seen, SOON_SECONDS } from "./part.ts";
import { releaseDraws } from "./release.ts";

/** What became of a first part in one step, for the log. */
export interface StepTaken {
  campaignId: string;
  state: FirstPartState;
}

const PARTS_PER_ROUND = 20;

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
    select f.tenant_id as "tenantId", f.campaign_id as "campaignId", f.step, f.state, f.size, f.rest, f.up_to_draw as "upToDraw",
      f.send_by as "sendBy", f.decide_at as "decideAt", c.status, c.launched_at as "launchedAt", c.open_draws as "openDraws",
      f.watch_minutes as "watchMinutes", f.variants, c.ab_test as "abTest", c.test_draws as "testDraws", c.winner,
      c.stopped_variants as stopped,
      coalesce(c.expires_at <= clock_timestamp(), false) as "isExpired",
      c.status not in ('running', 'completed') or t.sending_paused_at is not null or t.restore_locked_at is not null as "isPaused",
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
  if (status === "canceled" || (status === "completed" && !isStillCounted(part))) return end(tx, part);
  // Too old to send: all are asked about now, and refused with this reason.
  if (part.isExpired && status !== "completed") return release(tx, part, DRAW_MAX);
  if (part.isPaused) return again(tx, part, SOON_SECONDS);
  if (state === "open") return release(tx, part, part.openDraws ?? 0);
  if (state === "waiting") return begin(tx, part);
  const counted = part.step === "test" ? await lookAtTexts(tx, part) : part;
  if (state === "sending") return send(tx, counted);
  if (state === "watching" && decideAt && decideAt <= now) return decide(tx, counted);
  return again(tx, part, state === "watching" ? SOON_SECONDS : LATER_SECONDS);
}

/** A test of the whole audience leaves nothing to send, but its replies are still counted until its time is over. */
const isStillCounted = ({ step, state, rest }: Part) =>
  step === "test" && rest === 0 && (state === "sending" || state === "watching");

async function end(tx: PipelineTransaction, part: Part): Promise<FirstPartState | null> {
  const state = part.state === "open" ? "open" : "over";
  await tx`update first_parts set state = ${state}, next_at = null where ${its(tx, part)}`;
  return state === part.state ? null : state;
}

/** A test begins once the canary before it is decided about. */
async function begin(tx: PipelineTransaction, part: Part): Promise<FirstPartState | null> {
  if (part.openDraws === null || part.openDraws < part.upToDraw) return again(tx, part, SOON_SECONDS);
  await tx`
    update first_parts set state = 'sending', next_at = clock_timestamp(),
      send_by = clock_timestamp() + make_interval(hours => ${SENT_WITHIN_HOURS})
    where ${its(tx, part)}`;
  return "sending";
}

async function release(tx: PipelineTransaction, part: Part, upToDraw: number): Promise<null> {
  return again(tx, part, (await releaseDraws(tx, part, upToDraw)) ? 0 : LATER_SECONDS);
}

/**
 * Lets the first part out. Once all of it has gone, the watch begins; where it can't go in time, a person decides. Nobody waits
 * for people at their limit of texts, which may last for days.
 */
async function send(tx: PipelineTransaction, part: Part): Promise<FirstPartState | null> {
  const { campaignId: id, watchMinutes, size, sendBy, now } = part;
  if (await releaseDraws(tx, part, part.openDraws ?? 0)) return again(tx, part, 0);
  const [open] = await tx<{ jobs: number }[]>`
    select coalesce(sum(jobs), 0)::int as jobs from campaign_counters
    where campaign_id = ${id} and (status = 'sending' or status = 'queued' and reason not in ('First part', 'Frequency cap'))`;
  if (open!.jobs > 0) {
    if (now < sendBy) return again(tx, part, SOON_SECONDS);
    if (part.step === "test") return holdUnsentTest(tx, part, open!.jobs);
    return hold(tx, part, { sentence: notSentInTime(open!.jobs, size) });
  }
  await tx`
    update first_parts set state = 'watching', sent_at = clock_timestamp(),
      decide_at = clock_timestamp() + make_interval(mins => ${watchMinutes}),
      next_at = clock_timestamp() + make_interval(secs => least(${watchMinutes} * 60, ${LATER_SECONDS}))
    where ${its(tx, part)}`;
  return "watching";
}

async function decide(tx: PipelineTransaction, part: Part): Promise<FirstPartState> {
  if (part.step === "test") return decideAbTest(tx, part);
  const { tenantId, campaignId, watchMinutes } = part;
  const about = { tenantId, campaignId, watchMinutes };
  const run = onPipeline(tx);
  const figures = await measurePart(run, about);
  const baseline = await readBaseline(run, about);
  const { kind, sentence } = decideCanary(figures, baseline);
  const seen = { figures, baseline, sentence };
  return kind === "go" ? goOn(tx, part, seen) : hold(tx, part, seen);
}

/** Opens the rest, or the A/B test where there is one. */
async function goOn(tx: PipelineTransaction, part: Part, seen: Seen): Promise<"open"> {
  await record(tx, part, "open", seen);
  await tx`
    update first_parts set next_at = clock_timestamp()
    where tenant_id = ${part.tenantId} and campaign_id = ${part.campaignId} and step = 'test' and state = 'waiting'`;
  await tx`update campaigns set open_draws = coalesce(test_draws, ${DRAW_MAX}) where id = ${part.campaignId}`;
  return "open";
}

async function hold(tx: PipelineTransaction, part: Part, seen: Seen): Promise<"held"> {
  await record(tx, part, "held", seen);
  return "held";
}
