import { closeTenant, emptyClosedQueues } from "@smscrm/db/platform/closing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setUpTotp } from "../testing/second-factor.ts";
import {
  addContacts,
  type Caller,
  createPlatform,
  createTenant,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let acme: string;
let owner: Caller;
let neighbour: Caller;
let operator: Caller;

beforeAll(async () => {
  server = await startTestServer();
  await createPlatform(server.sql, ["operator"]);
  acme = await createTenant(server.sql, "acme");
  const beta = await createTenant(server.sql, "beta");
  for (const tenantId of [acme, beta]) {
    const contacts = await addContacts(server.sql, tenantId, FICTION);
    const [campaign] = await server.sql<{ id: string }[]>`
      insert into campaigns (tenant_id, name, body, audience, status, launched_at, audience_count)
      values (${tenantId}, 'Sale', 'Hi', '{"kind":"all"}', 'running', clock_timestamp(), ${contacts.length}) returning id`;
    await server.sql`
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, status)
      select tenant_id, ${campaign!.id}, id, phone_e164, 'queued' from contacts where tenant_id = ${tenantId}`;
  }
  owner = await server.signIn("owner@acme.example.com");
  neighbour = await server.signIn("owner@beta.example.com");
  operator = await server.signIn("operator@platform.example.com");
  await setUpTotp(operator);
});
afterAll(() => server.close());

const reason = "Contract ended";
const statuses = async () =>
  (
    await server.sql<{ name: string; status: string; jobs: number }[]>`
    select t.name, j.status, count(*)::int as jobs from send_jobs j join tenants t on t.id = j.tenant_id
    group by 1, 2 order by 1, 2`
  ).map(({ name, status, jobs }) => `${name} ${status} ${jobs}`);

describe("a closed organisation", () => {
  it("sends nothing more, and its neighbour goes on", async () => {
    const done = await operator.mutate("platform.close", { id: acme, reason });
    expect(done.data).toEqual({ canceledCampaigns: 1, canceledMessages: 5, numbers: 0 });
    expect(await statuses()).toEqual(["acme canceled 5", "beta queued 5"]);
    expect((await neighbour.query("home.summary")).status).toBe(200);
  });

  it("lets nobody in: open sessions end, and the password opens nothing", async () => {
    expect((await owner.query("home.summary")).status).toBe(401);
    await expect(server.signIn("owner@acme.example.com")).rejects.toThrow(/401/);
  });

  it("can't be reinstated, paused or closed again before it is reopened", async () => {
    expect(await operator.mutate("platform.reinstate", { id: acme, reason })).toMatchObject({ status: 412 });
    expect(await operator.mutate("platform.close", { id: acme, reason })).toMatchObject({ code: "CONFLICT" });
  });

  it("keeps its contacts, and lets its members in when it is reopened, still suspended", async () => {
    expect((await operator.mutate("platform.reopen", { id: acme, reason })).status).toBe(200);
    const back = await server.signIn("owner@acme.example.com");
    const { data } = await back.query<{ items: unknown[] }>("contacts.list", {});
    expect(data.items).toHaveLength(5);
    expect((await back.query("killSwitch.status")).data).toMatchObject({ suspendedReason: reason });
    expect(await statuses()).toEqual(["acme canceled 5", "beta queued 5"]);
  });

  it("has its queue emptied by a second call, if the first was cut off", async () => {
    const by = { by: "op@host", userId: null };
    const { pipeline, database } = server.dependencies;
    const [beta] = await server.sql<{ id: string }[]>`select id from tenants where name = 'beta'`;
    await closeTenant(pipeline, by, { tenantId: beta!.id, reason });
    expect(await statuses()).toContain("beta queued 5");
    expect(await emptyClosedQueues(pipeline, database, beta!.id)).toBe(5);
    expect(await emptyClosedQueues(pipeline, database, beta!.id)).toBe(0);
  });

  it("can't be the platform's own", async () => {
    const [platform] = await server.sql<{ id: string }[]>`select id from tenants where is_platform`;
    expect(await operator.mutate("platform.close", { id: platform!.id, reason })).toMatchObject({
      status: 404,
    });
    expect(await operator.mutate("platform.suspend", { id: platform!.id, reason })).toMatchObject({
      status: 404,
    });
  });
});
