import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { migrateQueue } from "@smscrm/worker/queue/migrate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runScript } from "./run-script.ts";

let fixture: SendFixture;
let first: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  await migrateQueue(fixture.url);
  first = await fixture.tenant();
  await fixture.tenant();
});
afterAll(() => fixture.close());

const ops = (...args: string[]) =>
  runScript(["node_modules/.bin/bun", "scripts/ops.ts", ...args], {
    env: { DATABASE_URL: fixture.url, PORT: "1", WORKER_PORT: "1", REDIS_URL: undefined },
  });
const paused = async () => {
  const [row] = await fixture.sql`select count(sending_paused_at)::int as tenants from tenants`;
  return row!.tenants as number;
};

test("pauses one tenant or all, says why, and writes it down; a second time changes nothing", async () => {
  expect((await ops("pause", "--tenant", first, "--reason", "an incident")).code).toBe(0);
  expect(await paused()).toBe(1);
  expect((await ops("pause", "--all")).output).toContain("Paused: Acme");
  expect((await ops("pause", "--all")).output).toContain("Nothing changed");
  expect(await paused()).toBe(2);
  const [noted] = await fixture.sql`select detail from audit_log where tenant_id = ${first}`;
  expect(noted!.detail).toMatchObject({ reason: "an incident", by: expect.stringContaining("@") });
  expect((await ops("drain", "--limit", "20")).output).toContain("Drained");
  expect((await ops("resume", "--all")).output).toContain("Resumed: Acme, Acme");
  expect(await paused()).toBe(0);
}, 120_000);

test("drain gives up at its limit and says what to look at", async () => {
  const { jobIds, tenantId } = await fixture.running(1);
  await fixture.claim(tenantId, jobIds);
  const { code, output } = await ops("drain", "--limit", "1");
  expect(output).toContain("1 messages are being handed over");
  expect(output).toContain("Not drained within 1 s");
  expect(code).toBe(1);
}, 60_000);

test("health names what does not answer, and fails", async () => {
  const { code, output } = await ops("health");
  expect(output).toMatch(/NOT WELL {2}API: .* does not answer/);
  expect(output).toContain("No backup was ever made");
  expect(code).toBe(1);
}, 60_000);

test("ends all sessions, in force at once", async () => {
  await fixture.sql`insert into users (email, name, password_hash) values ('a@example.com', 'A', 'x')`;
  await fixture.sql`insert into sessions (token_hash, user_id, tenant_id, expires_at)
    select 'x', id, ${first}, now() + interval '1 day' from users`;
  expect((await ops("sign-out", "--all")).output).toContain("Ended 1 sessions");
  expect(await fixture.sql`select 1 from sessions`).toHaveLength(0);
}, 60_000);

test.each([
  [[], /Which command/],
  [["stop"], /Which command/],
  [["pause"], /Say whom it is for/],
  [["pause", "--all", "--tenant", "x"], /either --all or --tenant/],
  [["resume", "--tenant", "x"], /no tenant's id/],
  [["pause", "everything", "--all"], /Which command/],
  [["drain", "--limit", "soon"], /number of seconds/],
  [["drain", "--wait"], /--wait/],
  [["unlock"], /nothing to unlock/],
  [["webhooks", "allow", "203.0.113.7", "--hours", "2"], /Say why/],
  [["webhooks", "allow", "203.0.113.7", "--hours", "48", "--reason", "x"], /from 1 to 24/],
  [["webhooks", "allow", "0.0.0.0/0", "--hours", "1", "--reason", "x"], /or a network from \/16/],
  [["webhooks", "forbid"], /webhooks list/],
] as [string[], RegExp][])(
  "%j is refused in one sentence",
  async (args, sentence) => {
    const { code, output } = await ops(...args);
    expect(output).toMatch(sentence);
    expect(output).not.toContain("    at ");
    expect(code).toBe(1);
  },
  60_000,
);
