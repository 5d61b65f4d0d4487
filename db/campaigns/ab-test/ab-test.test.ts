import type { AbTest } from "@smscrm/core/campaigns/ab-test/ab-test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { violations } from "../../testing/ledger-checks.ts";
import { type CampaignGiven, openSendFixture, type SendFixture } from "../../testing/send-fixture.ts";
import { cancelCampaign } from "../campaign-states.ts";
import { openRest } from "../first-part/decisions.ts";
import { stepFirstParts } from "../first-part/step.ts";
import { chooseText, findTest } from "./decisions.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const USER = "00000000-0000-7000-8000-000000000001";
const PEOPLE = 500;
const TEST: AbTest = {
  ...{ percent: 20, atLeast: 200, measure: "replies", waitMinutes: 60 },
  ...{ choice: "rule", unclear: "hold", defaultVariant: 1 },
  texts: ["Hi {{first_name}} from Acme, B. Reply STOP to opt out"],
};
const BODY = "A from Acme. Reply STOP to opt out";

interface Sent {
  to: string;
  variant: "A" | "B" | "C";
}

async function launched(test: Partial<AbTest> = {}, given: CampaignGiven = {}, people = PEOPLE) {
  const abTest = { ...TEST, ...test };
  const { tenantId, campaignId } = await fixture.running(people, { body: BODY, abTest, ...given });
  const { sql, database } = fixture;
  const inTenant = <T>(work: (tx: TenantTransaction) => Promise<T>) => database.asTenant(tenantId, work);
  const sendDue = async (): Promise<Sent[]> => {
    const sent: Sent[] = [];
    await sql`delete from send_leases`;
    for (let lease = await fixture.lease(500); lease; lease = await fixture.lease(500)) {
      const { messages } = await fixture.claim(lease.tenantId, lease.jobIds);
      await fixture.accept(messages.map(({ attemptId }) => attemptId));
      for (const { campaignId: of, to, body } of messages)
        if (of === campaignId) sent.push({ to, variant: body[0] === "H" ? "B" : (body[0] as "A" | "C") });
    }
    return sent;
  };
  /** As if what is next were due now, and the last look long ago. */
  const step = async (times = 1) => {
    for (let at = 0; at < times; at += 1) {
      await sql`update first_parts set next_at = now(), variants = jsonb_set(variants, '{at}', '"2020-01-01T00:00:00Z"')
        where campaign_id = ${campaignId} and next_at is not null`;
      await sql`update first_parts set next_at = now() where campaign_id = ${campaignId} and next_at is not null`;
      await stepFirstParts(sql);
    }
  };
  return {
    ...{ tenantId, campaignId, sendDue, step },
    test: async () => (await inTenant((tx) => findTest(tx, tenantId, campaignId)))!,
    choose: (variant: number) => inTenant((tx) => chooseText(tx, tenantId, campaignId, variant, USER)),
    /** As if this many of each text had answered like this, and all were delivered. */
    answered: async (variant: string, sent: Sent[], many: number, kind = "none") => {
      await sql`update send_jobs set status = 'delivered' where campaign_id = ${campaignId} and status = 'sent'`;
      for (const { to } of sent.filter((one) => one.variant === variant).slice(0, many))
        await sql`insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, campaign_id, kind)
          values (${tenantId}, ${`SM${Math.random()}`}, ${to}, '+61480001000', 'Yes', ${campaignId}, ${kind})`;
    },
    timeIsOver: () =>
      sql`update first_parts set decide_at = now() where campaign_id = ${campaignId} and state = 'watching'`,
    claimAll: async () => {
      const jobs = await sql<{ id: string }[]>`
        select id from send_jobs where campaign_id = ${campaignId} and status = 'queued' order by id`;
      return fixture.claim(
        tenantId,
        jobs.map(({ id }) => id),
      );
    },
    audits: async () =>
      (await sql`select action from audit_log where object_id = ${campaignId} order by id`).map(
        ({ action }) => action as string,
      ),
  };
}

const count = (sent: Sent[], variant: string) => sent.filter((one) => one.variant === variant).length;

describe("a campaign with an A/B test", () => {
  test("sends each text to its part, and the better one to everybody else, once", async () => {
    const {
      tenantId,
      campaignId,
      step,
      sendDue,
      test: part,
      answered,
      timeIsOver,
      audits,
    } = await launched();
    expect(await sendDue()).toEqual([]);
    await step();
    const tested = await sendDue();
    expect(tested).toHaveLength(200);
    expect(count(tested, "A")).toBeGreaterThan(60);
    expect(count(tested, "B")).toBeGreaterThan(60);
    await step();
    expect(await part()).toMatchObject({ state: "watching", size: 200, rest: 300, winner: null });
    await answered("A", tested, 10);
    await answered("B", tested, 45);
    await step();
    const { figures, state } = await part();
    expect(state).toBe("watching");
    expect(figures!.variants).toMatchObject([
      { variant: 1, people: count(tested, "A"), sent: count(tested, "A"), replies: 10, optOuts: 0 },
      { variant: 2, people: count(tested, "B"), sent: count(tested, "B"), replies: 45, optOuts: 0 },
    ]);
    expect(await sendDue()).toEqual([]);
    await timeIsOver();
    await step(2);
    expect(await part()).toMatchObject({
      ...{ state: "open", winner: 2, decidedBy: null },
      sentence: expect.stringMatching(
        /^Text B gets more replies .* difference is clear\. The rest gets text B\.$/,
      ),
    });
    const rest = await sendDue();
    expect(count(rest, "B")).toBe(300);
    expect(new Set([...tested, ...rest].map(({ to }) => to)).size).toBe(PEOPLE);
    expect(rest).toHaveLength(300);
    expect(await audits()).toEqual(["ab-test.choose"]);
    const [stored] = await fixture.sql`
      select count(*) filter (where draw > test_draws and variant = 2)::int as rest from send_jobs j
      join campaigns c on c.id = j.campaign_id where j.campaign_id = ${campaignId}`;
    expect(stored!.rest).toBe(300);
    expect(await violations(fixture.sql)).toEqual([]);
    expect(tenantId).toBeTruthy();
  });

  test("holds where nothing is clear, until one of two people and no other chooses", async () => {
    const { step, sendDue, test: part, answered, timeIsOver, choose } = await launched();
    await step();
    const tested = await sendDue();
    await step();
    await answered("A", tested, 10);
    await answered("B", tested, 12);
    await timeIsOver();
    await step(3);
    expect(await part()).toMatchObject({
      ...{ state: "held", winner: null },
      sentence: expect.stringMatching(/may be chance: held until somebody chooses\.$/),
    });
    expect(await sendDue()).toEqual([]);
    const decisions = await Promise.all([choose(1), choose(2), step()]);
    expect([decisions[0], decisions[1]].sort()).toEqual([false, true]);
    const winner = decisions[0] ? 1 : 2;
    expect(await choose(3 - winner)).toBe(false);
    await step();
    const rest = await sendDue();
    expect(count(rest, winner === 1 ? "A" : "B")).toBe(300);
    expect(rest).toHaveLength(300);
    expect(await part()).toMatchObject({ state: "open", winner });
    // Nothing changes it afterwards, not even a statement by hand.
    await expect(
      fixture.owner`update campaigns set winner = ${3 - winner} where winner is not null`,
    ).rejects.toThrow(/does not change/);
  });

  test("no ticket, resume or repair lets the rest out, and none gives anybody another text", async () => {
    const { campaignId, step, claimAll, sendDue, choose } = await launched();
    const { sql } = fixture;
    await sql`update campaigns set open_draws = 2147483647 where id = ${campaignId}`;
    await sql`update send_jobs set due_at = now(), hold_reason = null, not_before = null where campaign_id = ${campaignId}`;
    const first = await claimAll();
    expect([first.messages.length, first.held]).toEqual([200, 300]);
    const [stored] = await sql`
      select count(*)::int as wrong from send_attempts a join send_jobs j on j.id = a.send_job_id
      where j.campaign_id = ${campaignId} and (a.body like 'Hi%') <> (j.variant = 2)`;
    expect(stored!.wrong).toBe(0);
    await fixture.accept(first.messages.map(({ attemptId }) => attemptId));
    expect(await choose(2)).toBe(true);
    // Straight from the claim, without a release: the text is the one that was chosen.
    const rest = await claimAll();
    expect(rest.messages.length).toBe(300);
    expect(rest.messages.every(({ body }) => body.startsWith("Hi"))).toBe(true);
    await fixture.accept(rest.messages.map(({ attemptId }) => attemptId));
    await step();
    expect(await sendDue()).toEqual([]);
  });

  test("a text that makes clearly more people opt out is stopped, and its people get the one that is chosen", async () => {
    const texts = [TEST.texts[0]!, "C from Acme. Reply STOP to opt out"];
    const {
      campaignId,
      step,
      sendDue,
      test: part,
      answered,
      audits,
      timeIsOver,
    } = await launched({
      ...{ texts, unclear: "default", defaultVariant: 3 },
    });
    const { sql } = fixture;
    await step();
    // Some of the test can't go yet.
    await sql`update send_jobs set due_at = now() + interval '1 hour' where id in (
      select id from send_jobs where campaign_id = ${campaignId} and variant = 2 and due_at <= now() limit 20)`;
    const tested = await sendDue();
    await answered("B", tested, 15, "opt-out");
    await step();
    expect(await part()).toMatchObject({
      ...{ state: "sending", stopped: [2], sentence: expect.stringMatching(/^Text B is stopped: 15 of/) },
    });
    expect(await audits()).toEqual(["ab-test.stop"]);
    await sql`update send_jobs set due_at = now() where campaign_id = ${campaignId} and status = 'queued' and due_at < '8000-01-01'`;
    expect(await sendDue()).toEqual([]);
    await step(2);
    expect(await sendDue()).toEqual([]);
    expect(await part()).toMatchObject({ state: "watching" });
    await answered("B", tested, 0);
    await timeIsOver();
    await step(2);
    expect(await part()).toMatchObject({ state: "open", winner: 3 });
    const rest = await sendDue();
    expect(count(rest, "C")).toBe(320);
    expect(rest).toHaveLength(320);
  });

  test("goes after its first part, which has all texts, and opens the test only", async () => {
    const {
      tenantId,
      campaignId,
      step,
      sendDue,
      test: part,
      choose,
    } = await launched({}, { canary: { percent: 1, watchMinutes: 30 } });
    await step();
    const first = await sendDue();
    expect(first).toHaveLength(50);
    expect(count(first, "B")).toBeGreaterThan(5);
    expect(await part()).toMatchObject({ state: "waiting" });
    expect(await choose(1)).toBe(false);
    const { database } = fixture;
    expect(await database.asTenant(tenantId, (tx) => openRest(tx, tenantId, campaignId, USER))).toBe(true);
    await step(2);
    expect(await sendDue()).toHaveLength(150);
    expect(await choose(1)).toBe(true);
    await step();
    expect((await sendDue()).map(({ variant }) => variant)).toEqual(Array(300).fill("A"));
  });

  test("of the whole audience counts its replies after the last message, and holds nothing", async () => {
    const { campaignId, step, sendDue, test: part, answered, timeIsOver } = await launched({}, {}, 120);
    await step();
    const tested = await sendDue();
    expect(tested).toHaveLength(120);
    await answered("B", tested, 5);
    await fixture.sql`update campaigns set status = 'completed' where id = ${campaignId}`;
    await step();
    await timeIsOver();
    await step();
    const { figures, ...rest } = await part();
    expect(rest).toMatchObject({
      state: "open",
      rest: 0,
      sentence: expect.stringMatching(/so nobody waits\.$/),
    });
    expect(figures!.variants[1]).toMatchObject({ replies: 5 });
  });

  test("a canceled one has nothing to choose", async () => {
    const { tenantId, campaignId, step, choose, test: part } = await launched();
    await fixture.database.asTenant(tenantId, (tx) => cancelCampaign(tx, tenantId, campaignId));
    await step();
    expect(await part()).toMatchObject({ state: "over" });
    expect(await choose(2)).toBe(false);
  });
});

describe("who gets which text", () => {
  test("is the same in a second launch that was killed, and says nothing about who goes first", async () => {
    const { campaignId } = await launched({ texts: ["B", "C", "D", "E"] }, {}, 3_000);
    const { sql } = fixture;
    const read = () =>
      sql<{ contact: string; variant: number; draw: number }[]>`
        select contact_id as contact, variant, draw from send_jobs where campaign_id = ${campaignId} order by contact_id`;
    const before = await read();
    await sql`delete from send_jobs where campaign_id = ${campaignId}`;
    await sql`update campaigns set status = 'launching', audience_count = 0 where id = ${campaignId}`;
    await fixture.frozen(campaignId);
    expect(await read()).toEqual(before);
    // Each text has a fifth, among all and among those who go first: within five standard deviations.
    const ranked = [...before].sort((a, b) => a.draw - b.draw);
    for (const people of [ranked, ranked.slice(0, 600)])
      for (let variant = 1; variant <= 5; variant += 1) {
        const share = people.filter((one) => one.variant === variant).length / people.length;
        expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / people.length));
      }
  });

  test("the texts of a launched campaign do not change", async () => {
    const { campaignId } = await launched({}, {}, 60);
    await expect(
      fixture.owner`update campaign_texts set body = 'Other' where campaign_id = ${campaignId}`,
    ).rejects.toThrow(/do not change/);
    const texts = await fixture.sql`
      select variant, language, body from campaign_texts where campaign_id = ${campaignId}`;
    expect([...texts]).toEqual([{ variant: 2, language: "", body: TEST.texts[0] }]);
  });
});
