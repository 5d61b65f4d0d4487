import { openPipeline } from "@smscrm/db/postgres/connection";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import { diskState } from "./disk.ts";
import { createMinuteTally } from "./minute-tally.ts";
import { reportMinutes } from "./report-minutes.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme");
});
afterAll(() => server.close());

const rows = () => server.sql<{ requests: number; fast: number; failed: number; lost: number }[]>`
  select requests, requests_fast as fast, requests_failed as failed, database_failures as lost from service_minutes
  where service = 'api'`;

async function reportOnce(): Promise<void> {
  const closing = new AbortController();
  const done = reportMinutes({ ...server.dependencies, closing: closing.signal });
  for (const until = Date.now() + 20_000; (await rows()).length === 0 && Date.now() < until; )
    await new Promise((resolve) => setTimeout(resolve, 20));
  closing.abort();
  await done;
}

it("writes the requests that people waited for, and that the API and its database were up", async () => {
  const owner = await server.signIn("owner@acme.example.com");
  await owner.query("contacts.list", {});
  for (const quiet of ["/health", "/metrics", "/alerts"]) await server.app.request(quiet);
  await reportOnce();
  expect(await rows()).toMatchObject([{ requests: 2, failed: 0, lost: 0 }]);
  expect(await (await server.app.request("/metrics", {}, { remoteAddress: "127.0.0.1" })).text()).toMatch(
    /^smscrm_database_up 1$/m,
  );
  await server.sql`delete from service_minutes`;
});

it("counts a lost database, and writes the count once it is back", async () => {
  const { dependencies } = server;
  const nowhere = openPipeline("postgres://u:p@127.0.0.1:1/none", { name: "test", max: 1 });
  const closing = new AbortController();
  const lost = reportMinutes({ ...dependencies, pipeline: nowhere, closing: closing.signal });
  const isDown = async () =>
    /^smscrm_database_up 0$/m.test(
      await (await server.app.request("/metrics", {}, { remoteAddress: "127.0.0.1" })).text(),
    );
  for (const until = Date.now() + 20_000; !(await isDown()) && Date.now() < until; )
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await isDown()).toBe(true);
  closing.abort();
  await lost;
  await nowhere.end({ timeout: 0 });
  await reportOnce();
  expect((await rows())[0]!.lost).toBeGreaterThan(0);
});

it("counts slow and failed requests, and skips those that nobody waits for", () => {
  const tally = createMinuteTally();
  tally.observe("/trpc/contacts.list", 200, 499);
  tally.observe("/trpc/contacts.list", 500, 500);
  tally.observe("/tenants/1/pause", 200, 10);
  tally.observe("/uploads/1", 200, 9_000);
  tally.failedWith(new Error("of ours"));
  const taken = tally.take();
  expect(taken).toEqual({ requests: 3, requestsFast: 2, requestsFailed: 1, databaseFailures: 0 });
  expect(tally.take()).toEqual({ requests: 0, requestsFast: 0, requestsFailed: 0, databaseFailures: 0 });
  tally.giveBack(taken);
  expect(tally.take()).toEqual(taken);
});

it("checks the disk, and does not report a missing folder as full", async () => {
  expect(await diskState(".")).toEqual({
    state: expect.stringMatching(/^(ok|full)$/),
    freeBytes: expect.any(Number),
  });
  expect(await diskState("/no/such/folder")).toEqual({ state: "unknown", freeBytes: null });
  expect(await (await server.app.request("/ready", {}, { remoteAddress: "127.0.0.1" })).json()).toMatchObject(
    { disk: "ok", database: "ok" },
  );
});
