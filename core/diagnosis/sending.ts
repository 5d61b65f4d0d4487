import type { Finding, SendingFacts } from "./facts.ts";
import { count, counted, stepsOf } from "./finding.ts";

const { ok, notice, wrong } = stepsOf("sending");

/** A message that may go and waits longer than this is stuck. */
const STUCK_SECONDS = 120;

/** Runbook: is the worker running, does Redis answer, does the queue move; then what of ours holds messages. */
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
    "No worker is running: nobody sends.",
    "Start one: docker compose restart worker (pnpm dev:worker by hand), then read its log.",
  );
}

function redisStep({ redis, ticketsWaiting }: SendingFacts): Finding {
  if (redis === "no answer")
    return wrong(
      "Redis does not answer.",
      "Start it, and check REDIS_URL. No message is lost: they are in PostgreSQL.",
    );
  return ok(
    `${counted(ticketsWaiting, "ticket waits", "tickets wait")} on the queue; each carries up to 100 messages.`,
  );
}

function switchSteps({ pausedAt, pausedReason, restoreLockedAt, pausedCampaigns }: SendingFacts): Finding[] {
  const findings: Finding[] = [];
  if (restoreLockedAt)
    findings.push(
      wrong(
        `Sending is locked since the restore of ${restoreLockedAt.toISOString()}.`,
        "Look at what the carrier knows (pnpm ops restore), then unlock (pnpm ops unlock).",
      ),
    );
  if (pausedAt)
    findings.push(
      wrong(
        `Sending is paused since ${pausedAt.toISOString()}${pausedReason ? `: ${pausedReason}` : ""}.`,
        "Settle why it was paused, then resume it: Settings → Kill switch. If the carrier refuses the account, check the Twilio credentials.",
      ),
    );
  if (pausedCampaigns > 0)
    findings.push(
      notice(
        `${counted(pausedCampaigns, "campaign is", "campaigns are")} paused.`,
        "Resume them on their pages when they shall go on.",
      ),
    );
  return findings.length > 0 ? findings : [ok("Neither the kill switch nor a campaign's pause is set.")];
}

function numberStep({ activeNumbers }: SendingFacts): Finding {
  return activeNumbers > 0
    ? ok(`${counted(activeNumbers, "sending number is", "sending numbers are")} active.`)
    : wrong("No sending number is active.", "Add one, or set one active: Sending numbers.");
}

function queueStep({ due, oldestDueSeconds, held }: SendingFacts): Finding {
  if (due > 0 && oldestDueSeconds > STUCK_SECONDS)
    return notice(
      `${counted(due, "message", "messages")} may go now, the oldest for ${count(Math.round(oldestDueSeconds))} seconds.`,
      "If they do not go out at the rate of their numbers, look at the steps above.",
    );
  const waiting = held.map(({ reason, jobs }) => `${reason} ${count(jobs)}`).join(", ");
  return ok(waiting ? `Nothing is stuck; what waits has its reason: ${waiting}.` : "Nothing is stuck.");
}
