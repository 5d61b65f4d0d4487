import { type AbPlan, testSize } from "@smscrm/core/campaigns/ab-test/ab-test";
import { wholeAudience } from "@smscrm/core/campaigns/first-part/canary";
import {
  type Canary,
  DRAW_MAX,
  partSize,
  SENT_WITHIN_HOURS,
  WAITING_FROM_MS,
} from "@smscrm/core/campaigns/first-part/first-part";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import { peopleByVariant } from "../ab-test/measure.ts";
import { onPipeline } from "../run.ts";

interface Frozen {
  id: string;
  tenantId: string;
  audience: number;
  canary: Canary | null;
  abTest: AbPlan | null;
  /** How many texts it has. */
  variants: number;
}

/**
 * Chooses who goes first and who is in the A/B test once the whole audience is frozen, in the transaction that lets the
 * campaign run: those with the least draws. Before it, every message waits. The first part is in the test too.
 */
export async function chooseFirstParts(tx: PipelineTransaction, campaign: Frozen): Promise<void> {
  const test = campaign.abTest && (await chooseTest(tx, campaign, campaign.abTest));
  const first = campaign.canary && (await chooseCanary(tx, campaign, campaign.canary));
  if (test && first && first.upToDraw < test.upToDraw)
    await tx`update first_parts set state = 'waiting' where ${ofTest(tx, campaign)} and state = 'sending'`;
  const openDraws = Math.min(first?.upToDraw ?? DRAW_MAX, test?.upToDraw ?? DRAW_MAX);
  await tx`update campaigns set open_draws = ${openDraws}, test_draws = ${test?.upToDraw ?? null} where id = ${campaign.id}`;
}

const ofTest = (tx: PipelineTransaction, { id, tenantId }: Frozen) =>
  tx`tenant_id = ${tenantId} and campaign_id = ${id} and step = 'test'`;

async function chooseCanary(
  tx: PipelineTransaction,
  { id, tenantId, audience }: Frozen,
  canary: Canary,
): Promise<{ upToDraw: number }> {
  const size = partSize(audience, canary.percent);
  const isAll = size >= audience;
  const upToDraw = isAll ? DRAW_MAX : await drawAt(tx, id, size);
  await tx`
    insert into first_parts (tenant_id, campaign_id, step, state, size, rest, up_to_draw, watch_minutes, send_by, decided_at, sentence, next_at)
    values (${tenantId}, ${id}, 'canary', ${isAll ? "open" : "sending"}, ${size}, ${audience - size}, ${upToDraw}, ${canary.watchMinutes},
      clock_timestamp() + make_interval(hours => ${SENT_WITHIN_HOURS}),
      ${isAll ? tx`clock_timestamp()` : null}, ${isAll ? wholeAudience : null}, clock_timestamp())
    on conflict do nothing`;
  return { upToDraw };
}

async function chooseTest(
  tx: PipelineTransaction,
  { id, tenantId, audience, variants }: Frozen,
  plan: AbPlan,
): Promise<{ upToDraw: number }> {
  const size = testSize(audience, plan, variants);
  const upToDraw = size >= audience ? DRAW_MAX : await drawAt(tx, id, size);
  const people = await peopleByVariant(onPipeline(tx), id, upToDraw, variants);
  const figures = { at: new Date(0).toISOString(), variants: people };
  await tx`
    insert into first_parts (tenant_id, campaign_id, step, state, size, rest, up_to_draw, watch_minutes, send_by, variants, next_at)
    values (${tenantId}, ${id}, 'test', 'sending', ${size}, ${audience - size}, ${upToDraw}, ${plan.waitMinutes},
      clock_timestamp() + make_interval(hours => ${SENT_WITHIN_HOURS}), ${tx.json(figures as never)}, clock_timestamp())
    on conflict do nothing`;
  return { upToDraw };
}

/** Returns the draw of the message at this place, from 1. The index by due time has them in this order. */
async function drawAt(tx: PipelineTransaction, campaignId: string, place: number): Promise<number> {
  const [row] = await tx<{ draw: number }[]>`
    select draw from send_jobs
    where campaign_id = ${campaignId} and status = 'queued' and due_at >= ${new Date(WAITING_FROM_MS)}
    order by due_at offset ${place - 1} limit 1`;
  return row?.draw ?? DRAW_MAX;
}
