import { inboundLagSeconds } from "@smscrm/db/carrier/carrier-checks";
import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../infra/simulator/clock.ts";
import { receiveInbound } from "../../infra/simulator/messages/inbound.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

let fixture: SendingFixture;
afterEach(() => fixture.close());

/** Starts a carrier in the past: its messages are old enough to be compared. */
const open = async (agoMs: number) => {
  const clock = {
    now: () => Date.now() - agoMs,
    wake: (at: number, task: () => void) => systemClock.wake(at + agoMs, task),
  };
  // Nobody listens at this address, so no webhook brings what people write.
  fixture = await openSendingFixture("postgres", { clock, inboundUrl: "http://127.0.0.1:9/" });
  const tenantId = await fixture.tenant();
  const { phone, id } = await fixture.number(tenantId);
  return { tenantId, ours: phone, numberId: id };
};
const reply = (from: string, to: string, body: string) =>
  receiveInbound(fixture.carrier(), { from, to, body });
const suppressed = async (phone: string) =>
  (await fixture.sql`select 1 from do_not_contact where phone_e164 = ${phone}`).length === 1;
/** The findings of each tenant, without messages that were linked since. */
const findings = () => fixture.sql`
  select f.tenant_id as "tenantId", f.kind, count(*)::int as found from carrier_findings f
  where not exists (
    select 1 from send_attempts a where f.kind = 'unknown-message' and a.carrier_sid = f.message_sid)
  group by 1, 2 order by 1, 2`;

const account = "AC00000000000000000000000000000001";
const authorization = `Basic ${Buffer.from(`${account}:5151515151515151aaaaaaaaaaaaaaaa`).toString("base64")}`;
const messages = () =>
  `http://127.0.0.1:${fixture.environment().SIMULATOR_PORT}/2010-04-01/Accounts/${account}/Messages`;
/** Sends a message from our number by another program; returns its SID. */
const sendBesideUs = async (from: string, to: string) => {
  const body = new URLSearchParams({ From: from, To: to, Body: "Not from us" });
  const made = await fetch(`${messages()}.json`, { method: "POST", headers: { authorization }, body });
  expect(made.status).toBe(201);
  return ((await made.json()) as { sid: string }).sid;
};
/** Waits until the message is sent, because the carrier lists it by date only then. */
const sentAtCarrier = (sid: string) =>
  fixture.until("the carrier has sent it", async () => {
    const message = await fetch(`${messages()}/${sid}.json`, { headers: { authorization } });
    return ((await message.json()) as { date_sent: string | null }).date_sent !== null;
  });

describe("texts that no webhook brought", () => {
  test("are found: a STOP takes effect, and nothing is sent to that person", async () => {
    const { tenantId, ours } = await open(60_000);
    const [quiet, other] = ["+61401000001", "+61401000002"];
    await reply(quiet, ours, "please stop texting me");
    await reply(other, ours, "Hello \u0000 there");
    const worker = fixture.startOne();
    await fixture.until("the STOP takes effect", () => suppressed(quiet));
    await fixture.people(tenantId, { phones: [quiet, other] });
    await fixture.campaign(tenantId);
    await fixture.until("both are final", async () => (await fixture.count(["delivered", "failed"])) === 2);
    expect(fixture.creates().map((entry) => entry.form?.To)).toEqual([other]);
    expect(await findings()).toEqual([{ tenantId, kind: "missed-inbound", found: 2 }]);
    const [text] = await fixture.sql`select answer, kind from inbound_messages where from_phone = ${quiet}`;
    expect(text).toEqual({ kind: "opt-out", answer: null });
    await fixture.until("the lag is measured", () => worker.vitals.inboundLagSeconds > 0);
  });

  test("are skipped if a webhook has brought them, or still may", async () => {
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

  test("are compared as soon as a number begins to send, not only after its ten idle minutes", async () => {
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
  test("are found once a day, each once; our own messages and answers to people are not among them", async () => {
    const { tenantId, ours, numberId } = await open(3 * 3_600_000);
    await fixture.people(tenantId, { phones: 3 });
    await fixture.campaign(tenantId);
    await fixture.sql`insert into carrier_checks (tenant_id, sending_number_id, direction, checked_until, due_at)
      values (${tenantId}, ${numberId}, 'outbound', now() - interval '4 hours', now() + interval '1 day')`;
    fixture.startOne();
    await fixture.until("all are delivered", async () => (await fixture.count(["delivered"])) === 3);
    await reply("+61401000001", ours, "HELP");
    const sid = await sendBesideUs(ours, "+61401000009");
    await sentAtCarrier(sid);
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
    // The loop runs once a minute, and at the start of a worker.
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
    // Once linked to an attempt, it is no longer a finding.
    await fixture.sql`update send_attempts set carrier_sid = ${sid} where id = (select id from send_attempts limit 1)`;
    expect(await findings()).toEqual([]);
  });

  test("are found even after hours in the carrier's queue", async () => {
    let agoMs = 8 * 3_600_000;
    const clock = {
      now: () => Date.now() - agoMs,
      wake: (at: number, task: () => void) => systemClock.wake(at + agoMs, task),
    };
    fixture = await openSendingFixture("postgres", { clock, sentDelayMs: [1_500, 1_500] });
    const tenantId = await fixture.tenant();
    const { phone, id } = await fixture.number(tenantId);
    const sid = await sendBesideUs(phone, "+61401000009");
    agoMs = 3 * 3_600_000;
    await sentAtCarrier(sid);
    await fixture.sql`insert into carrier_checks (tenant_id, sending_number_id, direction, checked_until, due_at)
      values (${tenantId}, ${id}, 'outbound', now() - interval '4 hours', now())`;
    fixture.startOne();
    await fixture.until("found", async () => (await findings()).length > 0);
  });

  test("are compared again soon after the carrier did not answer", async () => {
    const { numberId } = await open(0);
    await fixture.carrierDown();
    fixture.startOne();
    const [failed, checks] = ["could not compare with the carrier yet", ["inbound", "outbound"]];
    await fixture.until("both have failed", () =>
      checks.every((direction) =>
        fixture.logged.some((line) => line.includes(failed) && line.includes(`"direction":"${direction}"`)),
      ),
    );
    await fixture.until(
      "both are due again soon",
      async () => {
        const due = await fixture.sql`
        select 1 from carrier_checks where sending_number_id = ${numberId} and due_at < clock_timestamp() + interval '30 seconds'`;
        return due.length === 2;
      },
      5_000,
    );
  });
});

test("the lag is that of the number that is furthest behind, among those that have sent", async () => {
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
