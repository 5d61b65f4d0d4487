import type { KillSwitchStatus } from "@smscrm/db/tenants/kill-switch";
import { reinstateTenant, suspendTenant } from "@smscrm/db/tenants/suspension";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

const REASON = "Spam complaints";
const SENTENCE = "The platform's operator suspended this organisation: “Spam complaints”.";

let server: TestServer;
let acme: string;
let owner: Caller;
let neighbour: Caller;

beforeAll(async () => {
  server = await startTestServer();
  for (const name of ["acme", "beta"]) {
    const tenantId = await createTenant(server.sql, name);
    await addContacts(server.sql, tenantId, FICTION);
    await server.sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      values (${tenantId}, ${name === "acme" ? "+61444000100" : "+61444000101"}, 'AU', 10)`;
    if (name === "acme") acme = tenantId;
  }
  owner = await server.signIn("owner@acme.example.com");
  neighbour = await server.signIn("owner@beta.example.com");
});
afterAll(() => server.close());

const draftOf = async (caller: Caller) =>
  (await caller.mutate<{ id: string }>("campaigns.create", DRAFT)).data.id;
const statusOf = async (caller: Caller) => (await caller.query<KillSwitchStatus>("killSwitch.status")).data;

describe("a suspended organisation", () => {
  let draftId: string;
  beforeAll(async () => {
    draftId = await draftOf(owner);
    const change = { tenantId: acme, by: "op@host", reason: REASON };
    expect(await suspendTenant(server.dependencies.pipeline, change)).toEqual({ already: null });
  });

  it("sees the suspension and its reason wherever a pause is shown", async () => {
    expect(await statusOf(owner)).toMatchObject({ suspendedReason: REASON, pausedAt: expect.any(String) });
    const { data } = await owner.query<{ paused: unknown }>("home.summary");
    expect(data.paused).toMatchObject({ suspendedReason: REASON });
    const { data: checked } = await owner.query<{ warnings: string[] }>("campaigns.preflight", {
      id: draftId,
    });
    expect(checked.warnings).toContain(`${SENTENCE} Nothing can be launched until they reinstate it.`);
  });

  it("cannot resume sending, from the dashboard or the command line, and is told why", async () => {
    const sentence = `${SENTENCE} Only they can reinstate it.`;
    expect(await owner.mutate("killSwitch.resume")).toMatchObject({ code: "CONFLICT", message: sentence });
    const response = await server.app.request(`/tenants/${acme}/resume`, {
      method: "POST",
      headers: { cookie: owner.cookie },
    });
    expect(response.status).toBe(409);
    expect(await response.text()).toContain(sentence);
    expect(await statusOf(owner)).toMatchObject({ suspendedReason: REASON });
  });

  it("cannot launch anything", async () => {
    expect(await owner.mutate("campaigns.launch", { id: draftId })).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: `${SENTENCE} Nothing can be launched until they reinstate it.`,
    });
    const [row] = await server.sql`select status from campaigns where id = ${draftId}`;
    expect(row!.status).toBe("draft");
  });

  it("signs in, reads its contacts and exports its campaigns", async () => {
    const again = await server.signIn("owner@acme.example.com");
    const contacts = await again.query<{ rows?: unknown[] }>("contacts.list", {});
    expect(contacts.status).toBe(200);
    expect(JSON.stringify(contacts.data)).toContain(FICTION[0]);
    const { path } = (await again.mutate<{ path: string }>("campaigns.export", { id: draftId })).data;
    const file = await server.app.request(path, { headers: { cookie: again.cookie } });
    expect(file.status).toBe(200);
    await file.text();
  });

  it("leaves its neighbour alone, which launches", async () => {
    expect(await statusOf(neighbour)).toEqual({ pausedAt: null });
    const id = await draftOf(neighbour);
    expect(await neighbour.mutate("campaigns.launch", { id })).toMatchObject({ status: 200 });
  });

  it("launches again when it is reinstated", async () => {
    const change = { tenantId: acme, by: "op@host", reason: "Explained" };
    expect(await reinstateTenant(server.dependencies.pipeline, change)).toEqual({ staysPaused: false });
    expect(await statusOf(owner)).toEqual({ pausedAt: null });
    expect(await owner.mutate("campaigns.launch", { id: draftId })).toMatchObject({ status: 200 });
  });
});
