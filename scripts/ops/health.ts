import { listTenantStates, readUnderWay } from "@smscrm/db/operators";
import { listWorkers } from "@smscrm/db/system";
import { type OpsContext, OpsRefusal } from "./context.ts";

const LIMIT_MS = 5_000;
/** As the alert: a daily backup, and two hours for it to be late. */
const BACKUP_HOURS = 26;

/** `pnpm ops health`: asks every part, says what stands still and why; fails when a part is not well. */
export async function health(context: OpsContext): Promise<void> {
  const { environment, sql, say } = context;
  const { PORT, WORKER_PORT } = environment;
  const parts = await Promise.all([
    ask("API", `http://127.0.0.1:${PORT}/health`),
    ask("API ready", `http://127.0.0.1:${PORT}/ready`),
    ask("Worker", `http://127.0.0.1:${WORKER_PORT}/health`),
  ]);
  for (const { name, problem } of parts)
    say(`${problem ? "NOT WELL" : "ok      "}  ${name}${problem ? `: ${problem}` : ""}`);
  const workers = await listWorkers(sql);
  const { sending, lastBackupAt } = await readUnderWay(sql);
  say(`${workers.length > 0 ? "ok      " : "NOT WELL"}  Workers seen: ${workers.length}`);
  say(`          ${workers[0]?.queueWaiting ?? 0} tickets wait, ${sending} messages are being handed over`);
  say(`          ${backupLine(lastBackupAt)}`);
  for (const { id, name, pausedAt, pausedReason, lockedAt } of await listTenantStates(sql)) {
    const paused = pausedAt
      ? `PAUSED since ${pausedAt.toISOString()}${pausedReason ? ` (${pausedReason})` : ""}`
      : null;
    const locked = lockedAt ? "LOCKED after a restore (pnpm ops restore)" : null;
    say(`          ${id}  ${name}: ${[locked, paused].filter(Boolean).join(", ") || "sending"}`);
  }
  if (workers.length === 0 || parts.some(({ problem }) => problem))
    throw new OpsRefusal("Not everything is well.");
}

async function ask(name: string, url: string): Promise<{ name: string; problem: string | null }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
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
