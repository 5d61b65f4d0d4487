import { countFindings, inboundLagSeconds } from "@smscrm/db/carrier-checks";
import { ingestInbound } from "@smscrm/db/webhooks";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../infra/simulator/clock.ts";
import { receiveInbound } from "../infra/simulator/inbound.ts";
import { openSendingFixture, type SendingFixture } from "./testing/sending-fixture.ts";

let fixture: SendingFixture;
afterEach(() => fixture.close());

/** The carrier lives that long ago: what it gets now it got then, and is old enough to be compared. */
const open = async (agoMs: number) => {
  const clock = {
    now: () => Date.now() - agoMs,
    wake: (at: number, task: () => void) => systemClock.wake(at + agoMs, task),
  };
  // Nobody listens there: what people write, no webhook brings.
  fixture = await openSendingFixture("postgres", { clock, inboundUrl: "http://127.0.0.1:9/" });
  const tenantId = await fixture.tenant();
  const { phone, id } = await fixture.number(tenantId);
  return { tenantId, ours: phone, numberId: id };
};
const reply = (from: string, to: string, body: string) =>
  receiveInbound(fixture.carrier(), { from, to, body });
const suppressed = async (phone: string) =>
  (await fixture.sql`select 1 from do_not_contact where phone_e164 = ${phone}`).length === 1;
const findings = () => countFindings(fixture.sql, new Date(Date.now() - 3_600_000));

describe("texts that no webhook brought", () => {
  test("are found: a STOP is in force, and nothing goes to that person", async () => {
    const { tenantId, ours } = await open(60_000);
    const [quiet, other] = ["+61401000001", "+61401000002"];
    await reply(quiet, ours, "please stop texting me");
    await reply(other, ours, "Hello \u0000 there");
    const worker = fixture.startOne();
    await fixture.until("the STOP is in force", () => suppressed(quiet));
    await fixture.people(tenantId, { phones: [quiet, other] });
    await fixture.campaign(tenantId);
    await fixture.until("both are decided", async () => (await fixture.count(["delivered", "failed"])) === 2);
    expect(fixture.creates().map((entry) => entry.form?.To)).toEqual([other]);
    expect(await findings()).toEqual([{ tenantId, kind: "missed-inbound", found: 2 }]);
    const [text] = await fixture.sql`select answer, kind from inbound_messages where from_phone = ${quiet}`;
    expect(text).toEqual({ kind: "opt-out", answer: null });
    await fixture.until("the lag is known", () => worker.vitals.inboundLagSeconds > 0);
  });

  test("are left alone where a webhook has brought them, or may still", async () => {
    const { ours, numberId } = await open(0);
    const { message } = await reply("+61401000003", ours, "STOP");
    const brought = await reply("+61401000004", ours, "hello");
    await ingestInbound(fixture.sql, {
      messageSid: brought.message.sid,
      from: "+61401000004",
      to: ours,
      body: "hello",
      optOutType: null,
      payload: {},
    });
    fixture.startOne();
    await fixture.until("the number was compared", async () => {
      const [row] = await fixture.sql`
        select due_at < clock_timestamp() + interval '10 minutes' and due_at > clock_timestamp() + interval '9 minutes' as done
        from carrier_checks where sending_number_id = ${numberId} and direction = 'inbound'`;
      return row?.done === true;
    });
    expect(await findings()).toEqual([]);
    const rows = await fixture.sql`select 1 from inbound_messages where message_sid = ${message.sid}`;
    expect(rows).toHaveLength(0);
  });

  test("are looked for from when a number begins to send, not once its ten idle minutes are over", async () => {
    const { numberId } = await open(0);
    const next = async () => {
      const [row] = await fixture.sql<{ seconds: number }[]>`
        select extract(epoch from due_at - clock_timestamp())::float8 as seconds
        from carrier_checks where sending_number_id = ${numberId} and direction = 'inbound'`;
      return row?.seconds ?? 0;
    };
    fixture.startOne();
    await fixture.until("it was compared while idle", async () => (await next()) > 540);
    await fixture.sql`update sending_numbers set sent_on = current_date where id = ${numberId}`;
    await fixture.until("it is compared as one that sends", async () => (await next()) <= 20);
  });
});

describe("messages that the carrier has and we don't", () => {
  test("are found once a day, each once; ours and the answers to people are not among them", async () => {
    const { tenantId, ours, numberId } = await open(3 * 3_600_000);
    await fixture.people(tenantId, { phones: 3 });
    await fixture.campaign(tenantId);
    await fixture.sql`insert into carrier_checks (tenant_id, sending_number_id, direction, checked_until, due_at)
      values (${tenantId}, ${numberId}, 'outbound', now() - interval '4 hours', now() + interval '1 day')`;
    fixture.startOne();
    await fixture.until("all are delivered", async () => (await fixture.count(["delivered"])) === 3);
    await reply("+61401000001", ours, "HELP");
    const { origin } = new URL(`http://127.0.0.1:${fixture.environment().SIMULATOR_PORT}`);
    const account = "AC00000000000000000000000000000001";
    const stranger = await fetch(`${origin}/2010-04-01/Accounts/${account}/Messages.json`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${account}:5151515151515151aaaaaaaaaaaaaaaa`).toString("base64")}`,
      },
      body: new URLSearchParams({ From: ours, To: "+61401000009", Body: "Not from us" }),
    });
    expect(stranger.status).toBe(201);
    const { sid } = (await stranger.json()) as { sid: string };
    const compareNow = async () => {
      await fixture.sql`
        update carrier_checks set due_at = now(), checked_until = now() - interval '4 hours' where direction = 'outbound'`;
      await fixture.until("compared", async () => {
        const [row] = await fixture.sql`
          select due_at > now() + interval '2 hours' as done from carrier_checks where direction = 'outbound'`;
        return row!.done;
      });
    };
    await fixture.sql`update carrier_checks set due_at = now() where direction = 'outbound'`;
    // The loop looks once a minute; a worker that starts looks at once.
    const again = fixture.startOne();
    await fixture.until("found", async () => (await findings()).length > 0);
    expect(await findings()).toEqual([{ tenantId, kind: "unknown-message", found: 1 }]);
    const [row] = await fixture.sql`select message_sid as sid, to_phone as "to" from carrier_findings`;
    expect(row).toEqual({ sid, to: "+61401000009" });
    await fixture.stopOne(again);
    await fixture.sql`update carrier_checks set due_at = now() where direction = 'outbound'`;
    fixture.startOne();
    await compareNow();
    expect(await findings()).toEqual([{ tenantId, kind: "unknown-message", found: 1 }]);
    // Linked to an attempt after all, it is no finding any more.
    await fixture.sql`update send_attempts set carrier_sid = ${sid} where id = (select id from send_attempts limit 1)`;
    expect(await findings()).toEqual([]);
  });
});

test("the lag is that of the number that is furthest behind, of those that have sent", async () => {
  const { tenantId, numberId } = await open(0);
  const { sql, number } = fixture;
  const idle = await number(tenantId);
  await sql`update sending_numbers set sent_on = now()::date where id = ${numberId}`;
  await sql`insert into carrier_checks (tenant_id, sending_number_id, direction, checked_until, due_at) values
    (${tenantId}, ${numberId}, 'inbound', now() - interval '90 seconds', now()),
    (${tenantId}, ${numberId}, 'outbound', now() - interval '1 day', now()),
    (${tenantId}, ${idle.id}, 'inbound', now() - interval '1 hour', now())`;
  const lag = await inboundLagSeconds(sql);
  expect(lag).toBeGreaterThanOrEqual(90);
  expect(lag).toBeLessThan(1_000);
});
