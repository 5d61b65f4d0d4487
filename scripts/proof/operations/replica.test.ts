import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Reports, reportsFromReplica } from "@smscrm/db/monitoring/reports";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@smscrm/infra/embedded-postgres/start";
import { afterAll, beforeAll, expect } from "vitest";
import { testWith } from "./programs.ts";

const test = testWith("pg_basebackup");

const BEHIND_SECONDS_MAX = 2;

let fixture: SendFixture;
let standby: EmbeddedPostgres;
let folder: string;
let replicaUrl: string;
let reports: Reports;
let tenantId: string;

beforeAll(async () => {
  fixture = await openSendFixture();
  tenantId = await fixture.tenant();
  await fixture.people(tenantId, { phones: 5 });
  folder = mkdtempSync(path.join(tmpdir(), "smscrm-replica-"));
  const dataDir = path.join(folder, "postgres");
  // Like in the runbook.
  const copied = spawnSync("pg_basebackup", [
    ...["-d", fixture.url, "-D", dataDir],
    ...["-X", "stream", "-c", "fast", "-R"],
  ]);
  expect(copied.stderr.toString()).toBe("");
  const primary = new URL(fixture.url);
  standby = await startEmbeddedPostgres({
    dataDir,
    port: await freePort(),
    user: primary.username,
    password: primary.password,
    database: primary.pathname.slice(1),
    log: () => {},
    whenParentDies: "INT",
  });
  const login = new URL(fixture.logins.DATABASE_API_URL);
  login.host = new URL(standby.url).host;
  replicaUrl = login.href;
  const { database, sql: pipeline } = fixture;
  reports = reportsFromReplica(replicaUrl, { database, pipeline }, BEHIND_SECONDS_MAX);
}, 120_000);

afterAll(async () => {
  await reports?.close();
  await standby?.stop();
  await fixture?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Returns how many contacts of one tenant a report sees. */
async function seen(): Promise<{ contacts: number; replica: boolean; asOf: Date | null }> {
  const { database, asOf } = await reports.source();
  return database.asTenant(tenantId, async (tx) => {
    const [row] = await tx.execute<{ contacts: number; replica: boolean }>(
      "select count(*)::int as contacts, pg_is_in_recovery() as replica from contacts",
    );
    return { contacts: row!.contacts, replica: row!.replica, asOf };
  });
}

test("reports come from a replica that follows, and say up to when they are complete", async () => {
  const other = await fixture.tenant();
  await fixture.people(other, { phones: 3 });
  await expect.poll(seen, { timeout: 10_000 }).toEqual({ contacts: 5, replica: true, asOf: null });
  // Later writes, such as those of autovacuum, may follow the rows.
  await expect
    .poll(() => reports.replica(), { timeout: 10_000 })
    .toMatchObject({ state: "in use", lagSeconds: 0 });

  const admin = openPipeline(standby.url, { name: "replica test", max: 1 });
  await admin`select pg_wal_replay_pause()`;
  const before = new Date();
  await fixture.people(tenantId, { phones: ["+61402000001"] });
  const late = await seen();
  expect(late).toMatchObject({ contacts: 5, replica: true });
  expect(late.asOf!.getTime()).toBeLessThanOrEqual(before.getTime());

  // A replica too far behind is not used: then the report comes from the database and is complete.
  await expect.poll(async () => (await reports.replica())?.state, { timeout: 10_000 }).toBe("too far behind");
  expect(await seen()).toEqual({ contacts: 6, replica: false, asOf: null });

  await admin`select pg_wal_replay_resume()`;
  await admin.end();
  await expect.poll(seen, { timeout: 10_000 }).toEqual({ contacts: 6, replica: true, asOf: null });
});

test("a server that is no standby is not used, because it may be any database", async () => {
  const { database, sql: pipeline } = fixture;
  const wrong = reportsFromReplica(fixture.url, { database, pipeline });
  expect(await wrong.replica()).toMatchObject({ state: "no replica" });
  expect((await wrong.source()).database).toBe(database);
  await wrong.close();
});

test("without its replica reports come from the database at once", async () => {
  await standby.stop();
  const before = performance.now();
  expect(await seen()).toEqual({ contacts: 6, replica: false, asOf: null });
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(await reports.replica()).toMatchObject({ state: "unreachable", lagSeconds: null });
});
