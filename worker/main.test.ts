import { SUBMISSION_LIMIT_MS } from "@smscrm/core/send/send-job";
import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { expectCarrierAgrees } from "./testing/carrier-agrees.ts";
import { openSendingFixture, QUEUE_MODES, type SendingFixture } from "./testing/sending-fixture.ts";
import { spawnWorker } from "./testing/worker-process.ts";

/** Allows for rounding: database and carrier use the same machine's clock, and the request travels over loopback. */
const CLOCK_MARGIN_MS = 25;

describe.each(QUEUE_MODES)("a worker process with tickets on %s", (mode) => {
  let fixture: SendingFixture;
  let worker: Awaited<ReturnType<typeof spawnWorker>> | null = null;
  afterEach(async () => {
    await worker?.kill();
    worker = null;
    await fixture.close();
  });

  const setUp = async (phones: number) => {
    const { tenant, number, people, campaign } = fixture;
    const tenantId = await tenant();
    const sender = await number(tenantId);
    await people(tenantId, { phones });
    return { tenantId, sender, campaignId: await campaign(tenantId) };
  };

  test("killed during sending: after its restart nothing is sent twice, nothing is forgotten", async () => {
    fixture = await openSendingFixture(mode, { latencyMs: 60 });
    const { sql, creates, until, count, receiver, environment } = fixture;
    await setUp(300);
    // The carrier sends no callbacks about the first death, and does about the second.
    for (const deaf of [true, false]) {
      receiver.setDeaf(deaf);
      const before = creates().length;
      worker = await spawnWorker(environment());
      await until("sending has started", () => creates().length > before + 60);
      await worker.kill();
      await until("no more requests reach the carrier", quiet(fixture));
      // Its attempts count as dead at once instead of after a minute, and its leases expire.
      await sql`update send_attempts set claimed_at = claimed_at - interval '61 seconds' where state = 'sending'`;
      await sql`delete from send_leases`;
    }
    worker = await spawnWorker(environment());
    await until("all were submitted", async () => (await count(["queued", "sending"])) === 0);
    await sql`update send_attempts set look_up_at = clock_timestamp() where look_up_at is not null`;
    const heardOf = async () => {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::int as n from send_attempts where state = 'unknown' or (state = 'accepted' and final_at is null)`;
      return row!.n - creates().filter((entry) => entry.message === null).length;
    };
    const [unsent] = [300 - new Set(creates().map((entry) => entry.form?.To)).size];
    await until("all that the carrier has is linked and final", async () => (await heardOf()) === unsent);
    expect(await count(["unknown"])).toBe(unsent);
    expect(await count(["delivered"])).toBe(300 - unsent);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
  }, 180_000);

  test("the database cuts every connection, again and again: the process survives, nothing is lost or sent twice", async () => {
    fixture = await openSendingFixture(mode, { latencyMs: 20 });
    const { sql, creates, until, count, environment } = fixture;
    await setUp(600);
    worker = await spawnWorker(environment());
    // Leases of tickets that failed with their connection expire after two seconds instead of thirty. Expiring
    // younger ones would put every message on several tickets, which then wait for one another.
    const endLeases = () =>
      sql`delete from send_leases where expires_at < clock_timestamp() + interval '28 seconds'`;
    for (const sent of [40, 150, 260]) {
      await until(
        "sending has started",
        async () => {
          await endLeases();
          return creates().length > sent;
        },
        60_000,
      );
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'smscrm worker'`;
    }
    await until(
      "all were submitted",
      async () => {
        await endLeases();
        return (await count(["queued"])) === 0;
      },
      60_000,
    );
    await until("no more requests reach the carrier", quiet(fixture));
    expect(worker.ended(), worker.output()).toBe(false);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
  }, 240_000);

  test("a gate that closes takes effect within a quarter of a second of its commit", async () => {
    fixture = await openSendingFixture(mode, { latencyMs: 15 });
    const { sql, creates, until, environment } = fixture;
    // More than can be sent between eight stops, however fast the machine is.
    const { tenantId, campaignId, sender } = await setUp(12_000);
    worker = await spawnWorker(environment({ SEND_CONCURRENCY: "64" }));
    const atFullSpeed = () => {
      const from = creates().length;
      return until("sending at full speed", () => creates().length > from + 150);
    };
    /** Commits, then checks the time of every later request. */
    const expectStop = async (stop: () => Promise<unknown>, concerns = (_to: string) => true) => {
      await atFullSpeed();
      await stop();
      const [clock] = await sql<{ at: Date }[]>`select clock_timestamp() as at`;
      const limit = clock!.at.getTime() + SUBMISSION_LIMIT_MS + CLOCK_MARGIN_MS;
      await until("the requests have stopped, or half a second has passed", () => Date.now() > limit + 250);
      const late = creates().filter((entry) => entry.receivedAt > limit && concerns(String(entry.form?.To)));
      expect(late.map((entry) => entry.receivedAt - limit)).toEqual([]);
    };

    for (let trial = 0; trial < 3; trial += 1) {
      await expectStop(
        () => sql`update tenants set sending_paused_at = clock_timestamp() where id = ${tenantId}`,
      );
      await sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
      await expectStop(
        () => sql`update campaigns set status = 'paused', paused_at = now() where id = ${campaignId}`,
      );
      await sql`update campaigns set status = 'running', paused_at = null where id = ${campaignId}`;
    }
    const stopped = new Set<string>();
    await expectStop(
      async () => {
        const rows = await sql<{ phone: string }[]>`
          insert into do_not_contact (tenant_id, phone_e164)
          select tenant_id, phone_e164 from send_jobs where tenant_id = ${tenantId} and status = 'queued'
          order by due_at limit 300 returning phone_e164 as phone`;
        for (const { phone } of rows) stopped.add(phone);
      },
      (to) => stopped.has(to),
    );
    await expectStop(
      async () => {
        const [next] = await sql<{ phone: string }[]>`
          select phone_e164 as phone from send_jobs where tenant_id = ${tenantId} and status = 'queued' order by due_at limit 1`;
        stopped.add(next!.phone);
        const text = { messageSid: `SM${"0".repeat(32)}`, from: next!.phone, to: sender.phone, body: "STOP" };
        await ingestInbound(sql, { ...text, optOutType: "STOP", payload: {} });
      },
      (to) => stopped.has(to),
    );
    expect(await worker.stop()).toBe(0);
    expect(await fixture.count(["sending"])).toBe(0);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
    expect(worker.output()).not.toMatch(/\+614\d{5}|Hello from Acme|Basic /);
  }, 180_000);
});

/** Returns a check that is true once two looks, a tenth of a second apart, see the same ledger. */
function quiet({ creates }: SendingFixture): () => boolean {
  let seen = -1;
  let sinceMs = 0;
  return () => {
    if (creates().length !== seen) sinceMs = Date.now();
    seen = creates().length;
    return Date.now() - sinceMs > 150;
  };
}
