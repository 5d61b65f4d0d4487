import type { ClaimSize } from "@smscrm/core/claim/claim-size";
import { CONFIGURATION_ERROR_STREAK, describeCarrierError } from "@smscrm/core/send/carrier-outcome";
import type { ErrorStreaks } from "@smscrm/core/send/error-streaks";
import { SUBMISSION_LIMIT_MS } from "@smscrm/core/send/send-job";
import { type Outcome, outcomeOf, stopsEverything } from "@smscrm/core/send/submission-outcome";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import { holdTenant, pauseCampaignOfAttempt } from "@smscrm/db/send/account-hold";
import { type ClaimedMessage, claimForSending } from "@smscrm/db/send/claim";
import { endLease } from "@smscrm/db/send/dispatch";
import type { Logger } from "pino";
import type { Carrier } from "../carrier/carrier.ts";
import type { Ticket } from "../dispatch/tickets.ts";
import type { AdaptiveConcurrency } from "./adaptive-concurrency.ts";
import type { SettleBatch } from "./settle-batch.ts";

export interface Sending {
  pipeline: Pipeline;
  /** Where the recipients' opt-out links lead. */
  publicUrl: string;
  carrier: Carrier;
  concurrency: AdaptiveConcurrency;
  claimSize: ClaimSize;
  settle: SettleBatch;
  streaks: ErrorStreaks;
  log: Logger;
  /** Counts submissions per tenant and minute, for operators. */
  countSubmissions: (tenantId: string, messages: number) => void;
  stopping: AbortSignal;
}

/**
 * Processes a ticket in chunks of as many messages as can be in flight at once. Returns when all are settled, also
 * after a failed claim, so that a stopping worker can wait for everything in flight.
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
  const { concurrency, claimSize, stopping } = sending;
  const skipped: string[] = [];
  for (let at = 0; at < ticket.jobIds.length; ) {
    const taken = await concurrency.reserve(Math.min(claimSize.size, ticket.jobIds.length - at));
    if (stopping.aborted) {
      concurrency.release(taken);
      break;
    }
    const jobIds = ticket.jobIds.slice(at, at + taken);
    at += taken;
    const chunk = await startChunk(sending, ticket.tenantId, jobIds);
    chunks.push(chunk.ended);
    skipped.push(...chunk.skipped);
  }
  const { tenantId, leaseId } = ticket;
  if (leaseId) await endLease(sending.pipeline, { tenantId, leaseId }, skipped);
}

/** Claims a chunk and starts its requests; `ended` resolves when all of them are settled, and never rejects. */
async function startChunk(
  sending: Sending,
  tenantId: string,
  jobIds: string[],
): Promise<{ ended: Promise<void>; skipped: string[] }> {
  const { pipeline, concurrency, claimSize, log } = sending;
  let claim: Awaited<ReturnType<typeof claimForSending>>;
  try {
    claim = await claimForSending(pipeline, tenantId, jobIds, sending.publicUrl);
  } catch (error) {
    concurrency.release(jobIds.length);
    throw error;
  }
  claimSize.took(performance.now() - claim.startedMs, jobIds.length);
  concurrency.release(jobIds.length - claim.messages.length);
  if (claim.messages.length > 0) sending.countSubmissions(tenantId, claim.messages.length);
  const outcomes = claim.messages.map((message) => sendOne(sending, message, claim.startedMs));
  const ended = Promise.all(outcomes)
    .then((each) => actOn(sending, tenantId, claim.messages, each))
    // The next refused message tries the same again; an unhandled rejection would end the process.
    .catch((error) => log.error({ tenantId, err: error }, "could not act on what the carrier refused"));
  return { ended, skipped: claim.skipped };
}

/** Submits one message: waits for a slot within the limit, sends the request, and commits the result. */
async function sendOne(
  sending: Sending,
  message: ClaimedMessage,
  startedMs: number,
): Promise<Outcome | null> {
  const { carrier, concurrency, settle } = sending;
  const { attemptId } = message;
  const deadlineMs = startedMs + SUBMISSION_LIMIT_MS;
  const begun = await concurrency.acquire(deadlineMs);
  const beganMs = performance.now();
  if (!begun || beganMs > deadlineMs) {
    if (begun) concurrency.finish(null);
    else concurrency.release(1);
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
  const submittedAt = new Date();
  const answer = await carrier.submit(message);
  concurrency.finish(performance.now() - beganMs);
  const outcome = outcomeOf(attemptId, answer, submittedAt, new Date());
  if (outcome.classified.outcome === "throttled") concurrency.slowDown();
  else if (outcome.classified.outcome === "accepted") concurrency.wentWell();
  await settle.settle(outcome.result);
  return outcome;
}

/** Acts on a chunk's outcomes beyond their messages: holds a refused account, pauses a misconfigured campaign. */
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
    log.error({ tenantId, campaignId, code }, "the carrier refuses all messages of a campaign; it is paused");
    await pauseCampaignOfAttempt(pipeline, attemptId, why);
  }
}
