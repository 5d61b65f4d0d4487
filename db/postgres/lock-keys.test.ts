import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leaseImport } from "../imports/import-runs.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { LOCK_KEYS, LOCK_PREFIXES } from "./lock-keys.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CALL = /pg_(?:try_)?advisory_\w+\(\s*(hashtextextended\(\s*)?([^\s,)|]+(?: ')?)/g;

/** Returns the keys that calls in these files lock, as their code writes them. */
function lockedBy(pattern: string): { file: string; key: string }[] {
  const files = globSync(pattern, { cwd: ROOT, exclude: (name) => name === "node_modules" });
  return files.flatMap((file) =>
    [...readFileSync(`${ROOT}/${file}`, "utf8").matchAll(CALL)].map((call) => ({ file, key: call[2]! })),
  );
}

test("no two advisory locks have one key", () => {
  for (const keys of [Object.values(LOCK_KEYS), Object.values(LOCK_PREFIXES)])
    expect(new Set<unknown>(keys).size).toBe(keys.length);
});

test("an advisory lock takes its key from the list", () => {
  const calls = lockedBy("{core,db,server,worker,infra,scripts}/**/*.ts").filter(
    ({ file }) => file !== "db/postgres/lock-keys.test.ts",
  );
  expect(calls.length).toBeGreaterThanOrEqual(9);
  expect(calls.filter(({ key }) => !/^\$\{(LOCK_KEYS\.\w+\}|LOCK_PREFIXES\.\w+)/.test(key))).toEqual([]);
});

test("the keys that migrations lock by are in the list", () => {
  const listed: string[] = [
    ...Object.values(LOCK_KEYS).map(String),
    ...Object.values(LOCK_PREFIXES).map((prefix) => `'${prefix}'`),
  ];
  const calls = lockedBy("db/migrations/*.sql");
  expect(calls.length).toBeGreaterThanOrEqual(3);
  expect(calls.filter(({ key }) => !listed.includes(key))).toEqual([]);
});

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

test("an import does not wait for what looks at a restore", async () => {
  const held = await fixture.owner.reserve();
  try {
    await held`select pg_advisory_lock(${LOCK_KEYS.databaseIdentity})`;
    const leased = leaseImport(fixture.sql, "a worker").then(() => "answered");
    expect(await Promise.race([leased, new Promise((done) => setTimeout(done, 5_000, "waits"))])).toBe(
      "answered",
    );
  } finally {
    await held`select pg_advisory_unlock(${LOCK_KEYS.databaseIdentity})`;
    held.release();
  }
});
