import { openTenantDatabase } from "@smscrm/db/connection";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { expectCarrierAgrees } from "./testing/carrier-agrees.ts";
import { hasPgBouncer, type PgBouncer, startPgBouncer } from "./testing/pgbouncer.ts";
import { openSendingFixture, QUEUE_MODES, type SendingFixture } from "./testing/sending-fixture.ts";

describe.skipIf(!hasPgBouncer)("behind PgBouncer in transaction mode", () => {
  let fixture: SendingFixture;
  let bouncer: PgBouncer;
  afterEach(async () => {
    await fixture?.close();
    await bouncer?.stop();
  });

  // Tickets in PostgreSQL want a connection that hears of new ones, which a shared connection can't be.
  test.skipIf(!QUEUE_MODES.includes("redis"))(
    "two tenants' campaigns go out, once each, and add up",
    async () => {
      fixture = await openSendingFixture("redis");
      bouncer = await startPgBouncer(fixture.url);
      const { tenant, number, people, campaign, creates, sql } = fixture;
      for (let each = 0; each < 2; each += 1) {
        const tenantId = await tenant();
        await number(tenantId);
        await people(tenantId, { phones: 300 });
        await campaign(tenantId);
      }
      fixture.startOne({ DATABASE_URL: bouncer.url });
      fixture.startOne({ DATABASE_URL: bouncer.url });
      await fixture.until("the campaigns are frozen", async () => (await fixture.count(["queued"])) > 0);
      await fixture.allFinal();
      expect(creates()).toHaveLength(600);
      await expectCarrierAgrees(fixture);
      expect(await violations(sql)).toEqual([]);
    },
  );

  test("tenants that share connections see their own rows and nobody else's", async () => {
    fixture = await openSendingFixture("postgres");
    bouncer = await startPgBouncer(fixture.url);
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
});
