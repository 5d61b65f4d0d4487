import { spawnSync } from "node:child_process";
import path from "node:path";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";
import type { Environment } from "./environment/environment.ts";
import type { Restored } from "./environment/records.ts";
import { runOnce } from "./environment/run-once.ts";
import { attemptIdIn } from "./evaluation/evidence.ts";
import { pause, waitFor } from "./faults/processes.ts";
import { numbersOf } from "./plan/tenants.ts";
import { settle, stillSends } from "./settle.ts";

export type { Restored } from "./environment/records.ts";

const BACKUP_TRIES = 5;
/** The worker asks page by page. With other work on two processors a minute was too short for 13,000 messages. */
const ASKED_LIMIT_MS = 180_000;

/** Whether this machine has what a backup and a restore need (PostgreSQL's client). They would not see a moved clock. */
export function canRestore({ options }: Environment): boolean {
  return !options.clock && ["pg_dump", "psql"].every((each) => spawnSync(each, ["--version"]).status === 0);
}

/** Takes a backup of the running database, whatever happens to the server; null if it failed. */
export async function takeBackup(environment: Environment): Promise<{ file: string; at: number } | null> {
  for (let tries = 0; tries < BACKUP_TRIES; tries += 1) {
    const at = environment.clock.now();
    try {
      await runOnce([path.join(projectFolder, "scripts/backup.sh")], projectFolder, environment.processEnv);
      const [row] = await environment.operator.run(
        (sql) => sql<{ file: string }[]>`select file from backups order by taken_at desc limit 1`,
      );
      if (row) return { file: path.join(environment.processEnv.BACKUP_DIR!, row.file), at };
    } catch {
      // The server was stopped during it; the next backup will work.
      await pause(500);
    }
  }
  return null;
}

/**
 * Kills everything and restores the backup. The locked product asks the carrier, a person unlocks it, and it sends
 * what is left. Then the carrier's complete ledger is checked.
 */
export async function restoreBackup(
  environment: Environment,
  backup: { file: string; at: number },
  settleLimitSeconds: number,
): Promise<Restored> {
  const before = (await environment.carrier.ledger()).filter(({ sid }) => sid !== null);
  const refused = await refusedPeople(environment);
  await Promise.all([...environment.workers, ...environment.apis].map((each) => each.kill()));
  const restoreBegan = environment.clock.now();
  await runOnce(
    [path.join(projectFolder, "scripts/restore.sh"), backup.file, "--yes"],
    projectFolder,
    environment.processEnv,
  );
  const known = await environment.operator.run(
    (sql) =>
      sql<{ sid: string }[]>`select carrier_sid as sid from send_attempts where carrier_sid is not null`,
  );
  const knownSids = new Set(known.map(({ sid }) => sid));
  for (const program of [...environment.workers, ...environment.apis]) program.start();
  const asked = await waitFor(async () => {
    const [row] = await environment.operator.run(
      (sql) => sql`select 1 from restores where checked_until is null
        union all select 1 where not exists (select 1 from restores) limit 1`,
    );
    return !row;
  }, ASKED_LIMIT_MS);
  const whileLocked = (await environment.carrier.ledger()).filter(
    ({ receivedAt }) => receivedAt > restoreBegan,
  );
  const stillRefused = new Set(await refusedPeople(environment));
  let stuck = asked ? null : "the carrier was not asked about everything";
  if (asked) {
    await runOnce([runtimeProgram("bun"), "scripts/ops.ts", "unlock"], projectFolder, environment.processEnv);
    const rest = await settle(environment, settleLimitSeconds);
    if (!rest.settled) stuck = `did not come to rest: ${rest.left}`;
    else if (!(await stillSends(environment, 60))) stuck = "a campaign launched after it was not sent";
  }
  const sent = (await environment.carrier.ledger()).filter(
    ({ sid, receivedAt }) => sid !== null && receivedAt > restoreBegan,
  );
  const textOf = ({ form }: (typeof sent)[number]) => `${form?.To} ${form?.Body}`;
  const already = new Set(before.map(textOf));
  const confirmations = await confirmingAttempts(environment);
  return {
    lostSeconds: (restoreBegan - backup.at) / 1_000,
    unknownToBackup: before.filter(({ sid }) => !knownSids.has(sid!)).length,
    optOuts: refused.length,
    lostOptOuts: refused.filter((each) => !stillRefused.has(each)),
    whileLocked: whileLocked.length,
    sentAfter: sent.length,
    resent: sent.map(textOf).filter((text) => already.has(text) || !already.add(text)),
    // The one confirmation of an opt-out goes to a person on the list.
    afterStop: sent
      .filter(({ form }) => !confirmations.has(attemptIdIn(String(form?.StatusCallback ?? ""))))
      .map(({ form }) => `${tenantOf(environment, String(form?.From))} ${form?.To}`)
      .filter((each) => stillRefused.has(each)),
    stuck,
  };
}

async function confirmingAttempts(environment: Environment): Promise<ReadonlySet<string>> {
  const rows = await environment.operator.run(
    (sql) => sql<{ id: string }[]>`
      select a.id from send_attempts a join campaigns c on c.id = a.campaign_id where c.kind = 'confirmation'`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Returns tenant and number of every entry of the do-not-contact lists. */
async function refusedPeople(environment: Environment): Promise<string[]> {
  const rows = await environment.operator.run(
    (sql) => sql<{ who: string }[]>`select tenant_id || ' ' || phone_e164 as who from do_not_contact`,
  );
  return rows.map(({ who }) => who);
}

function tenantOf(environment: Environment, number: string): string | undefined {
  return environment.tenants.find((tenant) => numbersOf(tenant).includes(number))?.id;
}
