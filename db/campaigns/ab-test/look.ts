import {
  decideTest,
  nobodyWaits,
  standing,
  testNotSentInTime,
  textsToStop,
} from "@smscrm/core/campaigns/ab-test/decide";
import { DRAW_MAX } from "@smscrm/core/campaigns/first-part/first-part";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import { its, type Part, record } from "../first-part/part.ts";
import { onPipeline } from "../run.ts";
import { measureVariants } from "./measure.ts";

/** A look reads the messages of the test, so it is not made at every step. */
const LOOK_EVERY_MS = 20_000;

/**
 * Counts what the texts brought, stores it for the page, and stops a text that is clearly worse by opt-outs or failures.
 * Returns the part with what was counted.
 */
export async function lookAtTexts(tx: PipelineTransaction, part: Part): Promise<Part> {
  const { tenantId, campaignId, variants: last, now, decideAt } = part;
  const isTime = part.state === "watching" && decideAt !== null && decideAt <= now;
  if (!last || part.testDraws === null) return part;
  if (!isTime && now.getTime() - Date.parse(last.at) < LOOK_EVERY_MS) return part;
  const variants = {
    at: now.toISOString(),
    variants: await measureVariants(onPipeline(tx), part, last.variants),
  };
  const stops = textsToStop(variants.variants, part.stopped);
  const stopped = [...part.stopped, ...stops.map(({ variant }) => variant)].sort();
  const sentence = stops.map((stop) => stop.sentence).join(" ");
  await tx`
    update first_parts set variants = ${tx.json(variants as never)},
      sentence = nullif(concat_ws(' ', case when state = 'held' or ${sentence === ""} then sentence end, nullif(${sentence}::text, '')), '')
    where ${its(tx, part)}`;
  if (stops.length > 0) {
    await tx`update campaigns set stopped_variants = ${stopped}::smallint[] where id = ${campaignId}`;
    await recordPipelineAudits(
      tx,
      stops.map((stop) => ({
        ...{ tenantId, actorId: null, objectKind: "campaign", objectId: campaignId },
        action: "ab-test.stop" as const,
        detail: { ...stop, variants },
      })),
    );
  }
  return { ...part, variants, stopped };
}

/** Chooses a text for the rest, or leaves it to a person. */
export async function decideAbTest(tx: PipelineTransaction, part: Part): Promise<"open" | "held"> {
  const { abTest, variants, stopped, campaignId } = part;
  const figures = variants?.variants ?? [];
  if (!(await anybodyWaits(tx, campaignId))) {
    const sentence = nobodyWaits(standing(figures, abTest!.measure, stopped));
    await record(tx, part, "open", { sentence });
    return "open";
  }
  const answer = decideTest(abTest!, figures, stopped);
  const { sentence } = answer;
  if (answer.kind === "hold") {
    await record(tx, part, "held", { sentence });
    return "held";
  }
  const { variant: winner } = answer;
  await record(tx, part, "open", { sentence, winner });
  await tx`update campaigns set winner = ${winner}, open_draws = ${DRAW_MAX} where id = ${campaignId} and winner is null`;
  return "open";
}

/** Leaves a test that can't go in time to a person. */
export async function holdUnsentTest(tx: PipelineTransaction, part: Part, left: number): Promise<"held"> {
  await record(tx, part, "held", { sentence: testNotSentInTime(left, part.size) });
  return "held";
}

async function anybodyWaits(tx: PipelineTransaction, campaignId: string): Promise<boolean> {
  const [waiting] = await tx<{ jobs: number }[]>`
    select coalesce(sum(jobs), 0)::int as jobs from campaign_counters
    where campaign_id = ${campaignId} and status = 'queued' and reason = 'First part'`;
  return waiting!.jobs > 0;
}
