import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addContacts, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
let acme: string;
let other: string;

beforeEach(async () => {
  server = await startTestServer();
  acme = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  other = await createTenant(server.sql, "other", ["owner"]);
});
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

interface Entry {
  action: string;
  detail: Record<string, unknown>;
}
const entries = async (tenantId: string, action: string): Promise<Entry[]> => [
  ...(await server.sql<Entry[]>`
    select action, detail from audit_log where tenant_id = ${tenantId} and action = ${action} order by id`),
];

describe("what a role does not allow", () => {
  it("is written once a minute for each person, with what was asked for, and then with a count", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
    const viewer = await server.signIn("viewer@acme.example.com");
    for (let nth = 0; nth < 30; nth++) expect((await viewer.mutate("killSwitch.resume")).status).toBe(403);
    expect((await viewer.query("people.list")).status).toBe(403);
    await expect.poll(() => entries(acme, "access.denied")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(61_000);
    await expect.poll(() => entries(acme, "access.denied")).toHaveLength(2);
    expect(await entries(acme, "access.denied")).toEqual([
      { action: "access.denied", detail: { what: "killSwitch.resume", role: "viewer" } },
      {
        action: "access.denied",
        detail: { what: ["killSwitch.resume", "people.list"], role: "viewer", times: 30 },
      },
    ]);
    expect(await entries(other, "access.denied")).toEqual([]);
  });

  it("is written for the routes beside tRPC, too, and the count is not lost when the process stops", async () => {
    const viewer = await server.signIn("viewer@acme.example.com");
    const upload = () =>
      server.app.request("/uploads/imports?fileName=a.csv", {
        method: "POST",
        headers: { cookie: viewer.cookie, "content-type": "text/csv" },
        body: "phone\n+61491570006\n",
      });
    expect((await upload()).status).toBe(403);
    await expect.poll(() => entries(acme, "access.denied")).toHaveLength(1);
    const paused = await server.app.request(`/tenants/${acme}/pause`, {
      method: "POST",
      headers: { cookie: viewer.cookie },
    });
    expect(paused.status).toBe(403);
    server.closing.abort();
    await expect.poll(() => entries(acme, "access.denied")).toHaveLength(2);
    expect((await entries(acme, "access.denied"))[1]!.detail).toMatchObject({
      what: ["killSwitch.pause"],
      times: 1,
    });
  });
});

describe("throttled sign-ins", () => {
  it("are written where the person would have arrived, once for many, and nowhere for unknown addresses", async () => {
    const attempt = (email: string) => server.caller().mutate("auth.signIn", { email, password: "guess" });
    for (let nth = 0; nth < 5; nth++) await attempt("owner@acme.example.com");
    for (let nth = 0; nth < 10; nth++) expect((await attempt("owner@acme.example.com")).status).toBe(429);
    for (let nth = 0; nth < 7; nth++) await attempt("nobody@acme.example.com");
    await expect.poll(() => entries(acme, "auth.sign-in-throttled")).toHaveLength(1);
    expect((await entries(acme, "auth.sign-in-throttled"))[0]!.detail).toEqual({ address: "unknown" });
    expect(await entries(other, "auth.sign-in-throttled")).toEqual([]);
  });
});

describe("files that people take out", () => {
  it("are written before they are sent: rejected rows of an import, and messages of a campaign", async () => {
    const owner = await server.signIn("owner@acme.example.com");
    await addContacts(server.sql, acme, ["+61491570006"]);
    const [file] = await server.sql<{ id: string }[]>`
      insert into imports (tenant_id, file_name, status, header, sample, encoding, delimiter, size_bytes)
      values (${acme}, 'people.csv', 'done', ${server.sql.json(["phone"])}, ${server.sql.json([["1"]])}, 'UTF-8', ',', 10)
      returning id`;
    const [campaign] = await server.sql<{ id: string }[]>`
      insert into campaigns (tenant_id, name, body, audience, status)
      values (${acme}, 'Sale', 'Hi', '{"kind":"all"}', 'running') returning id`;
    const get = (path: string) => server.app.request(path, { headers: { cookie: owner.cookie } });
    for (let nth = 0; nth < 3; nth++)
      expect((await get(`/imports/${file!.id}/rejections.csv`)).status).toBe(200);
    expect(await entries(acme, "import.export")).toHaveLength(1);
    expect((await get(`/campaigns/${campaign!.id}/messages.csv`)).status).toBe(200);
    expect(await entries(acme, "campaign.export")).toHaveLength(1);
    expect((await get(`/imports/${randomUUID()}/rejections.csv`)).status).toBe(404);
  });
});
