import { openTenantDatabase } from "@smscrm/db/postgres/connection";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { hasPgBouncer, type PgBouncer, startPgBouncer } from "../testing/pgbouncer.ts";
import { openSendingFixture, QUEUE_MODES, type SendingFixture } from "../testing/sending-fixture.ts";
import { spawnWorker } from "../testing/worker-process.ts";

describe.skipIf(!hasPgBouncer)("behind PgBouncer in transaction mode", () => {
  let fixture: SendingFixture;
  let bouncer: PgBouncer;
  let worker: Awaited<ReturnType<typeof spawnWorker>> | undefined;
  afterEach(async () => {
    if (worker && !worker.ended()) await worker.kill();
    await fixture?.close();
    await bouncer?.stop();
  });

  test("tenants that share connections see only their own rows", async () => {
    fixture = await openSendingFixture("postgres");
    bouncer = await startPgBouncer(fixture.logins.DATABASE_API_URL);
    const tenants = await Promise.all(Array.from({ length: 4 }, () => fixture.tenant()));
    for (const [at, tenantId] of tenants.entries()) await fixture.people(tenantId, { phones: at + 1 });
    const database = openTenantDatabase(bouncer.url, { name: "behind PgBouncer", max: 20 });
    const seen = await Promise.all(
      Array.from({ length: 400 }, async (_, at) => {
        const mine = tenants[at % tenants.length]!;
        const rows = await database.asTenant(mine, (tx) =>
          tx.execute<{ of: string }>("select tenant_id as of from contacts"),
        );
        return { right: rows.every((row) => row.of === mine), count: rows.length, wanted: (at % 4) + 1 };
      }),
    );
    await database.close();
    expect(seen.filter(({ right, count, wanted }) => !right || count !== wanted)).toEqual([]);
  });

  test.skipIf(!QUEUE_MODES.includes("redis"))(
    "a worker sends, and stops within seconds",
    async () => {
      fixture = await openSendingFixture("redis");
      bouncer = await startPgBouncer(fixture.logins.DATABASE_WORKER_URL);
      const { until, count, environment } = fixture;
      await fixture.running(200);
      worker = await spawnWorker(environment({ DATABASE_URL: bouncer.url }));
      await until("all were submitted", async () => (await count(["delivered"])) === 200);
      const before = performance.now();
      expect(await worker.stop(), worker.output()).toBe(0);
      expect(performance.now() - before).toBeLessThan(8_000);
      expect(await violations(fixture.sql)).toEqual([]);
    },
    60_000,
  );
});
