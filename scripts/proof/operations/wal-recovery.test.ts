import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { confirmIdentity } from "@smscrm/db/restore/lock";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { dyingWithParent } from "@smscrm/infra/embedded-postgres/run-as";
import type { EmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";
import { afterEach, expect } from "vitest";
import { ownPostgres } from "../test/own-postgres.ts";
import { testWith } from "./programs.ts";

const test = testWith("pg_basebackup", "pg_receivewal");

/** What the runbook promises of a copied log. */
const RECOVERY_POINT_MS = 5_000;

let folder: string;
let receiver: ChildProcess | undefined;
const servers: EmbeddedPostgres[] = [];
afterEach(async () => {
  receiver?.kill("SIGKILL");
  for (const server of servers) await server.stop().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
});

test("with the log copied like in the runbook, a killed server with a lost disk comes back locked and lacks only the last moments", async () => {
  folder = mkdtempSync(path.join(tmpdir(), "smscrm-wal-"));
  const archive = path.join(folder, "wal-archive");
  const base = path.join(folder, "base");
  const lost = await start(path.join(folder, "postgres"));
  const fixture = await openSendFixture(lost.url);
  expect(await confirmIdentity(fixture.sql)).toBe("new");

  run("pg_receivewal", "-d", fixture.url, "--slot", "smscrm_archive", "--create-slot", "--if-not-exists");
  mkdirSync(archive);
  const [command, ...args] = [...dyingWithParent("KILL"), "pg_receivewal", "-d", fixture.url, "-D", archive];
  receiver = spawn(command!, [...args, "--slot", "smscrm_archive", "--synchronous"], { stdio: "ignore" });
  run("pg_basebackup", "-d", fixture.url, "-D", base, "-X", "stream", "-c", "fast");

  // Messages are submitted and people opt out until the kill.
  const { tenantId, jobIds } = await fixture.running(5_000);
  const committed = await workUntilKilled(fixture, tenantId, jobIds, lost);
  expect(committed.length).toBeGreaterThan(50);
  rmSync(path.join(folder, "postgres"), { recursive: true, force: true });
  // The copy needs no database: its last file is complete as soon as the sender is gone.
  receiver.kill("SIGINT");
  await once(receiver, "exit");

  const restored = path.join(folder, "restored");
  mkdirSync(restored, { mode: 0o700 });
  cpSync(base, restored, { recursive: true });
  appendFileSync(
    path.join(restored, "postgresql.auto.conf"),
    `restore_command = 'cp ${archive}/%f %p || cp ${archive}/%f.partial %p'\nrecovery_target_action = 'promote'\n`,
  );
  writeFileSync(path.join(restored, "recovery.signal"), "");
  expect(readdirSync(archive).length).toBeGreaterThan(0);
  const back = await start(restored);

  const url = new URL(back.url);
  url.pathname = new URL(fixture.url).pathname;
  const sql = openPipeline(url.toString(), { name: "after recovery", max: 2 });
  try {
    await expect.poll(async () => (await sql`select pg_is_in_recovery() as still`)[0]?.still).toBe(false);
    const rows = await sql<{ phone: string }[]>`
      select phone_e164 as phone from do_not_contact union all select to_phone from send_attempts where state = 'accepted'`;
    const kept = new Set(rows.map(({ phone }) => phone));
    const gone = committed.filter(({ phone }) => !kept.has(phone));
    const lostMs = gone.length === 0 ? 0 : committed.at(-1)!.atMs - gone[0]!.atMs;
    expect(lostMs).toBeLessThan(RECOVERY_POINT_MS);
    console.info(
      `${committed.length} commits, ${gone.length} of them lost: the last ${Math.round(lostMs)} ms`,
    );
    // It may lack what the carrier did: nothing is sent until the carrier was compared and a person has looked.
    expect(await confirmIdentity(sql)).toBe("locked");
  } finally {
    await sql.end({ timeout: 1 });
  }
}, 120_000);

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await ownPostgres(dataDir);
  servers.push(server);
  return server;
}

interface Commit {
  phone: string;
  atMs: number;
}

/** Returns what was answered as committed before the server was killed, in order. */
async function workUntilKilled(
  { sql, claim, accept }: SendFixture,
  tenantId: string,
  jobIds: string[],
  server: EmbeddedPostgres,
): Promise<Commit[]> {
  const committed: Commit[] = [];
  const work = (async () => {
    for (let at = 0; at < jobIds.length; at += 1) {
      const { messages } = await claim(tenantId, [jobIds[at]!]);
      await accept(messages.map((message) => message.attemptId));
      for (const message of messages) committed.push({ phone: message.to, atMs: performance.now() });
      const phone = `+61402${String(at).padStart(6, "0")}`;
      await sql`insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, ${phone}, 'operator')`;
      committed.push({ phone, atMs: performance.now() });
    }
  })();
  const ended = work.then(
    () => "done",
    () => "cut off",
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  process.kill(server.pid, "SIGKILL");
  expect(await ended).toBe("cut off");
  return committed;
}

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { timeout: 60_000 });
  expect(`${program} ended with ${status}: ${stderr}`).toBe(`${program} ended with 0: `);
}
