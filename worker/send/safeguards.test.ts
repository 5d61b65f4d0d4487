import { setInboxLimit, setTrial } from "@smscrm/db/safeguards/safeguards";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { expectCarrierAgrees } from "../testing/carrier-agrees.ts";
import { openSendingFixture, QUEUE_MODES, type SendingFixture } from "../testing/sending-fixture.ts";

const TEAM = "+61401000001";
const PEOPLE = 60;

describe.each(QUEUE_MODES)("safeguards through the pipeline, with tickets on %s", (mode) => {
  let fixture: SendingFixture;
  afterEach(() => fixture.close());

  const textsTo = () => fixture.creates().flatMap(({ form, message }) => (message ? [String(form?.To)] : []));

  test("a trial texts only the team; what was under way waits, and everybody gets it once", async () => {
    fixture = await openSendingFixture(mode);
    const { sql, owner, database, until, startOne } = fixture;
    const tenantId = await fixture.tenant({ segmentsPerSecond: 40 });
    await fixture.number(tenantId);
    await fixture.people(tenantId, { phones: PEOPLE });
    const [user] = await owner<{ id: string }[]>`
      insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
    await owner`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${user!.id}, 'owner')`;
    await owner`
      insert into test_numbers (tenant_id, user_id, phone_e164, contact_id, verified_at)
      select ${tenantId}, ${user!.id}, phone_e164, id, now() from contacts where tenant_id = ${tenantId} and phone_e164 = ${TEAM}`;
    const real = await fixture.campaign(tenantId);
    startOne();
    await until("the real campaign is under way", () => textsTo().length > 5);

    await database.asTenant(tenantId, (tx) => setTrial(tx, tenantId, true));
    // As after a pause: requests that were already on their way may still arrive.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = textsTo();
    expect(before.length).toBeLessThan(PEOPLE);
    const trial = await fixture.campaign(tenantId);
    await until(
      "the trial is over for everybody",
      async () =>
        (
          await sql`select 1 from send_jobs where campaign_id = ${trial} and status = 'failed' and failure_reason = 'Trial mode'`
        ).length ===
        PEOPLE - 1,
    );
    await until("the team has the trial's text", () => textsTo().length > before.length);
    // The team's own number may also get the campaign that waits.
    expect(
      textsTo()
        .slice(before.length)
        .every((phone) => phone === TEAM),
    ).toBe(true);

    await database.asTenant(tenantId, (tx) => setTrial(tx, tenantId, false));
    await sql`update send_jobs set due_at = now(), not_before = null where campaign_id = ${real} and status = 'queued'`;
    await fixture.allFinal();
    const all = textsTo();
    expect(all.filter((phone) => phone !== TEAM)).toHaveLength(PEOPLE - 1);
    expect(new Set(all).size).toBe(PEOPLE);
    expect(all.filter((phone) => phone === TEAM)).toHaveLength(2);
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
  }, 120_000);

  test("marketing waits for a full inbox, and continues by itself once it is not", async () => {
    fixture = await openSendingFixture(mode);
    const { owner, database, until, startOne } = fixture;
    const tenantId = await fixture.tenant({ segmentsPerSecond: 40 });
    const { phone } = await fixture.number(tenantId);
    await fixture.people(tenantId, { phones: PEOPLE });
    await database.asTenant(tenantId, (tx) => setInboxLimit(tx, tenantId, 1));
    await fixture.campaign(tenantId);
    startOne();
    await until("the campaign is under way", () => textsTo().length > 5);
    for (const [nth, from] of ["+61401999001", "+61401999002"].entries())
      await owner`
        insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind)
        values (${tenantId}, ${`SM${String(nth).padStart(32, "0")}`}, ${from}, ${phone}, 'Hello?', 'none')`;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = textsTo().length;
    expect(before).toBeLessThan(PEOPLE);
    // Another second at its rate would be forty more.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(textsTo()).toHaveLength(before);
    await owner`update conversations set closed_up_to = last_inbound_id where tenant_id = ${tenantId}`;
    // What was refused at its claim is asked again in a minute.
    await owner`update send_jobs set due_at = now(), not_before = null where tenant_id = ${tenantId} and status = 'queued'`;
    await fixture.allFinal();
    expect(new Set(textsTo()).size).toBe(PEOPLE);
    expect(textsTo()).toHaveLength(PEOPLE);
  }, 120_000);
});
