import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { dispatchLagSeconds } from "../monitoring/heartbeats.ts";
import { leaseDueJobs } from "../send/dispatch.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { readSafeguards, setInboxLimit, setTrial } from "./safeguards.ts";

const TEAM = "+61401000001";
const STRANGER = "+61401000002";

let fixture: SendFixture;
let userId: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  const [user] = await fixture.owner<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  userId = user!.id;
});
afterAll(() => fixture.close());
afterEach(
  () => fixture.sql`update campaigns set status = 'completed' where status not in ('completed', 'draft')`,
);

const trial = (tenantId: string, isOn: boolean) =>
  fixture.database.asTenant(tenantId, (tx) => setTrial(tx, tenantId, isOn));
const limit = (tenantId: string, conversations: number | null) =>
  fixture.database.asTenant(tenantId, (tx) => setInboxLimit(tx, tenantId, conversations));
const status = (tenantId: string) =>
  fixture.database.asTenant(tenantId, (tx) => readSafeguards(tx, tenantId));

/** Makes the contact's number one that a member verified as theirs. */
async function onTheTeam(tenantId: string, phone: string): Promise<void> {
  await fixture.owner`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${userId}, 'owner')
    on conflict do nothing`;
  await fixture.owner`
    insert into test_numbers (tenant_id, user_id, phone_e164, contact_id, verified_at)
    select ${tenantId}, ${userId}, phone_e164, id, now() from contacts where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
}

async function leased(): Promise<string[]> {
  const leases = await leaseDueJobs(fixture.sql, 8, 100);
  await fixture.sql`delete from send_leases`;
  return leases.flatMap(({ jobIds }) => jobIds);
}

const isTrial = async (id: string) =>
  (await fixture.sql<{ is: boolean }[]>`select is_trial as is from campaigns where id = ${id}`)[0]!.is;

describe("trial mode", () => {
  test("texts the team and refuses everybody else, also after the trial", async () => {
    const tenantId = await fixture.tenant();
    await fixture.number(tenantId);
    await fixture.people(tenantId, { phones: [TEAM, STRANGER] });
    await onTheTeam(tenantId, TEAM);
    expect(await trial(tenantId, true)).toBe(true);
    expect(await trial(tenantId, true)).toBe(false);
    expect(await status(tenantId)).toMatchObject({ trialSince: expect.any(Date), teamNumbers: [TEAM] });
    const campaignId = await fixture.campaign(tenantId);
    const jobs = await fixture.frozen(campaignId);
    const [first] = jobs;
    // One is claimed during the trial, the other after it.
    await fixture.claim(tenantId, [first!]);
    expect(await trial(tenantId, false)).toBe(true);
    await fixture.claim(tenantId, jobs);
    const outcomes = await fixture.sql`
      select phone_e164 as phone, status, failure_reason as reason, gate from send_jobs
      where campaign_id = ${campaignId} order by phone_e164`;
    expect(outcomes).toEqual([
      { phone: TEAM, status: "sending", reason: null, gate: null },
      { phone: STRANGER, status: "failed", reason: "Trial mode", gate: "phone" },
    ]);
  });

  test("a campaign that is under way waits for its end, and is no backlog", async () => {
    const { tenantId, campaignId, jobIds } = await fixture.running([TEAM, STRANGER]);
    await onTheTeam(tenantId, TEAM);
    await trial(tenantId, true);
    expect(await leased()).toEqual([]);
    await fixture.sql`update send_jobs set due_at = now() - interval '1 hour' where campaign_id = ${campaignId}`;
    expect(await dispatchLagSeconds(fixture.sql)).toBe(0);
    // A ticket that was out already is refused by the claim: the team's number may go, a stranger waits.
    const claim = await fixture.claim(tenantId, jobIds);
    expect(claim).toMatchObject({ held: 1, dropped: 0 });
    expect(claim.messages).toHaveLength(1);
    await trial(tenantId, false);
    await fixture.sql`update send_jobs set due_at = now() where campaign_id = ${campaignId} and status = 'queued'`;
    expect(await leased()).toHaveLength(1);
  });

  test("a number that its member removed is the team's no more", async () => {
    const { tenantId } = await fixture.running([TEAM]);
    await onTheTeam(tenantId, TEAM);
    await fixture.owner`update test_numbers set removed_at = now() where tenant_id = ${tenantId}`;
    expect((await status(tenantId)).teamNumbers).toEqual([]);
    await trial(tenantId, true);
    const jobs = await fixture.frozen(await fixture.campaign(tenantId));
    expect(await fixture.claim(tenantId, jobs)).toMatchObject({ messages: [], dropped: 1 });
  });

  test("a flow goes on for the team; everybody else waits for its end, and loses nothing", async () => {
    const { tenantId } = await fixture.running([]);
    await trial(tenantId, true);
    await fixture.people(tenantId, { phones: [TEAM, STRANGER] });
    await onTheTeam(tenantId, TEAM);
    const [step] = await fixture.owner<{ id: string }[]>`
      insert into campaigns (tenant_id, kind, name, body, audience, status, launched_at)
      values (${tenantId}, 'flow', 'Step 1', 'Hello. Reply STOP to opt out', '{"kind":"tags","tags":[]}', 'running', now())
      returning id`;
    expect(await isTrial(step!.id)).toBe(false);
    await fixture.owner`
      insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
      select tenant_id, ${step!.id}, id, phone_e164, country from contacts where tenant_id = ${tenantId}`;
    const jobs = await leased();
    expect(jobs).toHaveLength(2);
    const during = await fixture.claim(tenantId, jobs);
    expect(during).toMatchObject({ held: 1, dropped: 0 });
    expect(during.messages).toHaveLength(1);
    await trial(tenantId, false);
    expect((await fixture.claim(tenantId, jobs)).messages).toHaveLength(1);
  });

  test("is of one organisation", async () => {
    const { tenantId } = await fixture.running([TEAM]);
    const other = await fixture.running([STRANGER]);
    await trial(tenantId, true);
    expect(await leased()).toEqual(other.jobIds);
  });

  test("what is scheduled in it stays a trial; a draft, a pause and its end do not", async () => {
    const { tenantId, campaignId: real } = await fixture.running([TEAM]);
    const draft = await fixture.campaign(tenantId, { status: "draft" });
    const move = (id: string, to: string) =>
      fixture.sql`update campaigns set status = ${to}, scheduled_at = case when ${to} = 'scheduled' then now() + interval '1 hour' end
        where id = ${id}`;
    await trial(tenantId, true);
    expect(await isTrial(draft)).toBe(false);
    await move(draft, "scheduled");
    expect(await isTrial(draft)).toBe(true);
    await move(draft, "draft");
    expect(await isTrial(draft)).toBe(false);
    await move(draft, "scheduled");
    await move(real, "paused");
    await move(real, "running");
    expect(await isTrial(real)).toBe(false);
    await trial(tenantId, false);
    await move(draft, "launching");
    expect(await isTrial(draft)).toBe(true);
    const later = await fixture.campaign(tenantId, { status: "draft" });
    await move(later, "launching");
    expect(await isTrial(later)).toBe(false);
  });
});

describe("the inbox as the pace of marketing", () => {
  let nth = 0;
  const write = async (tenantId: string, from: string) => {
    nth += 1;
    await fixture.owner`
      insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind)
      values (${tenantId}, ${`SM${String(nth).padStart(32, "0")}`}, ${from}, '+61480001000', 'Hello?', 'none')`;
  };
  const close = (tenantId: string, phone: string) =>
    fixture.owner`update conversations set closed_up_to = last_inbound_id
      where tenant_id = ${tenantId} and phone_e164 = ${phone}`;

  test("marketing waits while more conversations are open than the limit, and continues when fewer are", async () => {
    const { tenantId, campaignId, jobIds } = await fixture.running([TEAM, STRANGER]);
    const reminder = await fixture.campaign(tenantId);
    await fixture.sql`update campaigns set purpose = 'transactional' where id = ${reminder}`;
    const reminders = await fixture.frozen(reminder);
    await limit(tenantId, 1);
    await write(tenantId, "+61401000011");
    expect(await status(tenantId)).toMatchObject({ inboxLimit: 1, inboxIsFull: false });
    expect((await leased()).sort()).toEqual([...jobIds, ...reminders].sort());
    await write(tenantId, "+61401000012");
    expect(await status(tenantId)).toMatchObject({ inboxIsFull: true });
    expect((await leased()).sort()).toEqual([...reminders].sort());
    // A ticket that was out already.
    expect(await fixture.claim(tenantId, jobIds)).toMatchObject({ messages: [], held: 2 });
    const [held] = await fixture.sql`
      select hold_reason as reason, gate, verdict -> 'looked' as looked from send_jobs where campaign_id = ${campaignId} limit 1`;
    expect(held).toEqual({ reason: "Inbox full", gate: "rate", looked: { limit: 1 } });
    await fixture.sql`update campaigns set status = 'completed' where id = ${reminder}`;
    await fixture.sql`update send_jobs set due_at = now() - interval '1 hour' where campaign_id = ${campaignId}`;
    expect(await dispatchLagSeconds(fixture.sql)).toBe(0);
    await close(tenantId, "+61401000012");
    expect((await leased()).sort()).toEqual([...jobIds].sort());
    expect((await fixture.claim(tenantId, jobIds)).messages).toHaveLength(2);
  });

  test("is of one organisation, and of those that set a limit", async () => {
    const busy = await fixture.running([TEAM]);
    const other = await fixture.running([STRANGER]);
    for (const { tenantId } of [busy, other])
      for (const from of ["+61401000021", "+61401000022"]) await write(tenantId, from);
    await limit(busy.tenantId, 1);
    expect(await leased()).toEqual(other.jobIds);
    await limit(busy.tenantId, null);
    expect((await leased()).sort()).toEqual([...busy.jobIds, ...other.jobIds].sort());
  });

  test.each([0, -1, 2_001])("no limit of %s", async (conversations) => {
    const tenantId = await fixture.tenant();
    await expect(limit(tenantId, conversations)).rejects.toThrow();
  });
});
