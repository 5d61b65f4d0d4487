import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let strict: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    trustedProxies: ["203.0.113.10", "10.8.0.0/16", "2001:db8:aaaa::/48"],
    metricsToken: "for-prometheus-alone",
  });
  strict = await startTestServer({ trustedProxies: [] });
  for (const each of [server, strict]) await createTenant(each.sql, "acme");
});
afterAll(() => Promise.all([server.close(), strict.close()]));

/** Returns the address that a sign-in leaves in the audit log. */
async function seen(at: TestServer, remoteAddress: string, forwarded?: string): Promise<string> {
  const response = await at.app.request(
    "/trpc/auth.signIn",
    {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(forwarded === undefined ? {} : { "x-forwarded-for": forwarded }),
      },
      body: JSON.stringify({ email: "owner@acme.example.com", password: "correct horse battery staple" }),
    },
    { remoteAddress },
  );
  expect(response.status).toBe(200);
  const [row] = await at.sql<{ address: string }[]>`
    select detail->>'address' as address from audit_log where action = 'auth.sign-in' order by id desc limit 1`;
  return row!.address;
}

describe("a visitor's address", () => {
  it.each([
    ["127.0.0.1", "198.51.100.1"],
    ["10.0.0.1", "198.51.100.1"],
    ["192.168.1.1", "198.51.100.1"],
    ["fd00::1", "198.51.100.1"],
  ])("is the connection's own where no proxy is trusted: %s", async (connection, forwarded) => {
    expect(await seen(strict, connection, forwarded)).toBe(connection);
  });

  it.each([
    ["203.0.113.10", "198.51.100.1", "198.51.100.1"],
    ["::ffff:203.0.113.10", "198.51.100.1", "198.51.100.1"],
    ["10.8.200.7", "198.51.100.1", "198.51.100.1"],
    ["2001:db8:aaaa:7::1", "2001:db8:1:2::5", "2001:db8:1:2::5"],
    // Through two proxies. What the caller wrote itself comes before them, and is not trusted.
    ["10.8.200.7", "192.0.2.66, 198.51.100.1, 203.0.113.10", "198.51.100.1"],
    ["203.0.113.11", "198.51.100.1", "203.0.113.11"],
    ["10.9.0.1", "198.51.100.1", "10.9.0.1"],
    ["2001:db8:aaab::1", "198.51.100.1", "2001:db8:aaab::1"],
    ["203.0.113.10", "not an address", "203.0.113.10"],
    ["203.0.113.10", "198.51.100.1, <script>", "203.0.113.10"],
    ["203.0.113.10", undefined, "203.0.113.10"],
  ])("connected from %s, named %s, is %s", async (connection, forwarded, address) => {
    expect(await seen(server, connection, forwarded)).toBe(address);
  });

  it("that is made up gets nobody past the throttle, from a private network either", async () => {
    const statuses: number[] = [];
    for (let nth = 0; nth < 31; nth++) {
      const response = await strict.app.request(
        "/trpc/auth.signIn",
        {
          method: "POST",
          headers: { "content-type": "application/json", "x-forwarded-for": `198.51.100.${nth}` },
          body: JSON.stringify({ email: `u${nth}@example.com`, password: "guess" }),
        },
        { remoteAddress: "10.0.0.1" },
      );
      statuses.push(response.status);
    }
    expect(statuses.at(0)).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("what is meant for operators", () => {
  const get = (path: string, remoteAddress: string, headers: Record<string, string> = {}) =>
    server.app.request(path, { headers }, { remoteAddress });
  const token = { authorization: "Bearer for-prometheus-alone" };

  it.each(["/metrics", "/runbook.md"])(
    "%s is refused to strangers, and to a proxy on the machine",
    async (path) => {
      for (const [address, headers] of [
        ["198.51.100.1", {}],
        ["10.0.0.1", {}],
        ["127.0.0.1", { "x-forwarded-for": "198.51.100.1" }],
        ["198.51.100.1", { authorization: "Bearer guess" }],
        ["198.51.100.1", { "x-forwarded-for": "127.0.0.1" }],
      ] as const)
        expect((await get(path, address, headers)).status).toBe(401);
      expect((await get(path, "127.0.0.1")).status).toBe(200);
      expect((await get(path, "198.51.100.1", token)).status).toBe(200);
    },
  );

  it("the runbook opens for everybody who is signed in: alerts link to it", async () => {
    const { cookie } = await server.signIn("owner@acme.example.com");
    const page = await get("/runbook.md", "198.51.100.1", { cookie });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Issue: High failure rate");
  });

  it("/ready tells strangers whether, and operators what is missing", async () => {
    const outside = await get("/ready", "198.51.100.1");
    expect(outside.status).toBe(503);
    expect(await outside.json()).toEqual({ status: "not ready" });
    expect(await (await get("/ready", "127.0.0.1")).json()).toMatchObject({ worker: "not seen", disk: "ok" });
    expect(await (await get("/ready", "10.0.0.1", token)).json()).toMatchObject({ database: "ok" });
  });

  it("/health answers everybody, and tells strangers no version", async () => {
    expect(await (await get("/health", "198.51.100.1")).json()).toEqual({ status: "ok" });
    expect(await (await get("/health", "127.0.0.1")).json()).toMatchObject({ status: "ok", version: "test" });
  });
});
