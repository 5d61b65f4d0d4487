import { spawnSync } from "node:child_process";
import path from "node:path";
import { projectFolder, runtimeProgram } from "../start/runtime.ts";
import { comes, pause } from "./faults/processes.ts";
import { settle, stillSends } from "./settle.ts";
import { runOnce } from "./world/run-once.ts";
import type { World } from "./world/world.ts";

/** What became of a run that went back to a backup; `restored` (I10) judges it. */
export interface Restored {
  /** From the backup to the restore: so much the restored database did not know. */
  lostSeconds: number;
  /** Messages that the carrier had and the backup did not. */
  unknownToBackup: number;
  /** Opt-outs in force before the restore, and those among them that were not after it. */
  optOuts: number;
  lostOptOuts: string[];
  /** Requests from the restore to its unlocking. */
  whileLocked: number;
  /** Messages that the carrier took after that; twice, some of them; to somebody who had said no before the restore. */
  sentAfter: number;
  resent: string[];
  afterStop: string[];
  /** What kept it from being finished. */
  stuck: string | null;
}

const BACKUP_TRIES = 5;
/** The worker asks page by page; beside other work on two processors a minute was seen to be too short for 13,000 messages. */
const ASKED_LIMIT_MS = 180_000;

/** Whether this machine has what a backup and a restore need (PostgreSQL's client). A moved clock would stay behind. */
export function canRestore({ options }: World): boolean {
  return !options.clock && ["pg_dump", "psql"].every((each) => spawnSync(each, ["--version"]).status === 0);
}

/** A backup of the database as it stands, whatever befalls the server meanwhile; null where none came about. */
export async function takeBackup(world: World): Promise<{ file: string; at: number } | null> {
  for (let tries = 0; tries < BACKUP_TRIES; tries += 1) {
    const at = world.clock.now();
    try {
      await runOnce([path.join(projectFolder, "scripts/backup.sh")], projectFolder, world.environment);
      const [row] = await world.operator.run(
        (sql) => sql<{ file: string }[]>`select file from backups order by taken_at desc limit 1`,
      );
      if (row) return { file: path.join(world.environment.BACKUP_DIR!, row.file), at };
    } catch {
      // The server was ended under it: the next one will do.
      await pause(500);
    }
  }
  return null;
}

/**
 * Everything dies, and the database goes back to the backup. A locked product asks the carrier, is unlocked by a person,
 * and sends what is left; the carrier, which forgot nothing, is asked what it got.
 */
export async function goBack(
  world: World,
  backup: { file: string; at: number },
  settleLimitSeconds: number,
): Promise<Restored> {
  const before = (await world.carrier.ledger()).filter(({ sid }) => sid !== null);
  const refused = await refusedPeople(world);
  await Promise.all([...world.workers, ...world.apis].map((each) => each.kill()));
  const restoreBegan = world.clock.now();
  await runOnce(
    [path.join(projectFolder, "scripts/restore.sh"), backup.file, "--yes"],
    projectFolder,
    world.environment,
  );
  const known = await world.operator.run(
    (sql) =>
      sql<{ sid: string }[]>`select carrier_sid as sid from send_attempts where carrier_sid is not null`,
  );
  const knownSids = new Set(known.map(({ sid }) => sid));
  for (const program of [...world.workers, ...world.apis]) program.start();
  const asked = await comes(async () => {
    const [row] = await world.operator.run(
      (sql) => sql`select 1 from restores where checked_until is null
        union all select 1 where not exists (select 1 from restores) limit 1`,
    );
    return !row;
  }, ASKED_LIMIT_MS);
  const whileLocked = (await world.carrier.ledger()).filter(({ receivedAt }) => receivedAt > restoreBegan);
  const stillRefused = new Set(await refusedPeople(world));
  let stuck = asked ? null : "the carrier was not asked about everything";
  if (asked) {
    await runOnce([runtimeProgram("bun"), "scripts/ops.ts", "unlock"], projectFolder, world.environment);
    const rest = await settle(world, settleLimitSeconds);
    if (!rest.settled) stuck = `did not come to rest: ${rest.left}`;
    else if (!(await stillSends(world, 60))) stuck = "a campaign launched after it was not sent";
  }
  const sent = (await world.carrier.ledger()).filter(
    ({ sid, receivedAt }) => sid !== null && receivedAt > restoreBegan,
  );
  const textOf = ({ form }: (typeof sent)[number]) => `${form?.To} ${form?.Body}`;
  const already = new Set(before.map(textOf));
  return {
    lostSeconds: (restoreBegan - backup.at) / 1_000,
    unknownToBackup: before.filter(({ sid }) => !knownSids.has(sid!)).length,
    optOuts: refused.length,
    lostOptOuts: refused.filter((each) => !stillRefused.has(each)),
    whileLocked: whileLocked.length,
    sentAfter: sent.length,
    resent: sent.map(textOf).filter((text) => already.has(text) || !already.add(text)),
    afterStop: sent
      .map(({ form }) => `${tenantOf(world, String(form?.From))} ${form?.To}`)
      .filter((each) => stillRefused.has(each)),
    stuck,
  };
}

/** Tenant and number of everybody on a do-not-contact list. */
async function refusedPeople(world: World): Promise<string[]> {
  const rows = await world.operator.run(
    (sql) => sql<{ who: string }[]>`select tenant_id || ' ' || phone_e164 as who from do_not_contact`,
  );
  return rows.map(({ who }) => who);
}

function tenantOf(world: World, number: string): string | undefined {
  return world.tenants.find((tenant) => tenant.number === number)?.id;
}
