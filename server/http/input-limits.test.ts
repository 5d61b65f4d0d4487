import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let cookie: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "client-"));
  await mkdir(path.join(folder, "assets"));
  await writeFile(path.join(folder, "index.html"), "<!doctype html>");
  await writeFile(path.join(folder, "assets/app-0a1b2c.js"), "1");
  await writeFile(path.join(folder, "icon.svg"), "<svg/>");
  server = await startTestServer({ clientFolder: folder });
  await createTenant(server.sql, "acme", ["owner", "viewer"]);
  cookie = (await server.signIn("owner@acme.example.com")).cookie;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const post = (procedure: string, body: string, sent = "") =>
  server.app.request(`/trpc/${procedure}`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: sent },
    body,
  });

describe("an input that is nested too deeply", () => {
  const DEEP: Record<string, string> = {
    "120,000 brackets": "[".repeat(120_000),
    "brackets that are closed": `${"[".repeat(60_000)}${"]".repeat(60_000)}`,
    objects: `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
    "one level too many": `${"[".repeat(65)}${"]".repeat(65)}`,
  };
  it.each(Object.keys(DEEP))("is answered with 400: %s", async (name) => {
    for (const sent of ["", cookie]) {
      const answer = await post("auth.signIn", DEEP[name]!, sent);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({
        error: "The input is nested too deep: at most 64 levels are allowed.",
      });
    }
    const inBatch = await post("auth.signIn,auth.signOut?batch=1", `{"0":${DEEP[name]!}}`);
    expect(inBatch.status).toBe(400);
  });

  it("is answered with 400 in an address, and with 414 where it does not fit into one", async () => {
    const get = (text: string) =>
      server.app.request(`/trpc/contacts.list?input=${text}`, { headers: { cookie } });
    expect((await get("%5B".repeat(5_000))).status).toBe(400);
    expect((await get("[".repeat(5_000))).status).toBe(400);
    expect((await get("[".repeat(120_000))).status).toBe(414);
    expect((await server.app.request(`/trpc/live.follow?input=${"%7B%22a%22:".repeat(2_000)}`)).status).toBe(
      400,
    );
    expect(server.logged.filter((line) => line.includes("A procedure failed"))).toEqual([]);
  });

  it("is one that is nested, not one whose text holds brackets", async () => {
    const nested = `{"a":"\\"","b":${"[".repeat(99)}${"]".repeat(99)}}`;
    expect((await post("auth.signIn", nested)).status).toBe(400);
    const password = `${"[{".repeat(50)}"\\`;
    const answer = await post("auth.signIn", JSON.stringify({ email: "a@b.example.com", password }));
    expect(answer.status).toBe(401);
  });

  it("does no harm to a webhook or an upload", async () => {
    const webhook = await server.app.request("/webhooks/twilio/inbound", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `a=${"[".repeat(60_000)}`,
    });
    expect(webhook.status).toBe(403);
    const upload = await server.app.request("/uploads/imports?fileName=a.csv", {
      method: "POST",
      headers: { cookie, "content-type": "text/csv" },
      body: "[".repeat(120_000),
    });
    expect(upload.status).toBeLessThan(500);
  });
});

describe("an input of very many values", () => {
  it("is answered with 400 before each of them is checked", async () => {
    const input = JSON.stringify({ audience: { kind: "tags", tags: Array(120_000).fill(0) } });
    const from = performance.now();
    for (let nth = 0; nth < 20; nth += 1) {
      const answer = await post("campaigns.audienceCount", input, cookie);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({
        error: "The input has more than 5,000 values. Send less at once.",
      });
    }
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  it("is not one whose text has many commas", async () => {
    const body = `${",".repeat(4_000)}\\",${",".repeat(900)}`;
    const answer = await post("campaigns.previewBody", JSON.stringify({ body }), cookie);
    expect(answer.status).toBe(200);
    const many = await post(
      "auth.signIn",
      JSON.stringify({ email: "a@b.example.com", password: ",".repeat(9_000) }),
    );
    expect(many.status).not.toBe(413);
    expect(JSON.stringify(await many.json())).not.toContain("5,000 values");
  });
});

describe("the method of a call", () => {
  const call = (path: string, method: string, more: { query?: string; body?: string } = {}) =>
    server.app.request(`/trpc/${path}${more.query ?? ""}`, {
      method,
      headers: { cookie, "content-type": "application/json" },
      ...(more.body === undefined ? {} : { body: more.body }),
    });

  it("may be POST for a read, so that names and numbers stand in no address", async () => {
    const read = await call("contacts.list", "POST", { body: JSON.stringify({ search: "0491570006" }) });
    expect(read.status).toBe(200);
    const batch = await call("contacts.list,numbers.list", "POST", {
      query: "?batch=1",
      body: JSON.stringify({ 0: { search: "x" }, 1: null }),
    });
    expect([batch.status, ((await batch.json()) as unknown[]).length]).toEqual([200, 2]);
  });

  it("may be GET for a read, as tools and older dashboards ask", async () => {
    const one = await call("contacts.list", "GET", { query: `?input=${encodeURIComponent("{}")}` });
    const batch = await call("contacts.list,numbers.list", "GET", {
      query: `?batch=1&input=${encodeURIComponent(JSON.stringify({ 0: { search: "x" }, 1: null }))}`,
    });
    expect([one.status, batch.status]).toEqual([200, 200]);
  });

  it.each(["GET", "HEAD", "PUT", "PATCH", "DELETE"])("is never %s for a change", async (method) => {
    const input = encodeURIComponent(JSON.stringify({}));
    const answer = await call("killSwitch.pause", method, { query: `?input=${input}` });
    // The framework answers HEAD with an empty 204.
    expect(answer.status).toSatisfy((status: number) => status >= 400 || method === "HEAD");
    expect(await server.sql`select 1 from audit_log where action = 'kill-switch.pause'`).toHaveLength(0);
  });

  it.each(["TRACE", "CONNECT", "OPTIONS"])("%s is answered by nobody", async (method) => {
    // A Request can't be made with TRACE or CONNECT by the platform itself: it is asked for what it does with the name.
    const request = new Request("https://texts.example.com/health");
    Object.defineProperty(request, "method", { value: method });
    const answer = await server.app.fetch(request);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("allow")).toBeNull();
  });
});

describe("the headers of every answer, errors too", () => {
  const ASKED: Record<string, () => Response | Promise<Response>> = {
    "a page": () => server.app.request("/"),
    "a file": () => server.app.request("/assets/app-0a1b2c.js"),
    "a picture": () => server.app.request("/icon.svg"),
    "a missing file": () => server.app.request("/assets/gone.js"),
    "a call": () => server.app.request("/trpc/contacts.list", { headers: { cookie } }),
    "a refused call": () => server.app.request("/trpc/contacts.list"),
    "an unknown call": () => server.app.request("/trpc/no.such"),
    "a call that is too large": () => post("auth.signIn", "x".repeat(300_000)),
    "a call that is too deep": () => post("auth.signIn", "[".repeat(1_000)),
    health: () => server.app.request("/health"),
    "a refused export": () => server.app.request("/campaigns/x/messages.csv"),
    "rejected rows": () => server.app.request("/imports/x/rejections.csv", { headers: { cookie } }),
    "a refused upload": () => server.app.request("/uploads/imports", { method: "POST", body: "x" }),
    "a pause by GET": () => server.app.request("/tenants/x/pause"),
    "a method that is not there": () => server.app.request("/nothing", { method: "DELETE" }),
    "a forged webhook": () => server.app.request("/webhooks/twilio/inbound", { method: "POST" }),
    "a webhook that is not there": () => server.app.request("/webhooks/twilio/none", { method: "POST" }),
  };
  it.each(Object.keys(ASKED))("are there for %s", async (name) => {
    const { headers } = await ASKED[name]!();
    const policy = headers.get("content-security-policy") ?? "";
    for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src"])
      expect(policy).toContain(part);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toMatch(/^(same-origin|no-referrer)$/);
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
    const cache = headers.get("cache-control");
    if (name === "a page" || name === "a picture") expect(cache).toBe("no-cache");
    else if (name === "a file") expect(cache).toContain("immutable");
    else expect(cache).toContain("no-store");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    // Text without a charset is read as the browser guesses.
    const type = headers.get("content-type") ?? "";
    expect(type).toMatch(/^(application\/json\b|(text\/[a-z-]+|image\/svg\+xml); ?charset=utf-8$)/i);
  });

  it("forbid a stream to be kept, or held back by a proxy that packs it", async () => {
    const me = await server.caller(cookie).query<{ tenant: { id: string } }>("auth.me");
    const input = encodeURIComponent(JSON.stringify({ tenantId: me.data.tenant.id, campaigns: [] }));
    const stream = await server.app.request(`/trpc/live.follow?input=${input}`, { headers: { cookie } });
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    expect(stream.headers.get("cache-control")).toBe("no-store, no-transform");
    await stream.body?.cancel();
  });

  it("say nothing of https where the product is served over http", async () => {
    const local = await startTestServer({ publicUrl: "http://127.0.0.1:3000" });
    const { headers } = await local.app.request("/health");
    expect(headers.get("strict-transport-security")).toBeNull();
    await local.close();
  });
});
