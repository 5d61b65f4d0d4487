import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";

let fixture: SendFixture;
let tenantId: string;
let health: ReturnType<typeof createServer>;
let workerPort: number;

/** Creates a worker that reports healthy, and a tenant that may send. */
beforeEach(async () => {
  fixture = await openSendFixture();
  tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  await fixture.sql`
    insert into worker_heartbeats (worker_id, queue_mode, queue_waiting, queue_active, carrier, started_at, seen_at)
    values ('w1', 'postgres', 0, 0, 'simulator', now(), now() + interval '1 hour')`;
  health = createServer((_, response) => response.end("{}"));
  await new Promise<void>((resolve) => health.listen(0, "127.0.0.1", resolve));
  workerPort = (health.address() as AddressInfo).port;
});
afterEach(async () => {
  health.close();
  await fixture.close();
});

/** Runs the command as an operator types it: `pnpm run doctor …`. */
function doctor(words: string[] = [], more: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, DATABASE_URL: fixture.url, WORKER_PORT: String(workerPort), ...more };
  const script = path.join(projectFolder, "scripts/doctor.ts");
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(runtimeProgram("bun"), [script, ...words], { env, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
}

test("says step by step that nothing is wrong, and ends with code 0", async () => {
  const { code, output } = await doctor();
  expect(output).toMatch(/Issue: Messages not sending\n {4}ok {8}1 worker reaches/);
  expect(output).toMatch(/Issue: Quiet hours not enforced/);
  expect(output).toMatch(/Nothing is wrong\.\n$/);
  expect(code).toBe(0);
}, 90_000);

test("names what is wrong and what to do, and ends with code 1", async () => {
  await fixture.sql`update tenants set sending_paused_at = now(), sending_paused_reason = 'Drill'`;
  const { code, output } = await doctor(["--tenant", tenantId]);
  expect(output).toMatch(/WRONG {5}Sending has been paused since .*: Drill\.\n {14}→ Find out why/);
  expect(output).toMatch(/1 step is wrong/);
  expect(code).toBe(1);
}, 90_000);

test("checks the worker and Redis at their addresses", async () => {
  await fixture.sql`delete from worker_heartbeats`;
  const { output } = await doctor([], { REDIS_URL: "redis://127.0.0.1:1" });
  expect(output).toMatch(/WRONG {5}A worker runs, but it does not reach its queue or database/);
  expect(output).toMatch(/WRONG {5}Redis does not answer/);
}, 90_000);

test("says in a sentence that the database does not answer, without its address", async () => {
  const { code, output } = await doctor([], { DATABASE_URL: "postgres://u:secret@127.0.0.1:1/none" });
  expect(output).toMatch(/^The database could not be reached \(ECONNREFUSED\)\. Check DATABASE_URL/);
  expect(output).not.toContain("secret");
  expect(code).toBe(1);
}, 90_000);
