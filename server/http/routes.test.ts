import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "client-"));
  await mkdir(path.join(folder, "dist/assets"), { recursive: true });
  await writeFile(path.join(folder, "dist/index.html"), "<!doctype html><title>smscrm</title>");
  await writeFile(path.join(folder, "dist/assets/app-0a1b2c.js"), `console.log("${"x".repeat(5_000)}")`);
  await writeFile(path.join(folder, "secret.txt"), "not for you");
  server = await startTestServer({ clientFolder: path.join(folder, "dist") });
  await createTenant(server.sql, "acme");
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Sends requests from the machine itself, like operators and the orchestrator. */
const get = (place: string, headers: Record<string, string> = {}) =>
  server.app.request(place, { headers }, { remoteAddress: "127.0.0.1" });

describe("health", () => {
  it("is alive without asking anybody", async () => {
    expect(await (await get("/health")).json()).toMatchObject({ status: "ok", version: "test" });
  });

  it("says that it leaves, so that a balancer sends it nothing more", async () => {
    const leaving = new AbortController();
    const other = await startTestServer({ leaving: leaving.signal });
    const health = () => other.app.request("/health");
    expect((await health()).status).toBe(200);
    leaving.abort();
    expect((await health()).status).toBe(503);
    expect(await (await health()).json()).toEqual({ status: "leaving" });
    await other.close();
  });

  it("is ready once a worker was seen, and says which part is missing before", async () => {
    const before = await get("/ready");
    expect(before.status).toBe(503);
    expect(await before.json()).toMatchObject({ database: "ok", migrations: "ok", worker: "not seen" });
    await server.sql`
      insert into worker_heartbeats (worker_id, queue_mode, queue_waiting, queue_active, carrier, started_at, seen_at)
      values ('w1', 'postgres', 3, 1, 'simulator', now(), now())`;
    const ready = await get("/ready");
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: "ready", queue: { mode: "postgres", waiting: 3 } });
    await server.sql`update worker_heartbeats set seen_at = now() - interval '31 seconds'`;
    expect((await get("/ready")).status).toBe(503);
  });

  it("is not ready for a schema of another version", async () => {
    await server.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('a later one', 1)`;
    expect(await (await get("/ready")).json()).toMatchObject({ migrations: "ahead" });
    await server.sql`delete from drizzle.__drizzle_migrations where hash = 'a later one'`;
  });

  it("counts requests by pattern, never by address", async () => {
    const owner = await server.signIn("owner@acme.example.com");
    await owner.query("contacts.list", { search: "0491570006" });
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(
      /smscrm_http_request_duration_seconds_count\{route="\/trpc\/contacts.list",method="GET",status="200"\} 1/,
    );
    expect(text).toMatch(/route="\/health"/);
    expect(text).toMatch(/nodejs_eventloop_lag/);
    expect(text + server.logged.join()).not.toContain("0491570006");
  });
});

describe("the dashboard", () => {
  it("is one page under every address that is no file", async () => {
    for (const place of ["/", "/campaigns/1/live", "/sign-in?next=/"]) {
      const response = await get(place);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(await response.text()).toContain("<title>smscrm</title>");
    }
  });

  it("has hashed files that browsers keep for ever, packed", async () => {
    const response = await get("/assets/app-0a1b2c.js", { "accept-encoding": "gzip, br" });
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect(response.headers.get("content-encoding")).toBe("br");
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(500);
    const etag = response.headers.get("etag")!;
    expect((await get("/assets/app-0a1b2c.js", { "if-none-match": etag })).status).toBe(304);
    expect((await get("/assets/gone.js")).status).toBe(404);
  });

  it.each(["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2f..%2fsecret.txt", "/%00", "/%zz"])(
    "%s leads nowhere",
    async (place) => {
      expect(await (await get(place)).text()).not.toContain("not for you");
    },
  );

  it("runs no script but its own, in nobody's frame", async () => {
    const policy = (await get("/")).headers.get("content-security-policy")!;
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });
});

describe("a flood of refused requests", () => {
  it("is logged in a few lines that count every request", async () => {
    await sleep(1_100);
    const from = server.logged.length;
    for (let nth = 0; nth < 60; nth += 1) await server.caller().query("home.summary");
    await sleep(1_100);
    const lines = server.logged.slice(from).map((line) => JSON.parse(line));
    const single = lines.filter(({ msg, status }) => msg === "request" && status === 401);
    const counted = lines.reduce((sum, { unlogged }) => sum + (unlogged?.[401] ?? 0), 0);
    expect(single.length + counted).toBe(60);
    expect(single.length).toBeLessThan(40);
  });
});

describe("what cannot be answered", () => {
  it("is an id in the answer and the whole story, without its values, in the log", async () => {
    const owner = await server.signIn("owner@acme.example.com");
    await server.sql`alter table contacts rename column phone_e164 to gone`;
    const answer = await owner.query("contacts.list", { tag: "Very Private" });
    await server.sql`alter table contacts rename column gone to phone_e164`;
    expect(answer.status).toBe(500);
    const [, id] = /^Something went wrong on our side \(request ([0-9a-f]{8})\)\.$/.exec(answer.message!)!;
    const line = server.logged.find((each) => each.includes("A procedure failed"))!;
    expect(JSON.parse(line)).toMatchObject({ requestId: id, procedure: "contacts.list" });
    expect(line.toLowerCase()).not.toContain("private");
  });

  it("is a sentence, and not our fault, when a text holds NUL or half a character", async () => {
    const owner = await server.signIn("owner@acme.example.com");
    const campaign = { audience: { kind: "all" }, quietHours: null, expiresAt: null, smartEncoding: true };
    const answers = [
      await owner.mutate("campaigns.create", { ...campaign, name: "Sale", body: "Hi \u0000" }),
      await owner.mutate("campaigns.create", { ...campaign, name: "Sale \ud800", body: "Hi" }),
      await owner.mutate("contacts.update", { id: crypto.randomUUID(), custom: { "a\u0000": "b" } }),
      await owner.query("contacts.list", { search: "\u0000" }),
      await server.caller().mutate("auth.signIn", { email: "a@b.example.com", password: "\u0000" }),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 400, message: expect.stringContaining("invisible character") });
    }
  });

  it("is refused when it is too large, or comes in too large a batch", async () => {
    const owner = await server.signIn("owner@acme.example.com");
    const large = await server.app.request("/trpc/campaigns.create", {
      method: "POST",
      headers: { cookie: owner.cookie, "content-type": "application/json" },
      body: JSON.stringify({ body: "x".repeat(300_000) }),
    });
    expect(large.status).toBe(413);
    const names = Array(21).fill("auth.me").join(",");
    expect((await get(`/trpc/${names}?batch=1&input={}`)).status).toBe(400);
  });
});
