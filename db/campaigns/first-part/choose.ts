import { wholeAudience } from "@smscrm/core/campaigns/first-part/canary";
import {
  type Canary,
  DRAW_MAX,
  partSize,
  SENT_WITHIN_HOURS,
  WAITING_FROM_MS,
} from "@smscrm/core/campaigns/first-part/first-part";
import type { PipelineTransaction } from "../../postgres/connection.ts";

/**
 * Chooses who goes first once the whole audience is frozen, in the transaction that lets the campaign run: those with the
 * least draws. Before it, every message waits.
 */
export async function chooseFirstPart(
  tx: PipelineTransaction,
  campaign: { id: string; tenantId: string; audience: number; canary: Canary },
): Promise<void> {
  const { id, tenantId, audience, canary } = campaign;
  const size = partSize(audience, canary.percent);
  const isAll = size >= audience;
  const upToDraw = isAll ? DRAW_MAX : await drawAt(tx, id, size);
  await tx`
    insert into first_parts (tenant_id, campaign_id, step, state, size, rest, up_to_draw, watch_minutes, send_by, decided_at, sentence, next_at)
    values (${tenantId}, ${id}, 'canary', ${isAll ? "open" : "sending"}, ${size}, ${audience - size}, ${upToDraw}, ${canary.watchMinutes},
      clock_timestamp() + make_interval(hours => ${SENT_WITHIN_HOURS}),
      ${isAll ? tx`clock_timestamp()` : null}, ${isAll ? wholeAudience : null}, clock_timestamp())
    on conflict do nothing`;
  await tx`update campaigns set open_draws = ${upToDraw} where id = ${id}`;
}

/** Returns the draw of the message at this place, from 1. The index by due time has them in this order. */
async function drawAt(tx: PipelineTransaction, campaignId: string, place: number): Promise<number> {
  const [row] = await tx<{ draw: number }[]>`
    select draw from send_jobs
    where campaign_id = ${campaignId} and status = 'queued' and due_at >= ${new Date(WAITING_FROM_MS)}
    order by due_at offset ${place - 1} limit 1`;
  return row?.draw ?? DRAW_MAX;
}
