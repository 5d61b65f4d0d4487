import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { expectCarrierAgrees } from "../testing/carrier-agrees.ts";
import { type RedisGroup, startCluster, startSentinels } from "../testing/redis-groups.ts";
import { openSendingFixture, QUEUE_MODES, type SendingFixture } from "../testing/sending-fixture.ts";

const GROUPS = { Sentinels: startSentinels, "a Cluster": startCluster };
const FIRST = 400;
const LATER = Array.from({ length: 200 }, (_, at) => `+61402${String(at).padStart(6, "0")}`);
const MESSAGES = FIRST + LATER.length;

// Runs only in the Redis suite: a machine without Redis has no redis-server either.
describe.skipIf(!QUEUE_MODES.includes("redis")).each(Object.entries(GROUPS))("tickets on %s", (_, start) => {
  let group: RedisGroup;
  let fixture: SendingFixture;
  afterEach(async () => {
    await fixture?.close();
    await group?.stop();
  });

  test("the server that has the queue dies during sending: nothing is lost, nothing is sent twice, the other server takes over", async () => {
    group = await start();
    fixture = await openSendingFixture("postgres", { latencyMs: 20 });
    const { tenant, number, people, campaign, creates, until, sql } = fixture;
    const tenantId = await tenant();
    await number(tenantId);
    await people(tenantId, { phones: FIRST });
    await campaign(tenantId);
    const more = { ...group.environment, SEND_CONCURRENCY: "16" };
    const workers = [fixture.startOne(more), fixture.startOne(more)];
    expect(workers.map(({ queue }) => queue.mode)).toEqual(["redis", "redis"]);
    await until("sending has begun", () => creates().length > 50);
    await group.loseMaster();
    // All tickets of the first campaign may be taken already; the second campaign's are created on the other server.
    await people(tenantId, { phones: LATER, tags: ["later"] });
    await campaign(tenantId, { tags: ["later"] });
    // What was on the lost server is due again when its lease expires. Here it expires at once.
    let leasesEndAt = 0;
    await until("all were submitted", async () => {
      if (Date.now() > leasesEndAt) {
        await sql`delete from send_leases where expires_at < clock_timestamp() + interval '29 seconds'`;
        leasesEndAt = Date.now() + 3_000;
      }
      return creates().length >= MESSAGES;
    });
    await fixture.allFinal();
    expect(creates()).toHaveLength(MESSAGES);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);

    const redis = group.connect();
    const keys = await redis.exists(`${group.prefix}:send-messages:meta`);
    redis.disconnect();
    expect(keys).toBe(1);
  });
});
