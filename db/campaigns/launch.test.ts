import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { pauseCampaign, requestLaunch, resumeCampaign } from "./campaign-states.ts";
import { completeCampaigns, freezeNextChunk, launchingCampaigns } from "./launch.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const CHUNK = 5_000;
const jobsOf = async (campaignId: string) => {
  const [row] = await fixture.sql<
    { n: number }[]
  >`select count(*)::int as n from send_jobs where campaign_id = ${campaignId}`;
  return row!.n;
};

test("a launch that dies between chunks continues; later contacts are not in it", async () => {
  const { sql, tenant, people, campaign } = fixture;
  const tenantId = await tenant();
  await people(tenantId, { phones: CHUNK + 10 });
  const campaignId = await campaign(tenantId);
  await people(tenantId, { phones: ["+61409000001"] });
  expect(await freezeNextChunk(sql, campaignId, 1)).toEqual({ added: CHUNK, audience: CHUNK, done: false });
  expect((await launchingCampaigns(sql)).map((one) => one.id)).toContain(campaignId);
  await people(tenantId, { phones: ["+61409000002"] });
  expect(await freezeNextChunk(sql, campaignId, 1)).toEqual({ added: 10, audience: CHUNK + 10, done: true });
  expect(await jobsOf(campaignId)).toBe(CHUNK + 10);
  expect(await violations(sql)).toEqual([]);
});

test("launched twice and frozen by many workers at once, every contact is in it once", async () => {
  const { sql, database, tenant, people, campaign } = fixture;
  const tenantId = await tenant();
  await people(tenantId, { phones: 500 });
  const campaignId = await campaign(tenantId, { status: "draft" });
  const userId = tenantId;
  const answers = await Promise.all(
    [1, 2, 3].map(() =>
      database.asTenant(tenantId, (tx) => requestLaunch(tx, tenantId, campaignId, userId, null)),
    ),
  );
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
  await Promise.all(Array.from({ length: 8 }, () => freezeNextChunk(sql, campaignId, 1)));
  expect(await jobsOf(campaignId)).toBe(500);
  await sql`update campaigns set status = 'launching', materialize_cursor = null where id = ${campaignId}`;
  expect(await freezeNextChunk(sql, campaignId, 1)).toEqual({ added: 0, audience: 500, done: true });
  expect(await violations(sql)).toEqual([]);
});

test("a campaign paused while it freezes its audience continues when it is resumed", async () => {
  const { sql, database, tenant, people, campaign } = fixture;
  const tenantId = await tenant();
  await people(tenantId, { phones: CHUNK + 1 });
  const campaignId = await campaign(tenantId);
  await freezeNextChunk(sql, campaignId, 1);
  await database.asTenant(tenantId, (tx) => pauseCampaign(tx, tenantId, campaignId));
  expect(await freezeNextChunk(sql, campaignId, 1)).toEqual({ added: 0, audience: 0, done: true });
  await database.asTenant(tenantId, (tx) => resumeCampaign(tx, tenantId, campaignId));
  expect(await freezeNextChunk(sql, campaignId, 1)).toEqual({ added: 1, audience: CHUNK + 1, done: true });
});

test("only contacts with one of the tags are in it", async () => {
  const { tenant, people, campaign, frozen } = fixture;
  const tenantId = await tenant();
  await people(tenantId, { phones: ["+61409000011"], tags: ["gold", "north"] });
  await people(tenantId, { phones: ["+61409000012"], tags: ["south"] });
  expect(await frozen(await campaign(tenantId, { tags: ["north", "west"] }))).toHaveLength(1);
});

test("completes once nothing can go any more, not while a message is held or unknown", async () => {
  const { sql, running, claim, accept } = fixture;
  const { tenantId, campaignId, jobIds } = await running(2);
  const isCompleted = async () => (await completeCampaigns(sql)).some((one) => one.id === campaignId);
  const [first] = (await claim(tenantId, jobIds.slice(0, 1))).messages;
  expect(await isCompleted()).toBe(false);
  await accept([first!.attemptId]);
  expect(await isCompleted()).toBe(false);
  await sql`insert into do_not_contact (tenant_id, phone_e164) select tenant_id, phone_e164 from send_jobs where id = ${jobIds[1]!}`;
  await claim(tenantId, jobIds);
  const completed = await Promise.all([isCompleted(), isCompleted()]);
  expect(completed.filter(Boolean)).toHaveLength(1);
});
