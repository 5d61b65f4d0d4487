import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { finishCheck, inboundLagSeconds, takeDueChecks } from "../carrier/carrier-checks.ts";
import { ingestInbound } from "../carrier/webhooks.ts";
import { takeMissedInbound } from "../restore/inbound.ts";
import { type CarrierSent, takeMissedOutbound } from "../restore/outbound.ts";
import { openSendFixture, type SendFixture, strangeSid } from "../testing/send-fixture.ts";
import { assignNumber, takeNumberBack } from "./number-assignment.ts";

const PHONE = "+61444000900";
const PERSON = "+61491570006";
const BODY = "Hi {{first_name|there}}, our sale is on. Reply STOP to opt out";

let fixture: SendFixture;
let one: string;
let other: string;
beforeEach(async () => {
  fixture = await openSendFixture();
  one = await fixture.tenant();
  other = await fixture.tenant();
});
afterEach(() => fixture.close());

const assign = (tenantId: string, phone = PHONE) =>
  assignNumber(fixture.sql, {
    tenantId,
    phone,
    kind: "long-code",
    country: "AU",
    label: null,
    segmentsPerSecond: 10,
    by: "operator@console",
  });
const takeBack = (phone = PHONE) =>
  takeNumberBack(fixture.sql, { phone, tenantId: null, by: "operator@console" });
const stop = (to: string, from = PERSON) =>
  ingestInbound(fixture.sql, {
    messageSid: strangeSid(),
    from,
    to,
    body: "STOP",
    optOutType: null,
    payload: {},
  });
const isListed = async (tenantId: string, phone = PERSON) =>
  (await fixture.sql`select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${phone}`)
    .length === 1;

describe("a number's comparison with the carrier", () => {
  const compared = async (direction: "inbound" | "outbound") => {
    await fixture.sql`update carrier_checks set due_at = now()`;
    return (await takeDueChecks(fixture.sql, direction, 10)).map(({ tenantId }) => tenantId);
  };

  it("belongs to the current tenant, or to the former one for texts while it is unassigned", async () => {
    await assign(one);
    expect(await compared("inbound")).toEqual([one]);
    expect(await compared("outbound")).toEqual([one]);
    await takeBack();
    expect(await compared("inbound")).toEqual([one]);
    expect(await compared("outbound")).toEqual([]);
    await assign(other);
    expect(await compared("inbound")).toEqual([other]);
    expect(await compared("outbound")).toEqual([other]);
    await takeBack();
    expect(await compared("inbound")).toEqual([other]);
  });

  it("that has ended does not count as being behind", async () => {
    const { sql } = fixture;
    await assign(one);
    await sql`update sending_numbers set sent_on = current_date`;
    const [check] = await takeDueChecks(sql, "inbound", 1);
    await finishCheck(sql, "inbound", check!.numberId, new Date());
    await sql`update carrier_checks set checked_until = now() - interval '1 day'`;
    expect(await inboundLagSeconds(sql)).toBeGreaterThan(80_000);
    await takeBack();
    await assign(other);
    expect(await inboundLagSeconds(sql)).toBeLessThan(60);
  });
});

it("a STOP during its number's assignment takes effect, in either order", async () => {
  const phones = Array.from({ length: 40 }, (_, nth) => `+6144400${String(2_000 + nth)}`);
  await Promise.all(
    phones.flatMap((phone, nth) => [stop(phone, `+614015${String(10_000 + nth)}`), assign(one, phone)]),
  );
  const lost = await fixture.sql`select 1 from inbound_messages where tenant_id is null`;
  expect(lost).toHaveLength(0);
  const heard = await fixture.sql`select 1 from do_not_contact where tenant_id = ${one}`;
  expect(heard).toHaveLength(phones.length);
});

describe("a restore, where a number changed hands", () => {
  const restored = async () => {
    const [row] = await fixture.sql<{ id: string }[]>`
      select lock_after_restore(now() - interval '1 hour', 'a test') as id`;
    return row!.id;
  };
  const sent = (): CarrierSent => ({
    sid: strangeSid(),
    from: PHONE,
    to: PERSON,
    body: "Hi Ann, our sale is on. Reply STOP to opt out",
    status: "delivered",
    errorCode: null,
    priceMicros: 51_500,
    createdAt: new Date(),
  });
  const campaignOf = async (tenantId: string) => {
    await fixture.people(tenantId, { phones: [PERSON] });
    const campaignId = await fixture.campaign(tenantId, { body: BODY });
    await fixture.frozen(campaignId);
    return campaignId;
  };
  const attempts = () => fixture.sql`
    select a.tenant_id as "tenantId", n.tenant_id as "numberOf", n.taken_back_at is null as present
    from send_attempts a join sending_numbers n on n.id = a.sending_number_id`;

  it("assigns messages sent from it since to its current tenant", async () => {
    await assign(one);
    await takeBack();
    await campaignOf(one);
    await campaignOf(other);
    await assign(other);
    const message = sent();
    await takeMissedOutbound(fixture.sql, await restored(), [message]);
    expect(await attempts()).toEqual([{ tenantId: other, numberOf: other, present: true }]);
    const [difference] = await fixture.sql`select tenant_id as "tenantId", kind from restore_differences`;
    expect(difference).toEqual({ tenantId: other, kind: "sent" });
  });

  it("writes one attempt also for a tenant that had it twice", async () => {
    await assign(one);
    await takeBack();
    await assign(one);
    await campaignOf(one);
    await takeMissedOutbound(fixture.sql, await restored(), [sent()]);
    expect(await attempts()).toEqual([{ tenantId: one, numberOf: one, present: true }]);
  });

  it("does not return a number that was taken back", async () => {
    await assign(one);
    await campaignOf(one);
    const message = { ...sent(), createdAt: new Date(Date.now() - 60_000) };
    await takeBack();
    await takeMissedOutbound(fixture.sql, await restored(), [message]);
    expect(await attempts()).toEqual([{ tenantId: one, numberOf: one, present: false }]);
    const present = await fixture.sql`select 1 from sending_numbers where taken_back_at is null`;
    expect(present).toHaveLength(0);
  });

  it("brings a missed STOP to the current tenant, and shows it to that one only", async () => {
    await assign(one);
    await takeBack();
    await assign(other);
    await takeMissedInbound(fixture.sql, await restored(), [
      { sid: strangeSid(), from: PERSON, to: PHONE, body: "STOP", createdAt: new Date() },
    ]);
    expect(await isListed(other)).toBe(true);
    const shown = await fixture.sql`select tenant_id as "tenantId" from restore_differences`;
    expect(shown).toEqual([{ tenantId: other }]);
  });
});
