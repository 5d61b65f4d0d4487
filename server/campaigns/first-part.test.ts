import type { FirstPart } from "@smscrm/db/campaigns/first-part/decisions";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import type { Page } from "@smscrm/db/postgres/page";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MessageRow } from "../messages/router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { Preflight } from "./preflight/run.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let operator: Caller;
let viewer: Caller;

const CANARY = { percent: 10, watchMinutes: 30 };
/** Ordinary numbers that nobody has. */
const PHONES = Array.from({ length: 120 }, (_, at) => `+61401${String(at + 1).padStart(6, "0")}`);

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "operator", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
  viewer = await server.signIn("viewer@acme.example.com");
  await addContacts(server.sql, tenantId, PHONES);
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+61480001000', 'AU', 1000, 1000)`;
  await server.sql`update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}
    where id = ${tenantId}`;
});
afterAll(() => server.close());

const draft = async (change: object = {}) => {
  const made = await owner.mutate<{ id: string }>("campaigns.create", {
    ...DRAFT,
    canary: CANARY,
    ...change,
  });
  expect(made.status, made.message).toBe(200);
  return made.data.id;
};
const launched = async () => {
  const id = await draft();
  expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({ status: 200 });
  while (!(await freezeNextChunk(server.sql, id, 1)).done);
  return id;
};
const partOf = async (id: string) => (await viewer.query<FirstPart | null>("firstPart.get", { id })).data;

it("the preflight says who goes first, what would hold the rest, and waits in its forecast", async () => {
  const checked = (await owner.query<Preflight>("campaigns.preflight", { id: await draft() })).data;
  expect(checked.firstPart).toMatchObject({
    ...{ size: 50, rest: 70, watchMinutes: 30 },
    limits: { failures: 8, optOuts: 4, complaints: 4 },
    baseline: { sent: 0 },
  });
  expect(checked).toMatchObject({
    audience: 120,
    now: { count: 50 },
    waits: [{ reason: "First part", count: 70 }],
  });
  expect(Date.parse(String(checked.finishAt))).toBeGreaterThan(Date.now() + 29 * 60_000);
  const all = (await owner.query<Preflight>("campaigns.preflight", { id: await draft({ canary: null }) }))
    .data;
  expect(all.firstPart).toBeNull();
});

it("refuses a first part without sense, in its own words", async () => {
  const wrong = await owner.mutate("campaigns.create", {
    ...DRAFT,
    canary: { percent: 0, watchMinutes: 30 },
  });
  expect(wrong).toMatchObject({ status: 400 });
  const unknown = await owner.mutate("campaigns.create", { ...DRAFT, canary: { ...CANARY, first: "+61" } });
  expect(unknown).toMatchObject({ status: 400 });
});

it("each waiting message says what it waits for, and of two people one continues", async () => {
  const id = await launched();
  expect(await partOf(id)).toMatchObject({ state: "sending", size: 50, rest: 70, decidedBy: null });
  const { sql } = server;
  const shown = async () =>
    (await viewer.query<Page<MessageRow>>("messages.list", { campaignId: id, limit: 1 })).data.items[0]!;
  expect((await shown()).sentence).toBe(
    "Held: waits for the first part, like 69 others. 50 go first and are watched for 30 minutes.",
  );
  const sentence = "5 of 50 opted out, usually 1 %: held until somebody decides.";
  await sql`update first_parts set state = 'held', sentence = ${sentence} where campaign_id = ${id}`;
  expect(await shown()).toMatchObject({ reason: "First part", sentence: `Held: ${sentence}` });
  expect((await viewer.mutate("firstPart.continue", { id })).status).toBe(403);
  const both = await Promise.all([owner, operator].map((by) => by.mutate("firstPart.continue", { id })));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await partOf(id)).toMatchObject({ state: "open", sentence });
  const [entry] =
    await sql`select detail from audit_log where object_id = ${id} and action = 'first-part.continue'`;
  expect(entry!.detail).toMatchObject({ was: "held", sentence, rest: 70 });
});

it("a canceled campaign has nothing to continue, and a draft has no first part", async () => {
  const id = await launched();
  expect((await owner.mutate("campaigns.cancel", { id })).status).toBe(200);
  expect(await owner.mutate("firstPart.continue", { id })).toMatchObject({ status: 409 });
  expect((await owner.mutate("firstPart.continue", { id: await draft() })).status).toBe(404);
});

it("a changed first part ends an approval", async () => {
  await owner.mutate("settings.updateLaunchLimits", { launchLimits: { operator: 2 } });
  const id = await draft();
  const asked = await operator.mutate("approvals.ask", { campaignId: id });
  if (asked.status !== 200) throw new Error(asked.message);
  await server.sql`update campaigns set canary = '{"percent":2,"watchMinutes":30}' where id = ${id}`;
  const [ended] = await server.sql`select status, end_reason from launch_approvals where campaign_id = ${id}`;
  expect(ended).toEqual({ status: "void", end_reason: "changed" });
});
