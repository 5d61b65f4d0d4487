import { CONFIGURATION_ERROR_STREAK, describeCarrierError } from "@smscrm/core/carrier-outcome";
import { HAND_OVER_LIMIT_MS } from "@smscrm/core/send-job";
import { holdTenant, pauseCampaignOfAttempt } from "@smscrm/db/account-hold";
import { type ClaimedMessage, claimForSending } from "@smscrm/db/claim";
import type { Pipeline } from "@smscrm/db/connection";
import { endLease } from "@smscrm/db/dispatch";
import type { Logger } from "pino";
import type { Carrier } from "../carrier/carrier.ts";
import type { Ticket } from "../queue/tickets.ts";
import type { ClaimSize } from "./claim-size.ts";
import type { ErrorStreaks } from "./error-streaks.ts";
import { type Outcome, outcomeOf, stopsEverything } from "./outcome.ts";
import type { SettleBatch } from "./settle-batch.ts";
import type { Slots } from "./slots.ts";

export interface Sending {
  pipeline: Pipeline;
  carrier: Carrier;
  slots: Slots;
  claimSize: ClaimSize;
  settle: SettleBatch;
  streaks: ErrorStreaks;
  log: Logger;
  /** Counts hand-overs per tenant and minute, for operators. */
  countHandOvers: (tenantId: string, messages: number) => void;
  stopping: AbortSignal;
}

/**
 * Works a ticket off in chunks of as many messages as can be under way at once. Returns when all are settled, also
 * when a claim failed meanwhile: whoever stops the worker must be able to wait for what is under way.
 */
export async function processTicket(sending: Sending, ticket: Ticket): Promise<void> {
  const chunks: Promise<void>[] = [];
  try {
    await startChunks(sending, ticket, chunks);
  } finally {
    await Promise.all(chunks);
  }
}

async function startChunks(sending: Sending, ticket: Ticket, chunks: Promise<void>[]): Promise<void> {
  const { slots, claimSize, stopping } = sending;
  const leftOut: string[] = [];
  for (let at = 0; at < ticket.jobIds.length; ) {
    const taken = await slots.take(Math.min(claimSize.size, ticket.jobIds.length - at));
    if (stopping.aborted) {
      slots.give(taken);
      break;
    }
    const jobIds = ticket.jobIds.slice(at, at + taken);
    at += taken;
    const chunk = await startChunk(sending, ticket.tenantId, jobIds);
    chunks.push(chunk.ended);
    leftOut.push(...chunk.leftOut);
  }
  const { tenantId, leaseId } = ticket;
  if (leaseId) await endLease(sending.pipeline, { tenantId, leaseId }, leftOut);
}

/** Claims a chunk and starts its requests; `ended` resolves when all of them are settled, and never rejects. */
async function startChunk(
  sending: Sending,
  tenantId: string,
  jobIds: string[],
): Promise<{ ended: Promise<void>; leftOut: string[] }> {
  const { pipeline, slots, claimSize, log } = sending;
  let claim: Awaited<ReturnType<typeof claimForSending>>;
  try {
    claim = await claimForSending(pipeline, tenantId, jobIds);
  } catch (error) {
    slots.give(jobIds.length);
    throw error;
  }
  claimSize.took(performance.now() - claim.startedMs, jobIds.length);
  slots.give(jobIds.length - claim.messages.length);
  if (claim.messages.length > 0) sending.countHandOvers(tenantId, claim.messages.length);
  const outcomes = claim.messages.map((message) => sendOne(sending, message, claim.startedMs));
  const ended = Promise.all(outcomes)
    .then((each) => actOn(sending, tenantId, claim.messages, each))
    // The next refused message asks for the same again; an unheard rejection would end the process.
    .catch((error) => log.error({ tenantId, err: error }, "could not act on what the carrier refused"));
  return { ended, leftOut: claim.leftOut };
}

/** One hand-over, from the wait for a slot, within the limit, to the committed result. */
async function sendOne(
  sending: Sending,
  message: ClaimedMessage,
  startedMs: number,
): Promise<Outcome | null> {
  const { carrier, slots, settle } = sending;
  const { attemptId } = message;
  const deadlineMs = startedMs + HAND_OVER_LIMIT_MS;
  const begun = await slots.begin(deadlineMs);
  const beganMs = performance.now();
  if (!begun || beganMs > deadlineMs) {
    if (begun) slots.end(null);
    else slots.give(1);
    await settle.settle({
      attemptId,
      state: "released",
      holdReason: null,
      retryAt: null,
      code: null,
      httpStatus: null,
    });
    return null;
  }
  const handedOverAt = new Date();
  const answer = await carrier.handOver(message);
  slots.end(performance.now() - beganMs);
  const outcome = outcomeOf(attemptId, answer, handedOverAt, new Date());
  if (outcome.classified.outcome === "throttled") slots.slowDown();
  else if (outcome.classified.outcome === "accepted") slots.wentWell();
  await settle.settle(outcome.result);
  return outcome;
}

/** What a chunk's outcomes mean beyond their messages: a refused account is held, a misconfigured campaign paused. */
async function actOn(
  sending: Sending,
  tenantId: string,
  messages: readonly ClaimedMessage[],
  outcomes: (Outcome | null)[],
): Promise<void> {
  const { pipeline, streaks, log } = sending;
  const held = outcomes.find((outcome) => outcome && stopsEverything(outcome.classified));
  if (held) {
    const why = `The carrier refuses this account: ${describeCarrierError(held.code)}`;
    log.error({ tenantId, code: held.code }, "the carrier refuses this account; sending is paused");
    await holdTenant(pipeline, tenantId, why);
  }
  for (const [at, { campaignId, attemptId }] of messages.entries()) {
    const outcome = outcomes[at];
    if (!outcome || !streaks.note(campaignId, outcome)) continue;
    const { code } = outcome;
    const why = `The carrier refused ${CONFIGURATION_ERROR_STREAK} messages in a row: ${describeCarrierError(code)}`;
    log.error(
      { tenantId, campaignId, code },
      "the carrier refuses a campaign's messages alike; it is paused",
    );
    await pauseCampaignOfAttempt(pipeline, attemptId, why);
  }
}
