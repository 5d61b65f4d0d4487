import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { resumeSending } from "@smscrm/db/tenants/kill-switch";
import { reinstateTenant, suspendTenant } from "@smscrm/db/tenants/suspension";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { expectCarrierAgrees } from "../testing/carrier-agrees.ts";
import { openSendingFixture, QUEUE_MODES, type SendingFixture } from "../testing/sending-fixture.ts";

const REASON = "Spam complaints";
const BY = "op@host";
const PEOPLE = 250;

describe.each(QUEUE_MODES)("a suspension, with tickets on %s", (mode) => {
  let fixture: SendingFixture;
  afterEach(() => fixture.close());

  test("stops a campaign under way, takes STOP and receipts, and lets it go on without texting anyone twice", async () => {
    fixture = await openSendingFixture(mode, { receiptDelayMs: [1_000, 2_000] });
    const { sql, database, creates, until, startOne, allFinal } = fixture;
    /** A campaign that takes some seconds at the tenant's rate. */
    const underWay = async () => {
      const tenantId = await fixture.tenant({ segmentsPerSecond: 50 });
      const { phone } = await fixture.number(tenantId);
      await fixture.people(tenantId, { phones: PEOPLE });
      await fixture.campaign(tenantId);
      return { tenantId, phone };
    };
    const [acme, other] = [await underWay(), await underWay()];
    const { tenantId } = acme;
    const textedBy = ({ phone }: typeof acme) =>
      creates()
        .filter(({ form, message }) => message && form?.From === phone)
        .map(({ form }) => String(form?.To));
    const counted = async (id: string, statuses: string[]) =>
      (
        await sql<{ n: number }[]>`select count(*)::int as n from send_jobs
          where tenant_id = ${id} and status = any(${statuses})`
      )[0]!.n;
    startOne();
    await until(
      "both campaigns are under way",
      () => textedBy(acme).length > 20 && textedBy(other).length > 20,
    );

    await suspendTenant(sql, { tenantId, by: BY, reason: REASON });
    // As after a pause: requests that were already on their way may still arrive.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const texted = textedBy(acme);
    expect(texted.length).toBeLessThan(PEOPLE);
    expect(await counted(tenantId, ["delivered"])).toBeLessThan(texted.length);
    expect(await database.asTenant(tenantId, (tx) => resumeSending(tx, tenantId))).toEqual({
      suspendedReason: REASON,
    });

    // Somebody who still waits for the text says STOP.
    const [waiting] = await sql<{ phone: string }[]>`
      select phone_e164 as phone from send_jobs where tenant_id = ${tenantId} and status = 'queued' order by id desc limit 1`;
    const text = { from: waiting!.phone, to: acme.phone, body: "STOP", optOutType: null, payload: {} };
    await ingestInbound(sql, { ...text, messageSid: `SM${"5".repeat(32)}` });
    const [listed] = await sql`select source from do_not_contact where tenant_id = ${tenantId}`;
    expect(listed).toEqual({ source: "reply" });

    // The other tenant's campaign ends; of this one only the receipts of what had gone arrive.
    await until(
      "the other tenant's messages are delivered",
      async () => (await counted(other.tenantId, ["delivered"])) === PEOPLE,
    );
    await until(
      "this tenant's receipts have arrived",
      async () => (await counted(tenantId, ["delivered"])) === texted.length,
    );
    expect(textedBy(acme)).toEqual(texted);
    expect(await counted(tenantId, ["queued"])).toBe(PEOPLE - texted.length);

    expect(await reinstateTenant(sql, { tenantId, by: BY, reason: "Explained" })).toEqual({
      staysPaused: false,
    });
    await allFinal();
    const all = textedBy(acme);
    expect(all).toHaveLength(PEOPLE - 1);
    expect(new Set(all).size).toBe(PEOPLE - 1);
    expect(all).not.toContain(waiting!.phone);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
  }, 120_000);
});
