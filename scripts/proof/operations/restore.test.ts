import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { erasureLine, keyLine, readErasureList } from "@smscrm/db/privacy/erasure-list";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { findText } from "@smscrm/db/testing/find-text";
import { createOldDatabase } from "@smscrm/db/testing/old-database";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { migrateQueue } from "@smscrm/worker/dispatch/migrate-queue";
import postgres from "postgres";
import { afterAll, beforeAll, expect } from "vitest";
import { runDrill } from "../drill/run.ts";
import { testWith } from "./programs.ts";
import { runScript } from "./run-script.ts";

const test = testWith("pg_dump", "psql");

let fixture: SendFixture;
let folder: string;
let backup: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  await migrateQueue(fixture.url);
  await fixture.running(3);
  folder = mkdtempSync(path.join(tmpdir(), "smscrm-restore-"));
  const env = { DATABASE_URL: fixture.url, BACKUP_DIR: folder };
  const { code, output } = await runScript(["scripts/backup.sh"], { env });
  if (code !== 0) throw new Error(output);
  backup = path.join(folder, readdirSync(folder).find((name) => name.endsWith(".sql.gz"))!);
}, 120_000);
afterAll(async () => {
  for (const name of await databases()) {
    await admin((sql) => sql.unsafe(`drop database if exists "${name}" with (force)`));
  }
  await fixture.close();
  rmSync(folder, { recursive: true, force: true });
});

const restore = (args: string[], input = "") =>
  runScript(["scripts/restore.sh", ...args], { env: { DATABASE_URL: fixture.url }, input });

const nameOf = () => new URL(fixture.url).pathname.slice(1);

async function admin<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const url = new URL(fixture.url);
  url.pathname = "/postgres";
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  return work(sql).finally(() => sql.end());
}

/** Returns the databases that a restore left beside the database itself. */
const databases = () =>
  admin(async (sql) => {
    const rows =
      await sql`select datname as name from pg_database where datname like ${`${nameOf()}\\_%`} order by 1`;
    return rows.map((row) => row.name as string);
  });

const locked = async () => {
  const [row] = await fixture.sql`select count(restore_locked_at)::int as tenants from tenants`;
  return row!.tenants as number;
};

/** Writes a damaged copy of the backup. */
function damaged(name: string, change: (dump: string) => Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, change(gunzipSync(readFileSync(backup)).toString()));
  return file;
}

test.each([
  ["no file is named", () => [], /say which file/],
  ["the file is not there", () => ["/nowhere.sql.gz"], /there is no file/],
  ["two are named", () => [backup, backup], /only one file/],
  ["an option is unknown", () => [backup, "--force"], /no option --force/],
  [
    "the checksum differs",
    () => {
      const file = damaged("smscrm_20260101_000000.sql.gz", (dump) => gzipSync(`${dump}\n-- edited`));
      copyFileSync(`${backup}.sha256`, `${file}.sha256`);
      return [file];
    },
    /its checksum differs/,
  ],
  [
    "it is cut off",
    () => [damaged("smscrm_20260102_000000.sql.gz", (dump) => gzipSync(dump).subarray(0, 9_000))],
    /can't be read to its end/,
  ],
  [
    "the dump is not whole",
    () => [damaged("smscrm_20260103_000000.sql.gz", (dump) => gzipSync(dump.slice(0, 50_000)))],
    /does not hold a whole dump/,
  ],
  [
    "nothing says when it was made",
    () => [damaged("mine.sql.gz", (dump) => gzipSync(dump.replace(/^.*\n/, "")))],
    /says when it was made/,
  ],
  [
    "a statement in it fails",
    () => [damaged("smscrm_20260104_000000.sql.gz", (dump) => gzipSync(`${dump}\nselect 1/0;\n`))],
    /division by zero/,
  ],
  [
    "its counters do not add up",
    () => {
      const edit = "update campaign_counters set jobs = jobs + 1;";
      return [
        damaged("smscrm_20260105_000000.sql.gz", (dump) =>
          gzipSync(`${dump}\nset search_path = public; ${edit}\n`),
        ),
      ];
    },
    /counters do not equal a recount/,
  ],
])(
  "if %s the database stays unchanged, and sending continues",
  async (_, given, sentence) => {
    const { code, output } = await restore([...given(), "--yes"]);
    expect(output).toMatch(sentence);
    expect(code).toBe(1);
    expect(await databases()).toEqual([]);
    expect(await locked()).toBe(0);
  },
  120_000,
);

test("without --yes it asks, and continues only after the database's own name", async () => {
  const { code, output } = await restore([backup], "yes\n");
  expect(output).toContain("Type the database's name");
  expect(output).toContain("nothing was changed");
  expect(code).toBe(1);
  expect(await databases()).toEqual([]);
}, 120_000);

test("a restored database has its old rows, is locked, and the previous database is kept", async () => {
  const { sql } = fixture;
  await sql`update contacts set first_name = 'Changed'`;
  await sql`insert into do_not_contact (tenant_id, phone_e164, source) select id, '+61401000002', 'operator' from tenants`;
  const { code, output } = await restore([backup], `${nameOf()}\n`);
  expect(output).toContain("Sending is LOCKED");
  expect(output).toContain("Opt-outs carried over from the present database: 1");
  expect(code).toBe(0);
  const [person] = await sql`select distinct first_name as name from contacts`;
  expect(person).toEqual({ name: "Ann" });
  expect(await locked()).toBe(1);
  const [entry] = await sql`select phone_e164 as phone, source from do_not_contact`;
  expect(entry).toEqual({ phone: "+61401000002", source: "operator" });
  const [noted] = await sql`select r.source, r.checked_until, a.action from restores r
    join audit_log a on a.object_id = r.id::text`;
  expect(noted).toEqual({ source: path.basename(backup), checked_until: null, action: "restore.lock" });
  const [kept] = await databases();
  expect(kept).toMatch(/_before_\d{8}_\d{6}$/);
  const refused = await runScript(["node_modules/.bin/bun", "scripts/ops.ts", "unlock"], {
    env: { DATABASE_URL: fixture.url },
  });
  expect(refused.output).toContain("The carrier has not been asked yet");
  expect(refused.code).toBe(1);
}, 120_000);

test("a backup from before an erasure is restored without the person; a new backup has the keyed hash alone", async () => {
  const PHONE = "+61401000001";
  const contents = async (file: string) => gunzipSync(readFileSync(file)).toString();
  expect(await contents(backup)).toContain(PHONE);
  const [tenant] = await fixture.sql<
    { id: string }[]
  >`select tenant_id as id from contacts where phone_e164 = ${PHONE}`;
  await erasePerson(fixture.sql, { tenantId: tenant!.id, phone: PHONE, reason: "Request 17", by: null });
  const afterFolder = path.join(folder, "after");
  await runScript(["scripts/backup.sh"], { env: { DATABASE_URL: fixture.url, BACKUP_DIR: afterFolder } });
  const after = path.join(afterFolder, readdirSync(afterFolder).find((name) => name.endsWith(".sql.gz"))!);
  const [erasure] = await fixture.sql<
    { hash: string }[]
  >`select encode(number_hash, 'hex') as hash from erasures`;
  expect(await contents(after)).toContain(erasure!.hash);
  for (const text of [PHONE, PHONE.slice(3)]) expect(await contents(after)).not.toContain(text);

  // The present database's list.
  const first = await restore([backup, "--yes"]);
  expect(first.output).toContain("Erasures repeated: 1, of which 1 had data in the backup");
  expect(first.code).toBe(0);
  expect(await findText(fixture.owner, PHONE)).toEqual([]);
  expect(await fixture.sql`select 1 from contacts`).toHaveLength(2);

  // The workers' file alone: the present database is lost.
  const list = path.join(folder, "erasures.jsonl");
  const { key, erasures } = await readErasureList(fixture.sql, new Date(0));
  writeFileSync(list, [keyLine(key), ...erasures.map(erasureLine)].join("\n"));
  await admin((sql) => sql.unsafe(`drop database "${nameOf()}" with (force)`));
  const second = await runScript(["scripts/restore.sh", backup, "--yes"], {
    env: { DATABASE_URL: fixture.url, ERASURE_LIST: list },
  });
  expect(second.output).toContain("Erasures repeated: 1, of which 1 had data in the backup");
  expect(await findText(fixture.owner, PHONE)).toEqual([]);

  // Without either it says so.
  await admin((sql) => sql.unsafe(`drop database "${nameOf()}" with (force)`));
  const third = await restore([backup, "--yes"]);
  expect(third.output).toContain("WARNING: no list of erasures was found");
}, 180_000);

test("a backup whose audit log was changed is restored with a warning that names it", async () => {
  const edit = `set session_replication_role = replica;
    insert into audit_log (tenant_id, action, object_kind, seq, hash) select id, 'forged', 'tenant', 1, 'x' from tenants;
    set session_replication_role = origin;`;
  const file = damaged("smscrm_20260106_000000.sql.gz", (dump) =>
    gzipSync(`${dump}\nset search_path = public; ${edit}\n`),
  );
  const { code, output } = await restore([file, "--yes"]);
  expect(output).toMatch(/WARNING: The audit log of tenant [0-9a-f-]{36} is broken in \d+ places/);
  expect(output).toContain("Sending is LOCKED");
  expect(code).toBe(0);
}, 120_000);

test("a backup from before the log's sequence, forked by parallel writes, is restored", async () => {
  const old = await createOldDatabase("0013_leases");
  const sql = postgres(old.url, { max: 12, onnotice: () => {} });
  const oldFolder = path.join(folder, "old");
  try {
    await migrateQueue(old.url);
    const [tenant] = await sql<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours)
      values ('Old', 'Australia/Sydney', 'AU', 0, 0, '{}') returning id`;
    const write = async () => {
      for (let nth = 0; nth < 60; nth += 1)
        await sql`insert into audit_log (tenant_id, action, object_kind) values (${tenant!.id}, 'contact.add', 'contact')`;
    };
    const forks = async () => {
      const [row] = await sql<{ forks: number }[]>`
        select count(*)::int as forks from (select previous_hash, lag(hash) over (order by id) as before from audit_log) l
        where previous_hash is distinct from before`;
      return row!.forks;
    };
    for (let round = 0; round < 20 && (await forks()) === 0; round += 1)
      await Promise.all(Array.from({ length: 12 }, write));
    expect(await forks()).toBeGreaterThan(0);
    await runScript(["scripts/backup.sh"], { env: { DATABASE_URL: old.url, BACKUP_DIR: oldFolder } });
    const file = readdirSync(oldFolder).find((name) => name.endsWith(".sql.gz"))!;
    const { code, output } = await restore([path.join(oldFolder, file), "--yes"]);
    expect(output).toContain("Its audit logs are unbroken");
    expect(code).toBe(0);
    const [noted] =
      await fixture.sql`select detail ->> 'linkedWrongly' as forks from audit_log where action = 'audit.reseal'`;
    expect(Number(noted?.forks)).toBeGreaterThan(0);
  } finally {
    await sql.end();
    await old.drop();
  }
}, 180_000);

test.each([
  ["the server's disk", true],
  ["nothing but the state", false],
])(
  "after a kill -9 that lost %s: nobody is texted twice, no STOP is lost, nothing is sent while locked",
  async (_, lost) => {
    const report = await runDrill({ recipients: 120, history: 0, lost, say: () => {} });
    for (const broken of ["resent", "afterStop", "lostOptOuts", "forgotten", "unlinked"] as const) {
      expect(report[broken], broken).toEqual([]);
    }
    expect(report.whileLocked).toBe(0);
    expect(report.difference).toMatch(/\d+ messages were sent since the backup/);
    expect(report.difference).toMatch(/10 people said STOP since the backup/);
    // The draft that was launched after the backup sent some, so the difference covers several campaigns.
    expect(report.accepted).toBeGreaterThan(120);
  },
  300_000,
);
