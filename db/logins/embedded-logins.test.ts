import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { ensureEmbeddedLogins, processUrl } from "./embedded-logins.ts";

const folder = mkdtempSync(path.join(tmpdir(), "smscrm-logins-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the embedded database's logins are created once, readable by this user only, and per folder", () => {
  const made = ensureEmbeddedLogins(folder, 5433);
  expect(made.DATABASE_API_URL).toMatch(/^postgres:\/\/smscrm_api:[\w-]{32}@127\.0\.0\.1:5433\/smscrm$/);
  expect(made.DATABASE_WORKER_URL).toMatch(/^postgres:\/\/smscrm_worker:[\w-]{32}@/);
  expect(new URL(made.DATABASE_API_URL).password).not.toBe(new URL(made.DATABASE_WORKER_URL).password);
  expect(statSync(path.join(folder, "database-logins.json")).mode & 0o777).toBe(0o600);
  expect(ensureEmbeddedLogins(folder, 5433)).toEqual(made);
  expect(ensureEmbeddedLogins(path.join(folder, "other"), 5433)).not.toEqual(made);
});

test("a process connects with its own login if it has one, else with DATABASE_URL", () => {
  const env = { DATABASE_URL: "postgres://owner@host/db", DATA_DIR: folder, EMBEDDED_POSTGRES_PORT: 5433 };
  const own = "postgres://smscrm_api:x@host/db";
  const known = ensureEmbeddedLogins(folder, 5433).DATABASE_API_URL;
  const url = (more: { DATABASE_API_URL?: string }, isEmbedded: boolean) =>
    processUrl("DATABASE_API_URL", { ...env, ...more }, { isEmbedded });
  expect(url({ DATABASE_API_URL: own }, true)).toBe(own);
  expect(url({}, true)).toBe(known);
  expect(url({}, false)).toBe(env.DATABASE_URL);
  const neverStarted = { ...env, DATA_DIR: path.join(folder, "never") };
  expect(processUrl("DATABASE_API_URL", neverStarted, { isEmbedded: true })).toBe(env.DATABASE_URL);
});
