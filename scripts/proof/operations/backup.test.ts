import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { testWith } from "./programs.ts";
import { runScript } from "./run-script.ts";

const test = testWith("pg_dump", "psql");

let fixture: SendFixture;
let folder: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  await fixture.running(2);
});
afterAll(() => fixture.close());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "smscrm-backup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const backUp = (env: Record<string, string> = {}) =>
  runScript(["scripts/backup.sh"], { env: { DATABASE_URL: fixture.url, BACKUP_DIR: folder, ...env } });
const files = () => readdirSync(folder).filter((name) => name !== ".lock");
const NAME = /^smscrm_\d{8}_\d{6}\.sql\.gz$/;

/** Puts programs before the real ones on the PATH. */
function inFront(programs: Record<string, string>): { PATH: string } {
  const bin = mkdtempSync(path.join(folder, "bin-"));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  return { PATH: `${bin}:${process.env.PATH}` };
}

test("a backup is one complete file with its checksum, and the database records it", async () => {
  const { code, output } = await backUp();
  expect(output).toContain("Backed up to");
  expect(code).toBe(0);
  const [name, checksum] = files().sort() as [string, string];
  expect(name).toMatch(NAME);
  expect(checksum).toBe(`${name}.sha256`);
  const text = gunzipSync(readFileSync(path.join(folder, name))).toString();
  expect(text).toMatch(/^-- smscrm backup: everything committed before \d{4}-.*Z\n/);
  expect(text).toContain("+61401000002");
  expect(text).toContain("PostgreSQL database dump complete");
  expect((await runScript(["sh", "-c", `cd ${folder} && sha256sum -c ${checksum}`], { env: {} })).code).toBe(
    0,
  );
  const [row] =
    await fixture.sql`select file, size_bytes::int as bytes, sha256, taken_at < finished_at as "inOrder" from backups`;
  const known = readFileSync(path.join(folder, checksum), "utf8").slice(0, 64);
  expect(row).toEqual({
    file: name,
    bytes: readFileSync(path.join(folder, name)).length,
    sha256: known,
    inOrder: true,
  });
}, 60_000);

test("the password is in no command line", async () => {
  const marked = fixture.url.replace("://smscrm:smscrm@", "://smscrm:smsc%72m@");
  const log = path.join(folder, "arguments");
  const front = (name: string) => `echo "$@" >> ${log}; exec $(command -v -p ${name}) "$@"`;
  const env = { ...inFront({ psql: front("psql"), pg_dump: front("pg_dump") }), DATABASE_URL: marked };
  expect((await backUp(env)).code).toBe(0);
  expect(readFileSync(log, "utf8")).not.toMatch(/smsc%72m|:smscrm@/);
}, 60_000);

test("a backup is deleted after seven days; younger or foreign files stay", async () => {
  const aged = (name: string, days: number) => {
    writeFileSync(path.join(folder, name), "old");
    const at = Date.now() / 1_000 - days * 86_400;
    utimesSync(path.join(folder, name), at, at);
  };
  aged("smscrm_20240101_020000.sql.gz", 8);
  aged("smscrm_20240101_020000.sql.gz.sha256", 8);
  aged("smscrm_20240102_020000.sql.gz", 6);
  aged("notes.txt", 30);
  expect((await backUp()).code).toBe(0);
  const kept = files().filter((name) => !name.startsWith("smscrm_2024") || name.includes("20240102"));
  expect(files()).toEqual(kept);
  expect(files()).toContain("smscrm_20240102_020000.sql.gz");
  expect(files()).toContain("notes.txt");
}, 60_000);

test.each([
  [
    "pg_dump ends half-way",
    { pg_dump: 'case $1 in --version) echo "pg_dump (PostgreSQL) 15.1";; *) echo half; exit 1;; esac' },
  ],
  ["the disk is full", { gzip: "cat >/dev/null; exit 1" }],
  ["pg_dump is older than the server", { pg_dump: 'echo "pg_dump (PostgreSQL) 14.1"' }],
])(
  "if %s there is no file, and the exit code says so",
  async (_, programs) => {
    const { code, output } = await backUp(inFront(programs));
    expect(code).toBe(1);
    expect(output).toContain("Backup failed");
    expect(files().filter((name) => !name.startsWith("bin-"))).toEqual([]);
  },
  60_000,
);

test("a missing database, an impossible folder, a wrong number: one clear sentence each", async () => {
  const gone = await backUp({ DATABASE_URL: "postgres://smscrm:smscrm@127.0.0.1:1/smscrm" });
  expect(gone.output).toContain("the database does not answer");
  expect(gone.code).toBe(1);
  expect((await backUp({ BACKUP_DIR: "/proc/backups" })).output).toContain("can't be made");
  expect((await backUp({ BACKUP_KEEP_DAYS: "many" })).output).toContain("must be a number of days");
  expect(files()).toEqual([]);
}, 60_000);

testWith("pg_dump", "psql", "gpg")(
  "encrypted, it can be read only with the passphrase",
  async () => {
    const passphrase = path.join(folder, "passphrase");
    writeFileSync(passphrase, "correct horse battery staple\n");
    expect((await backUp({ BACKUP_PASSPHRASE_FILE: passphrase })).code).toBe(0);
    const name = files().find((each) => each.endsWith(".gpg"))!;
    expect(readFileSync(path.join(folder, name)).includes("PGDMP")).toBe(false);
    const decrypt = (file: string) =>
      runScript(
        [
          "sh",
          "-c",
          `gpg --batch --quiet --pinentry-mode loopback --passphrase-file ${file} -d ${path.join(folder, name)} | gzip -dc`,
        ],
        { env: {} },
      );
    expect((await decrypt(passphrase)).output).toContain("+61401000002");
    writeFileSync(passphrase, "wrong\n");
    expect((await decrypt(passphrase)).output).not.toContain("+61401000002");
  },
  60_000,
);

test("a failed off-site copy is a failing exit, and the backup itself stays", async () => {
  const copies = mkdtempSync(path.join(tmpdir(), "smscrm-copies-"));
  expect((await backUp({ BACKUP_COPY_COMMAND: `cp "$1" ${copies}/` })).code).toBe(0);
  expect(readdirSync(copies)).toHaveLength(2);
  rmSync(copies, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const { code, output } = await backUp({ BACKUP_COPY_COMMAND: `cp "$1" ${copies}/no/where/` });
  expect(code).toBe(1);
  expect(output).toContain("is whole, but the copy off site");
  expect(files().filter((name) => NAME.test(name))).toHaveLength(2);
}, 60_000);

test("an owner under row-level security gets all rows, or a refusal", async () => {
  const { owner: sql, url } = fixture;
  const owner = `owner_${path.basename(folder).replaceAll("-", "_").toLowerCase()}`;
  await sql.unsafe(
    `create role ${owner} login createrole password 'secret'; grant smscrm_pipeline to ${owner}`,
  );
  const own = new URL(url);
  [own.username, own.password] = [owner, "secret"];
  try {
    await sql.unsafe(`grant all on all tables in schema public to ${owner}; grant all on schema public, drizzle to ${owner};
      grant all on all tables in schema drizzle to ${owner}; grant all on all sequences in schema public, drizzle to ${owner}`);
    expect((await backUp({ DATABASE_URL: own.href })).code).toBe(0);
    const [name] = files().filter((each) => NAME.test(each));
    expect(gunzipSync(readFileSync(path.join(folder, name!))).toString()).toContain("+61401000002");
    await sql.unsafe(
      "create table planted (tenant_id uuid); alter table planted enable row level security, force row level security",
    );
    const { code, output } = await backUp({ DATABASE_URL: own.href });
    expect(output).toContain("does not see all rows of planted");
    expect(code).toBe(1);
  } finally {
    await sql.unsafe(`drop table if exists planted; drop owned by ${owner}; drop role ${owner}`);
  }
}, 60_000);

test("two at once: one of them is refused in a sentence", async () => {
  const runs = await Promise.all([backUp(), backUp()]);
  expect(runs.map(({ code }) => code).sort()).toEqual([0, 1]);
  expect(runs.map(({ output }) => output).join()).toContain("is running");
  expect(existsSync(path.join(folder, ".lock"))).toBe(true);
}, 60_000);
