import { count, counted } from "../text/counted.ts";
import type { Finding, SendingFacts } from "./facts.ts";
import { stepsOf } from "./finding.ts";

const { ok, notice, wrong } = stepsOf("sending");

/** A message that may go but waits longer than this is stuck. */
const STUCK_SECONDS = 120;

/**
 * Checks the steps of the runbook: does the worker run, does Redis answer, does the queue move, and what holds
 * messages?
 */
export function diagnoseSending(facts: SendingFacts): Finding[] {
  return [workerStep(facts), redisStep(facts), ...switchSteps(facts), numberStep(facts), queueStep(facts)];
}

function workerStep({ workersSeen, worker, redis }: SendingFacts): Finding {
  if (workersSeen > 0)
    return ok(`${counted(workersSeen, "worker reaches", "workers reach")} the database and the queue.`);
  if (worker === "unwell" || redis === "no answer")
    return wrong(
      "A worker runs, but it does not reach its queue or database.",
      "Read its log (docker compose logs worker), check REDIS_URL and that Redis answers (redis-cli ping).",
    );
  return wrong(
    "No worker is running: nothing is sent.",
    "Start one: docker compose restart worker (pnpm dev:worker by hand), then read its log.",
  );
}

function redisStep({ redis, ticketsWaiting }: SendingFacts): Finding {
  if (redis === "no answer")
    return wrong(
      "Redis does not answer.",
      "Start it, and check REDIS_URL. No message is lost: they are in PostgreSQL.",
    );
  return ok(`${counted(ticketsWaiting, "batch is", "batches are")} queued. A batch has up to 100 messages.`);
}

function switchSteps(facts: SendingFacts): Finding[] {
  const { pausedAt, pausedReason, suspendedAt, suspendedReason, restoreLockedAt, pausedCampaigns } = facts;
  const findings: Finding[] = [];
  if (restoreLockedAt)
    findings.push(
      wrong(
        `Sending has been locked since the restore of ${restoreLockedAt.toISOString()}.`,
        "See what the backup lacks (pnpm ops restore), then unlock (pnpm ops unlock).",
      ),
    );
  if (suspendedAt)
    findings.push(
      wrong(
        `The platform's operator has suspended this organisation since ${suspendedAt.toISOString()}: ${suspendedReason}.`,
        "When the reason is gone, the operator reinstates it: pnpm ops tenant reinstate.",
      ),
    );
  // A suspension is a pause too, of the same time.
  if (pausedAt && pausedAt.getTime() !== suspendedAt?.getTime())
    findings.push(
      wrong(
        `Sending has been paused since ${pausedAt.toISOString()}${pausedReason ? `: ${pausedReason}` : ""}.`,
        "Find out why it was paused, then resume it: Settings → Kill switch. If the carrier refuses the account, check the Twilio credentials.",
      ),
    );
  if (pausedCampaigns > 0)
    findings.push(
      notice(
        `${counted(pausedCampaigns, "campaign is", "campaigns are")} paused.`,
        "Resume them on their pages when they should continue.",
      ),
    );
  if (facts.trialSince)
    findings.push(
      notice(
        `Trial mode has been on since ${facts.trialSince.toISOString()}: only the team's own numbers are texted.`,
        "End it under Settings → Trial mode.",
      ),
    );
  if (facts.inboxFullAbove !== null)
    findings.push(
      notice(
        `Marketing waits: more than ${counted(facts.inboxFullAbove, "conversation waits", "conversations wait")} for an answer.`,
        "Answer or close conversations in the inbox, or raise the limit: Settings → Inbox limit.",
      ),
    );
  return findings.length > 0 ? findings : [ok("Neither the tenant nor a campaign is paused.")];
}

function numberStep({ activeNumbers }: SendingFacts): Finding {
  return activeNumbers > 0
    ? ok(`${counted(activeNumbers, "sending number is", "sending numbers are")} active.`)
    : wrong("No sending number is active.", "Add one, or set one active: Sending numbers.");
}

function queueStep({ due, oldestDueSeconds, held }: SendingFacts): Finding {
  if (due > 0 && oldestDueSeconds > STUCK_SECONDS)
    return notice(
      `${counted(due, "message")} can be sent now. The oldest has waited for ${counted(Math.round(oldestDueSeconds), "second")}.`,
      "If they are not sent at the rate of their numbers, check the steps above.",
    );
  const waiting = held.map(({ reason, jobs }) => `${reason} ${count(jobs)}`).join(", ");
  return ok(waiting ? `Nothing is stuck. Messages wait for: ${waiting}.` : "Nothing is stuck.");
}
