import type { AbTest } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { FirstPart } from "@smscrm/db/campaigns/first-part/decisions";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import type { Page } from "@smscrm/db/postgres/page";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Message, MessageRow } from "../messages/router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { ShownTest } from "./ab-test-router.ts";
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

const AB_TEST: AbTest = {
  ...{ percent: 20, atLeast: 100, measure: "replies", waitMinutes: 60 },
  ...{ choice: "rule", unclear: "hold", defaultVariant: 1 },
  texts: [`B of Acme. ${"A longer text costs more. ".repeat(7)}Reply STOP to opt out`],
};
const abDraft = (change: object = {}) => draft({ canary: null, abTest: AB_TEST, ...change });
const testOf = async (id: string) => (await viewer.query<ShownTest | null>("abTest.get", { id })).data!;

it("an A/B test is stored with its texts, copied with its campaign, and read back as it was written", async () => {
  const texts = ["B of Acme", 'C of Acme: it\'s "quoted" \\ and {{first_name|you}}'];
  const id = await abDraft({ abTest: { ...AB_TEST, texts } });
  const read = async (of: string) =>
    (await owner.query<{ abTest: AbTest | null; updatedAt: string }>("campaigns.get", { id: of })).data;
  expect((await read(id)).abTest).toEqual({ ...AB_TEST, texts });
  const copy = await owner.mutate<{ id: string }>("campaigns.duplicate", { id });
  expect((await read(copy.data.id)).abTest).toEqual({ ...AB_TEST, texts });
  const { updatedAt } = await read(id);
  const change = { ...DRAFT, canary: null, id, updatedAt };
  const saved = await owner.mutate<{ updatedAt: string }>("campaigns.update", {
    ...{ ...change, abTest: { ...AB_TEST, texts: ["Another B"] } },
  });
  expect(saved.status, saved.message).toBe(200);
  expect((await read(id)).abTest?.texts).toEqual(["Another B"]);
  // Somebody who saw the older version changes nothing.
  expect((await owner.mutate("campaigns.update", { ...change, abTest: null })).status).toBe(409);
  const off = { ...change, abTest: null, updatedAt: saved.data.updatedAt };
  expect((await owner.mutate("campaigns.update", off)).status).toBe(200);
  expect((await read(id)).abTest).toBeNull();
  expect(await server.sql`select 1 from campaign_texts where campaign_id = ${id}`).toHaveLength(0);
});

it("refuses an A/B test without sense when it is saved, and a text with a fault at the launch", async () => {
  const create = (change: object, more: object = {}) =>
    owner.mutate("campaigns.create", { ...DRAFT, ...more, abTest: { ...AB_TEST, ...change } });
  for (const wrong of [{ texts: [] }, { texts: ["a\0b"] }, { texts: ["x".repeat(20_000)] }, { winner: 2 }])
    expect((await create(wrong)).status).toBe(400);
  expect(await create({ texts: [DRAFT.body] })).toMatchObject({
    ...{ status: 400, message: expect.stringMatching(/^Texts A and B are the same/) },
  });
  expect(await create({ measure: "clicks" })).toMatchObject({
    status: 400,
    message: expect.stringMatching(/^Turn short/),
  });
  expect(await create({}, { canary: { percent: 20, watchMinutes: 30 } })).toMatchObject({ status: 400 });
  const spoken = { language: "en", texts: [{ language: "fr", body: "Bonjour. STOP pour arrêter" }] };
  expect(await create({}, spoken)).toMatchObject({
    ...{ status: 400, message: expect.stringMatching(/^An A\/B test compares texts in one language/) },
  });
  const id = await abDraft({ abTest: { ...AB_TEST, texts: ["Hi {{frist_name}}, B of Acme"] } });
  expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({
    ...{ status: 400, message: expect.stringMatching(/^In text B: There is no field/) },
  });
});

it("the preflight prices every text, and says who is in the test", async () => {
  const checked = (await owner.query<Preflight>("campaigns.preflight", { id: await abDraft() })).data;
  const [a, b] = checked.abTest!.texts;
  expect(checked.abTest).toMatchObject({ size: 100, rest: 20 });
  expect(b!.segments).toBe(a!.segments * 2);
  expect(b!.costMicros).toBe(a!.costMicros * 2);
  // 100 of the test at the mean of both, and 20 at the cheaper to the dearer.
  const each = a!.costMicros / 120;
  expect(checked.cost).toEqual({
    lowMicros: Math.round(100 * 1.5 * each + 20 * each),
    likelyMicros: Math.round(120 * 1.5 * each),
    highMicros: Math.round(100 * 1.5 * each + 20 * 2 * each),
  });
  expect(checked).toMatchObject({ now: { count: 100 }, waits: [{ reason: "First part", count: 20 }] });
  expect(Date.parse(String(checked.finishAt))).toBeGreaterThan(Date.now() + 59 * 60_000);
  const faulty = await abDraft({ abTest: { ...AB_TEST, texts: ["B {{nothing}}"] } });
  const warned = (await owner.query<Preflight>("campaigns.preflight", { id: faulty })).data;
  expect(warned.warnings.some((one) => one.startsWith("In text B: There is no field"))).toBe(true);
});

it("of two people one chooses the text, each message says which text it has, and a viewer chooses nothing", async () => {
  const id = await abDraft();
  expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({ status: 200 });
  while (!(await freezeNextChunk(server.sql, id, 1)).done);
  expect(await testOf(id)).toMatchObject({
    state: "sending",
    size: 100,
    rest: 20,
    winner: null,
    standing: null,
  });
  const [waiting] = await server.sql<{ id: string }[]>`
    select j.id from send_jobs j join campaigns c on c.id = j.campaign_id where c.id = ${id} and j.draw > c.test_draws limit 1`;
  const [tested] = await server.sql<{ id: string; variant: number }[]>`
    select j.id, j.variant from send_jobs j join campaigns c on c.id = j.campaign_id where c.id = ${id} and j.draw <= c.test_draws limit 1`;
  const message = async (of: string) => (await viewer.query<Message>("messages.get", { id: of })).data;
  expect(await message(waiting!.id)).toMatchObject({
    itsText: { variant: null, isInTest: false },
    sentence: expect.stringMatching(
      /^Held: waits for the A\/B test, like 19 others\. 100 get one of its texts/,
    ),
  });
  expect((await message(tested!.id)).itsText).toMatchObject({ variant: tested!.variant, isInTest: true });
  expect((await viewer.mutate("abTest.choose", { id, variant: 1 })).status).toBe(403);
  expect((await owner.mutate("abTest.choose", { id, variant: 3 })).status).toBe(400);
  const both = await Promise.all([
    owner.mutate("abTest.choose", { id, variant: 1 }),
    operator.mutate("abTest.choose", { id, variant: 2 }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  const { winner, decidedBy, state } = await testOf(id);
  expect({ winner, state }).toEqual({ winner: both[0].status === 200 ? 1 : 2, state: "open" });
  const refused = both.find(({ status }) => status === 409)!;
  expect(refused.message).toContain(
    `${decidedBy} decided about this test already: text ${"AB"[winner! - 1]}.`,
  );
  expect((await message(waiting!.id)).itsText).toMatchObject({ variant: winner, isInTest: false, decidedBy });
  const [entry] =
    await server.sql`select detail from audit_log where object_id = ${id} and action = 'ab-test.choose'`;
  expect(entry!.detail).toMatchObject({ variant: winner, rest: 20 });
});

it("a stopped text can't be chosen, and a draft has no test", async () => {
  const id = await abDraft();
  expect((await owner.mutate("abTest.choose", { id, variant: 1 })).status).toBe(404);
  expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({ status: 200 });
  while (!(await freezeNextChunk(server.sql, id, 1)).done);
  await server.sql`update campaigns set stopped_variants = '{2}' where id = ${id}`;
  expect(await owner.mutate("abTest.choose", { id, variant: 2 })).toMatchObject({ status: 400 });
  expect((await owner.mutate("campaigns.cancel", { id })).status).toBe(200);
  expect((await owner.mutate("abTest.choose", { id, variant: 1 })).status).toBe(409);
});

it("a changed text of an A/B test, or a changed test, ends an approval", async () => {
  for (const statement of [
    (id: string) => server.sql`update campaign_texts set body = 'Other' where campaign_id = ${id}`,
    (id: string) => server.sql`update campaigns set ab_test = ab_test || '{"percent":30}' where id = ${id}`,
  ]) {
    const id = await abDraft();
    const asked = await operator.mutate("approvals.ask", { campaignId: id });
    expect(asked.status, asked.message).toBe(200);
    const [seen] =
      await server.sql`select seen -> 'copy' -> 'texts' as texts from launch_approvals where campaign_id = ${id}`;
    expect(seen!.texts).toEqual([{ variant: 2, language: "", body: AB_TEST.texts[0] }]);
    await statement(id);
    const [ended] =
      await server.sql`select status, end_reason from launch_approvals where campaign_id = ${id}`;
    expect(ended).toEqual({ status: "void", end_reason: "changed" });
  }
});
