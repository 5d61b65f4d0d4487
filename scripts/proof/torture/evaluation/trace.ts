import type { Environment } from "../environment/environment.ts";
import type { Evidence } from "./evidence.ts";
import type { Breach } from "./invariant.ts";

const AROUND_MS = 2_500;
const ACTIONS_MAX = 40;

/**
 * Returns all that is known about the message of a breach: its rows, what the carrier saw, and the actions around
 * that time.
 */
export async function traceOf(evidence: Evidence, breach: Breach): Promise<string[]> {
  const { sql, submissions, attempts, environment } = evidence;
  const attempt = breach.attemptId ? attempts.get(breach.attemptId) : undefined;
  const requests = submissions.filter(
    ({ attemptId, to, body }) =>
      attemptId === breach.attemptId ||
      (breach.attemptId !== undefined && to === breach.to && sameText(evidence, breach.attemptId, body)),
  );
  const lines = [`  ${breach.what}`];
  if (attempt) {
    const rows = await sql`
      select id, attempt, state, carrier_sid, carrier_status, carrier_error_code as code, http_status as http,
        claimed_at, handed_over_at, settled_at, final_at, look_ups, validity_seconds as validity
      from send_attempts where send_job_id = ${attempt.jobId} order by attempt`;
    for (const row of rows) lines.push(`  attempt ${JSON.stringify(row)}`);
    const [job] = await sql`
      select id, status, failure_reason, hold_reason, gate, due_at, not_before, attempts from send_jobs where id = ${attempt.jobId}`;
    lines.push(`  message ${JSON.stringify(job)}`);
    lines.push(`  committed ${new Date(attempt.bornAt).toISOString()}`);
  }
  for (const { at, attemptId, entry } of requests) {
    const { answerStatus, outcome, sid, code } = entry;
    const callbacks = entry.callbacks.map(({ status, http, lost }) => `${status} ${lost ? "lost" : http}`);
    lines.push(
      `  request ${time(at)} for ${attemptId}: answered ${answerStatus} ${code ?? ""} (${outcome}), ${sid ?? "no message"}; ${callbacks.join(", ")}`,
    );
  }
  const at = requests[0]?.at ?? attempt?.claimedAt;
  if (at !== undefined) lines.push(...actionsAround(environment, at));
  return lines;
}

function sameText(evidence: Evidence, attemptId: string, body: string): boolean {
  return evidence.submissions.some((one) => one.attemptId === attemptId && one.body === body);
}

function actionsAround({ actions }: Environment, at: number): string[] {
  return actions
    .filter((action) => Math.abs(action.at - at) < AROUND_MS)
    .slice(0, ACTIONS_MAX)
    .map((action) => `  ${time(action.at)} ${action.what}`);
}

const time = (at: number) => new Date(at).toISOString().slice(11);
