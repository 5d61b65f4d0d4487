import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchScheduled } from "../campaigns/campaign-schedule.ts";
import { allowUnsigned, revokeSignatureExceptions } from "../carrier/signature-exceptions.ts";
import { openPipeline } from "../postgres/connection.ts";
import { assignNumber, takeNumberBack } from "../senders/number-assignment.ts";
import { endAllSessions, pauseTenants, resumeTenants } from "../tenants/operators.ts";
import { reinstateTenant, suspendTenant } from "../tenants/suspension.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { readAuditFaults } from "./audit-chain.ts";

const WRITERS = 16;
const NUMBER = { kind: "long-code", country: "AU", label: null, segmentsPerSecond: 1 } as const;

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

describe("many people at once, in several organisations", () => {
  it("never wait for each other in a circle, whatever they do", async () => {
    const tenantIds = await Promise.all(Array.from({ length: 6 }, () => fixture.tenant()));
    const sql = openPipeline(fixture.url, { name: "audit deeds", max: WRITERS });
    const by = "somebody@console";
    const everywhere = { tenantId: null, by };
    const DEEDS: (() => Promise<unknown>)[] = [
      () => pauseTenants(sql, everywhere, "an incident"),
      () => resumeTenants(sql, everywhere),
      () => endAllSessions(sql, everywhere),
      () => allowUnsigned(sql, { network: "203.0.113.7", reason: "a test", hours: 1, by }),
      () => revokeSignatureExceptions(sql, by),
      async () => {
        await sql`insert into campaigns (tenant_id, name, body, audience, status, scheduled_at)
          select id, 'Sale', 'Hi', '{"kind":"all"}', 'scheduled', now() from tenants`;
        await launchScheduled(sql);
      },
      ...tenantIds.flatMap((tenantId, nth) => [
        () => pauseTenants(sql, { tenantId, by }, "one of them"),
        () => resumeTenants(sql, { tenantId, by }),
        () => suspendTenant(sql, { tenantId, by, reason: "a test" }),
        () => reinstateTenant(sql, { tenantId, by, reason: "a test" }),
        () =>
          sql.begin(async (tx) => {
            await tx`update tenants set name = ${`Acme ${nth}`} where id = ${tenantId}`;
            for (const action of ["settings.update", "contact.update"])
              await tx`insert into audit_log (tenant_id, action, object_kind) values (${tenantId}, ${action}, 'tenant')`;
          }),
        () => assignNumber(sql, { ...NUMBER, tenantId, phone: `+6144400${String(1_000 + nth)}`, by }),
        () => takeNumberBack(sql, { phone: `+6144400${String(1_000 + nth)}`, tenantId: null, by }),
      ]),
    ];
    // The rows lie on disk in another order than their ids, as after updates.
    for (const tenantId of tenantIds.toReversed())
      await sql`update tenants set name = ${"A longer name ".repeat(10)} where id = ${tenantId}`;
    let next = 0;
    const writer = async () => {
      for (let nth = next++; nth < 2_000; nth = next++) await DEEDS[(nth * 7) % DEEDS.length]!();
    };
    await Promise.all(Array.from({ length: WRITERS }, writer)).finally(() => sql.end());
    expect(await fixture.sql.begin((tx) => readAuditFaults(tx, null))).toEqual([]);
  }, 120_000);
});
