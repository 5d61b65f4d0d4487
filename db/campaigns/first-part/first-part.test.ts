import { DRAW_MAX } from "@smscrm/core/campaigns/first-part/first-part";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "../../testing/ledger-checks.ts";
import { type CampaignGiven, openSendFixture, type SendFixture } from "../../testing/send-fixture.ts";
import { cancelCampaign, cancelQueuedJobs } from "../campaign-states.ts";
import { freezeNextChunk } from "../launch.ts";
import { openRest } from "./decisions.ts";
import { stepFirstParts } from "./step.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const CANARY = { percent: 1, watchMinutes: 30 };
const PEOPLE = 400;
const USER = "00000000-0000-7000-8000-000000000001";

async function launched(given: CampaignGiven = {}, phones: number | string[] = PEOPLE) {
  const run = await fixture.running(phones, { canary: CANARY, ...given });
  return { ...run, ...partOf(run.tenantId, run.campaignId) };
}

/** What a test does with one campaign. */
function partOf(tenantId: string, campaignId: string) {
  const { sql } = fixture;
  return {
    /** As if what was next were due now, as often as asked. */
    step: async (times = 1) => {
      for (let at = 0; at < times; at += 1) {
        await sql`update first_parts set next_at = now() where campaign_id = ${campaignId} and next_at is not null`;
        await stepFirstParts(sql);
      }
    },
    part: async () => (await sql`select * from first_parts where campaign_id = ${campaignId}`)[0]!,
    /** Sends everything that is due, and returns to whom. */
    sendDue: async (): Promise<string[]> => {
      const sent: string[] = [];
      for (let lease = await fixture.lease(500); lease; lease = await fixture.lease(500)) {
        const claim = await fixture.claim(lease.tenantId, lease.jobIds);
        await fixture.accept(claim.messages.map(({ attemptId }) => attemptId));
        sent.push(
          ...claim.messages.filter((message) => message.campaignId === campaignId).map(({ to }) => to),
        );
      }
      return sent;
    },
    /** As if the messages so far had these results, and the watch were at its end. */
    watched: async ({ failed = 0, optedOut = [] as string[] } = {}) => {
      await sql`update send_jobs set status = 'delivered' where campaign_id = ${campaignId} and status = 'sent'`;
      await sql`update send_jobs set status = 'failed', failure_reason = 'Undelivered' where id in (
        select id from send_jobs where campaign_id = ${campaignId} and status = 'delivered' limit ${failed})`;
      for (const phone of optedOut)
        await sql`insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, campaign_id, kind)
          values (${tenantId}, ${`SM${Math.random()}`}, ${phone}, '+61480001000', 'STOP', ${campaignId}, 'opt-out')`;
      await sql`update first_parts set decide_at = now() where campaign_id = ${campaignId} and state = 'watching'`;
    },
    claimAll: async () => {
      const jobs = await sql<{ id: string }[]>`
        select id from send_jobs where campaign_id = ${campaignId} and status = 'queued' order by id`;
      return fixture.claim(
        tenantId,
        jobs.map(({ id }) => id),
      );
    },
    audits: async () =>
      (await sql`select action, detail from audit_log where object_id = ${campaignId} order by id`).map(
        ({ action }) => action as string,
      ),
    endLeases: () => sql`delete from send_leases`,
  };
}

describe("a campaign with a first part", () => {
  test("sends to at least 50 first and watches; then everybody else gets it, once", async () => {
    const { step, part, sendDue, watched, audits, endLeases } = await launched();
    expect(await fixture.lease()).toBeNull();
    expect(await part()).toMatchObject({ state: "sending", size: 50, rest: 350, watch_minutes: 30 });
    await step();
    const first = await sendDue();
    expect(new Set(first).size).toBe(50);
    await step();
    expect(await part()).toMatchObject({ state: "watching" });
    await watched({ optedOut: first.slice(0, 1) });
    await step();
    expect(await part()).toMatchObject({
      ...{
        state: "open",
        decided_by: null,
        figures: { sent: 50, reported: 50, failures: 0, optOuts: 1, complaints: 0 },
      },
      sentence: expect.stringContaining("nothing unusual"),
    });
    await step();
    await endLeases();
    const rest = await sendDue();
    expect(new Set([...first, ...rest]).size).toBe(PEOPLE);
    expect(first.length + rest.length).toBe(PEOPLE);
    expect(await audits()).toEqual(["first-part.go"]);
    expect(await violations(fixture.sql)).toEqual([]);
  });

  test("is held when more opt out than usual, until one of two people continues it", async () => {
    const { tenantId, campaignId, step, part, sendDue, watched, endLeases } = await launched();
    await step();
    const first = await sendDue();
    await step();
    await watched({ optedOut: first.slice(0, 5) });
    await step(3);
    expect(await part()).toMatchObject({
      state: "held",
      sentence: "5 of 50 opted out, usually 1 %: held until somebody decides.",
    });
    await endLeases();
    expect(await sendDue()).toEqual([]);
    const { database } = fixture;
    const decisions = await Promise.all(
      [1, 2].map(() => database.asTenant(tenantId, (tx) => openRest(tx, tenantId, campaignId, USER))),
    );
    expect(decisions.sort()).toEqual([false, true]);
    await step();
    expect((await sendDue()).length).toBe(PEOPLE - 50);
    expect(await part()).toMatchObject({ state: "open", decided_by: USER });
  });

  test("is held when more fail than usual, and when no report has come", async () => {
    const failing = await launched();
    await failing.step();
    await failing.sendDue();
    await failing.step();
    await failing.watched({ failed: 12 });
    await failing.step();
    expect(await failing.part()).toMatchObject({
      state: "held",
      sentence: expect.stringMatching(/^12 of 50 failed/),
    });
    const silent = await launched();
    await silent.step();
    await silent.sendDue();
    await silent.step();
    await fixture.sql`update first_parts set decide_at = now() where campaign_id = ${silent.campaignId}`;
    await silent.step();
    expect(await silent.part()).toMatchObject({
      state: "held",
      sentence: expect.stringMatching(/^No delivery report/),
    });
  });

  test("no ticket, resume or repair of due times lets the rest out: the claim asks again", async () => {
    const { tenantId, campaignId, step, claimAll, part, sendDue } = await launched();
    const { sql } = fixture;
    // Nobody is chosen yet.
    await sql`update campaigns set open_draws = null where id = ${campaignId}`;
    expect((await claimAll()).messages).toEqual([]);
    await sql`update campaigns set open_draws = (select up_to_draw from first_parts where campaign_id = ${campaignId}) where id = ${campaignId}`;
    await step();
    await sql`update send_jobs set due_at = now(), hold_reason = null, not_before = null where campaign_id = ${campaignId}`;
    const claim = await claimAll();
    expect(claim.messages.length).toBe(50);
    expect(claim.held).toBe(PEOPLE - 50);
    await sql`update tenants set sending_paused_at = now() where id = ${tenantId}`;
    expect((await claimAll()).held).toBe(PEOPLE - 50);
    await sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
    await sql`update send_jobs set due_at = now(), hold_reason = null where campaign_id = ${campaignId} and status = 'queued'`;
    expect((await claimAll()).messages).toEqual([]);
    await fixture.accept(claim.messages.map(({ attemptId }) => attemptId));
    // What was claimed by mistake waits where the decision finds it.
    await step();
    expect(await part()).toMatchObject({ state: "watching" });
    await sql`update first_parts set state = 'open' where campaign_id = ${campaignId}`;
    await sql`update campaigns set open_draws = ${DRAW_MAX} where id = ${campaignId}`;
    await step();
    expect((await sendDue()).length).toBe(PEOPLE - 50);
  });

  test("a message that an older claim puts back after the decision still goes", async () => {
    const { campaignId, step, sendDue, endLeases } = await launched();
    const { sql } = fixture;
    const [late] =
      await sql`select id, due_at as "dueAt" from send_jobs where campaign_id = ${campaignId} order by due_at desc limit 1`;
    await sql`update first_parts set state = 'open' where campaign_id = ${campaignId}`;
    await sql`update campaigns set open_draws = ${DRAW_MAX} where id = ${campaignId}`;
    await step();
    await sql`update send_jobs set due_at = ${late!.dueAt as Date}, hold_reason = 'First part' where id = ${late!.id as string}`;
    expect((await sendDue()).length).toBe(PEOPLE - 1);
    await step();
    await endLeases();
    expect((await sendDue()).length).toBe(1);
  });

  test("a launch that is killed and continued chooses the same people, and two workers decide once", async () => {
    const { tenant, number, people, campaign, sql } = fixture;
    const tenantId = await tenant();
    await number(tenantId);
    await people(tenantId, { phones: 6_000 });
    const campaignId = await campaign(tenantId, { canary: CANARY });
    await freezeNextChunk(sql, campaignId, 1);
    const chosen = () => sql`select id, draw from send_jobs where campaign_id = ${campaignId} order by draw`;
    const before = await chosen();
    await Promise.all([freezeNextChunk(sql, campaignId, 1), freezeNextChunk(sql, campaignId, 1)]);
    const after = await chosen();
    expect(after.filter(({ id }) => before.some((one) => one.id === id))).toEqual([...before]);
    const { step, part } = partOf(tenantId, campaignId);
    expect(await part()).toMatchObject({ size: 60, rest: 5_940 });
    await sql`update first_parts set next_at = now() where campaign_id = ${campaignId}`;
    await Promise.all([stepFirstParts(sql), stepFirstParts(sql), stepFirstParts(sql)]);
    await step();
    const [due] =
      await sql`select count(*)::int as due from send_jobs where campaign_id = ${campaignId} and due_at <= now()`;
    expect(due!.due).toBe(60);
  });

  test("cancel and expiry win: the rest is canceled, or refused as too old", async () => {
    const canceled = await launched();
    await canceled.step();
    await canceled.sendDue();
    const { database, sql } = fixture;
    await database.asTenant(canceled.tenantId, async (tx) => {
      await cancelCampaign(tx, canceled.tenantId, canceled.campaignId);
      expect(await cancelQueuedJobs(tx, canceled.tenantId, canceled.campaignId, 5_000)).toBe(PEOPLE - 50);
    });
    await canceled.step();
    expect(await canceled.part()).toMatchObject({ state: "over", next_at: null });
    const expired = await launched({ expiresAt: new Date(Date.now() + 3_600_000) });
    await expired.step();
    await expired.sendDue();
    await sql`update campaigns set expires_at = now() where id = ${expired.campaignId}`;
    await expired.step();
    await expired.endLeases();
    expect(await expired.sendDue()).toEqual([]);
    const [failed] = await sql`
      select count(*)::int as jobs from send_jobs where campaign_id = ${expired.campaignId} and failure_reason = 'Expired'`;
    expect(failed!.jobs).toBe(PEOPLE - 50);
  });

  test("a first part that can't go in time is held, never gone past", async () => {
    const { campaignId, step, part } = await launched();
    await step();
    await fixture.sql`update first_parts set send_by = now() where campaign_id = ${campaignId}`;
    await step();
    expect(await part()).toMatchObject({
      state: "held",
      sentence: "50 messages of the first 50 could not go in time: held until somebody decides.",
    });
  });

  test("does not wait for people at their limit of texts", async () => {
    const { campaignId, step, part, sendDue } = await launched();
    await step();
    await fixture.sql`
      update send_jobs set hold_reason = 'Frequency cap', due_at = now() + interval '5 days' where id in (
        select id from send_jobs where campaign_id = ${campaignId} and due_at <= now() limit 3)`;
    expect((await sendDue()).length).toBe(47);
    await step();
    expect(await part()).toMatchObject({ state: "watching" });
  });

  test("nothing is decided while sending is paused, and a small audience goes at once", async () => {
    const { tenantId, campaignId, step, part, sendDue, watched } = await launched();
    await step();
    await sendDue();
    await step();
    await watched();
    await fixture.sql`update campaigns set status = 'paused' where id = ${campaignId}`;
    await step();
    expect(await part()).toMatchObject({ state: "watching" });
    await fixture.sql`update campaigns set status = 'running' where id = ${campaignId}`;
    await step();
    expect(await part()).toMatchObject({ state: "open" });
    expect(tenantId).toBeDefined();
    const small = await launched({}, 20);
    expect(await small.part()).toMatchObject({ state: "open", size: 20, rest: 0 });
    await small.step();
    expect((await small.sendDue()).length).toBe(20);
  });

  test("the rest of a spread campaign takes its places from the decision", async () => {
    const { campaignId, step } = await launched({ spreadMinutes: 60 });
    const { sql } = fixture;
    await sql`update campaigns set launched_at = launched_at - interval '5 hours', open_draws = ${DRAW_MAX} where id = ${campaignId}`;
    await sql`update first_parts set state = 'open' where campaign_id = ${campaignId}`;
    await step();
    const [places] = await sql`
      select count(*) filter (where due_at > now())::int as later, count(distinct due_at)::int as times,
        max(due_at) <= now() + interval '61 minutes' as "inTime", count(*) filter (where hold_reason = 'Send time')::int as held
      from send_jobs where campaign_id = ${campaignId}`;
    expect(places).toMatchObject({ inTime: true });
    expect(places!.later).toBeGreaterThan(PEOPLE - 10);
    expect(places!.times).toBeGreaterThan(PEOPLE - 10);
    expect(places!.held).toBe(places!.later);
  });
});
