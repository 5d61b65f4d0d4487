import { counted } from "@smscrm/core/text/counted";
import { readSigningState } from "@smscrm/db/audit/signed-heads";
import { listWorkers } from "@smscrm/db/postgres/system";
import { listTenantStates, readUnderWay } from "@smscrm/db/tenants/operators";
import { type OpsContext, OpsRefusal } from "./context.ts";
import { signingLines } from "./signing.ts";

const LIMIT_MS = 5_000;
/** Like the alert: a daily backup, and two hours of delay. */
const BACKUP_HOURS = 26;

/** `pnpm ops health`: checks every part, and says what has stopped and why. Fails if a part is unhealthy. */
export async function health(context: OpsContext): Promise<void> {
  const { environment, sql, say } = context;
  const { API_HOST, PORT, WORKER_HOST, WORKER_PORT, METRICS_TOKEN } = environment;
  const parts = await Promise.all([
    ask("API", `http://${API_HOST}:${PORT}/health`, METRICS_TOKEN),
    ask("API ready", `http://${API_HOST}:${PORT}/ready`, METRICS_TOKEN),
    ask("Worker", `http://${WORKER_HOST}:${WORKER_PORT}/health`, METRICS_TOKEN),
  ]);
  for (const { name, problem } of parts)
    say(`${problem ? "NOT WELL" : "ok      "}  ${name}${problem ? `: ${problem}` : ""}`);
  const workers = await listWorkers(sql);
  const { sending, lastBackupAt } = await readUnderWay(sql);
  say(`${workers.length > 0 ? "ok      " : "NOT WELL"}  Workers seen: ${workers.length}`);
  say(
    `          ${counted(workers[0]?.queueWaiting ?? 0, "ticket waits", "tickets wait")}, ${counted(sending, "message is", "messages are")} being submitted`,
  );
  say(`          ${backupLine(lastBackupAt)}`);
  for (const line of signingLines(await readSigningState(sql), new Date())) say(`          ${line}`);
  for (const state of await listTenantStates(sql)) {
    const { id, name, pausedAt, pausedReason, lockedAt, suspendedAt, suspendedReason } = state;
    const suspended = suspendedAt
      ? `SUSPENDED since ${suspendedAt.toISOString()} (${suspendedReason})`
      : null;
    // A suspension is a pause too, of the same time.
    const paused =
      pausedAt && pausedAt.getTime() !== suspendedAt?.getTime()
        ? `PAUSED since ${pausedAt.toISOString()}${pausedReason ? ` (${pausedReason})` : ""}`
        : null;
    const locked = lockedAt ? "LOCKED after a restore (pnpm ops restore)" : null;
    say(`          ${id}  ${name}: ${[locked, suspended, paused].filter(Boolean).join(", ") || "sending"}`);
  }
  if (workers.length === 0 || parts.some(({ problem }) => problem))
    throw new OpsRefusal("Not every part is healthy.");
}

async function ask(
  name: string,
  url: string,
  token: string | undefined,
): Promise<{ name: string; problem: string | null }> {
  try {
    // From another machine a request needs the token to learn what is missing.
    const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(LIMIT_MS) });
    return {
      name,
      problem: response.ok ? null : `${url} answers ${response.status}: ${await response.text()}`,
    };
  } catch {
    return { name, problem: `${url} does not answer` };
  }
}

function backupLine(lastBackupAt: Date | null): string {
  if (!lastBackupAt) return "No backup was ever made: ./scripts/backup.sh";
  const hours = (Date.now() - lastBackupAt.getTime()) / 3_600_000;
  const late = hours > BACKUP_HOURS ? ", which is TOO OLD" : "";
  return `Last backup ${lastBackupAt.toISOString()}, ${hours.toFixed(1)} hours ago${late}`;
}
