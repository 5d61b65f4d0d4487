import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { expectCarrierAgrees } from "./testing/carrier-agrees.ts";
import { openSendingFixture, QUEUE_MODES, type SendingFixture } from "./testing/sending-fixture.ts";

describe.each(QUEUE_MODES)("sending with tickets on %s", (mode) => {
  let fixture: SendingFixture;
  const open = async (options = {}) => {
    fixture = await openSendingFixture(mode, options);
    return fixture;
  };
  afterEach(() => fixture.close());

  const setUp = async (phones: number | string[]) => {
    const { tenant, number, people, campaign } = fixture;
    const tenantId = await tenant();
    await number(tenantId);
    await people(tenantId, { phones });
    return { tenantId, campaignId: await campaign(tenantId) };
  };
  const completed = (campaignId: string) =>
    fixture.until("the campaign is completed", async () => {
      const [row] = await fixture.sql`select status from campaigns where id = ${campaignId}`;
      return row?.status === "completed";
    });

  test("a campaign from launch to the last receipt: one request each, all counters right", async () => {
    const { sql, allFinal, startOne, creates, until, count } = await open();
    const { tenantId, campaignId } = await setUp(300);
    await sql`insert into do_not_contact (tenant_id, phone_e164) values (${tenantId}, '+61401000007')`;
    startOne();
    await until("frozen", async () => (await count(["failed"])) > 0);
    await allFinal();
    await completed(campaignId);
    expect(creates()).toHaveLength(299);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
    const totals =
      await sql`select status, reason, sum(jobs)::int as jobs from campaign_counters group by 1, 2
      having sum(jobs) > 0 order by 1`;
    expect(totals).toEqual([
      { status: "delivered", reason: "", jobs: 299 },
      { status: "failed", reason: "Do not contact", jobs: 1 },
    ]);
  });

  test("two workers, duplicate and lost tickets: the same result, nothing sent twice", async () => {
    const { sql, allFinal, startOne, creates, until, count } = await open({ latencyMs: 5 });
    const { tenantId, campaignId } = await setUp(400);
    const [first] = [startOne(), startOne()];
    await until("sending has started", () => creates().length > 20);
    const jobs = await sql<{ id: string }[]>`select id from send_jobs where campaign_id = ${campaignId}`;
    const jobIds = jobs.map((job) => job.id);
    await first.queue.add([
      { tenantId, jobIds: jobIds.slice(0, 200) },
      { tenantId, jobIds: jobIds.slice(100, 300) },
    ]);
    await fixture.loseTickets();
    // A lost ticket's lease expires at once instead of after thirty seconds.
    await until("every lease has expired", async () => {
      await sql`delete from send_leases where expires_at < clock_timestamp() + interval '29 seconds'`;
      return (await count(["queued"])) === 0;
    });
    await allFinal();
    expect(creates().filter((entry) => entry.message)).toHaveLength(400);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
  });

  test("every kind of answer: nothing is sent twice; an unknown outcome is found or stays unknown", async () => {
    const { sql, startOne, until, count, creates, receiver } = await open();
    receiver.setDeaf(true);
    const numbers = [
      "980105",
      "980500",
      "980501",
      "980502",
      "980503",
      "980104",
      "980429",
      "991610",
      "991211",
      "991614",
    ];
    await setUp([...numbers.map((suffix) => `+61401${suffix}`), "+61401000001", "+61402000001"]);
    startOne();
    await until("all were submitted", async () => (await count(["sent", "failed", "unknown"])) === 12);
    const reasons =
      await sql`select phone_e164 as "to", status, failure_reason as reason from send_jobs order by 1`;
    const of = (suffix: string) => reasons.find((row) => row.to === `+61401${suffix}`);
    for (const suffix of ["980105", "980500", "980501", "980502", "980503", "980104"]) {
      expect(of(suffix), suffix).toMatchObject({ status: "unknown" });
    }
    expect(of("980429")).toMatchObject({ status: "sent" });
    expect(of("991610")).toMatchObject({ status: "failed", reason: "Do not contact" });
    expect(of("991211")).toMatchObject({ status: "failed", reason: "Invalid phone" });
    expect(of("991614")).toMatchObject({ status: "failed", reason: "Invalid phone" });
    const [suppressed] = await sql`select source from do_not_contact where phone_e164 = '+61401991610'`;
    expect(suppressed).toEqual({ source: "carrier" });

    // The carrier is asked. A message that it has is linked to the right attempt; one that it never had stays
    // unknown.
    await sql`update send_attempts set look_up_at = clock_timestamp() where look_up_at is not null`;
    await until("look-ups are done", async () => {
      const [row] = await sql<
        { n: number }[]
      >`select count(*)::int as n from send_attempts where look_up_at <= clock_timestamp()`;
      return row!.n === 0 && (await count(["unknown"])) === 3;
    });
    await expectCarrierAgrees(fixture);
    await sql`update send_attempts set claimed_at = claimed_at - interval '25 hours' where state = 'unknown'`;
    receiver.setDeaf(false);
    await until("presumed sent", async () => (await count(["unknown"])) === 0);
    const presumed =
      await sql`select spent_micros::int as spent, reserved_micros::int as reserved from send_attempts where state = 'presumed-sent'`;
    expect(presumed).toEqual(Array(3).fill({ spent: 51_500, reserved: 0 }));
    expect(creates().filter((entry) => entry.message).length).toBe(
      new Set(
        creates()
          .filter((entry) => entry.message)
          .map((entry) => entry.form?.To),
      ).size,
    );
    expect(await violations(sql)).toEqual([]);
  });

  test("the carrier is away: everything stays queued, and is sent once when it is back", async () => {
    const { sql, allFinal, startOne, creates, until, carrierDown, carrierUp } = await open();
    await carrierDown();
    await setUp(60);
    startOne();
    await until("refused connections were recorded", async () => {
      const [row] = await sql<
        { n: number }[]
      >`select count(*)::int as n from send_attempts where state = 'released'`;
      return row!.n >= 60;
    });
    await carrierUp();
    await until("all were submitted", async () => {
      await sql`update send_jobs set due_at = clock_timestamp() where hold_reason = 'Carrier busy' and due_at > clock_timestamp()`;
      return creates().length >= 60;
    });
    await allFinal();
    expect(creates()).toHaveLength(60);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
  });

  test("a refused account is paused and keeps its queue; a misconfigured campaign is paused after five errors", async () => {
    const { sql, startOne, until, count, carrier, creates, logged } = await open();
    carrier().faults.add({ kind: "error-code", code: 20003, probability: 1 });
    const { tenantId } = await setUp(50);
    startOne();
    await until("the account is paused", async () => {
      const [row] = await sql`select sending_paused_reason as why from tenants where id = ${tenantId}`;
      return Boolean(row?.why);
    });
    await until("nothing is in flight", async () => (await count(["sending"])) === 0);
    expect(await count(["queued"])).toBe(50);
    carrier().faults.clear();

    const other = await setUpOther();
    carrier().faults.add({ kind: "error-code", code: 21606, probability: 1 });
    await sql`update campaigns set status = 'launching' where id = ${other.campaignId}`;
    await until("the campaign is paused", async () => {
      const [row] = await sql`select status from campaigns where id = ${other.campaignId}`;
      return row?.status === "paused";
    });
    const [left] = await sql<{ n: number }[]>`
      select count(*)::int as n from send_jobs where campaign_id = ${other.campaignId} and status = 'queued'`;
    expect(left!.n).toBeGreaterThan(0);
    expect(creates().length).toBeGreaterThan(0);
    expect(await violations(sql)).toEqual([]);
    for (const secret of ["5151515151515151aaaaaaaaaaaaaaaa", "Hello from Acme", "+61401", "Basic "]) {
      expect(logged.join("\n")).not.toContain(secret);
    }
  });

  test("no number submits more than twice its rate in any second, and the backlog stays with us", async () => {
    const { sql, startOne, allFinal, creates, until, tenant, number, people, campaign } = await open();
    const tenantId = await tenant();
    await number(tenantId, { segmentsPerSecond: 20 });
    await people(tenantId, { phones: 70 });
    await campaign(tenantId);
    startOne();
    startOne();
    await until("all were submitted", () => creates().length === 70);
    await allFinal();
    const times = creates().map((entry) => entry.receivedAt);
    expect(times).toHaveLength(70);
    const most = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
    );
    expect(most).toBeLessThanOrEqual(40);
    expect(await violations(sql)).toEqual([]);
  });

  /** Creates a tenant whose number sends two a second, so that a claim never holds five messages. */
  async function setUpOther() {
    const { tenant, number, people, campaign, sql } = fixture;
    const tenantId = await tenant();
    await number(tenantId, { segmentsPerSecond: 4 });
    await people(tenantId, {
      phones: Array.from({ length: 60 }, (_, at) => `+61405${String(at + 1).padStart(6, "0")}`),
    });
    const campaignId = await campaign(tenantId, { status: "draft" });
    await sql`update sending_numbers set tokens = 0 where tenant_id = ${tenantId}`;
    return { tenantId, campaignId };
  }
});
