import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingestStatusEvents } from "../carrier/webhooks.ts";
import { settleSends } from "../send/settle.ts";
import { openSendFixture, type SendFixture, sidFor } from "../testing/send-fixture.ts";
import { listNumbers } from "./numbers.ts";
import { readSenderResults, restNumber } from "./sender-health.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const listed = (tenantId: string) =>
  fixture.database.asTenant(tenantId, (tx) => listNumbers(tx, tenantId, "Australia/Sydney"));
const body = "Hi from Acme. To opt out: {{opt_out_link}}";

/** Adds a sender name of the tenant. */
async function name(tenantId: string, registration: string): Promise<void> {
  await fixture.sql`delete from sending_numbers where tenant_id = ${tenantId}`;
  await fixture.sql`
    insert into sending_numbers (tenant_id, phone_e164, kind, country, segments_per_second, tokens, registration)
    values (${tenantId}, ${`Acme ${registration.slice(0, 6)}`}, 'alphanumeric', 'AU', 1000, 1000, ${registration})`;
}

test("what a number sent before its tenant moved to where it is still yesterday is shown, as a claim counts it", async () => {
  const { tenantId, jobIds } = await fixture.running(2, { timezone: "Pacific/Kiritimati" });
  await fixture.claim(tenantId, jobIds);
  const shown = await fixture.database.asTenant(tenantId, (tx) =>
    listNumbers(tx, tenantId, "Pacific/Pago_Pago"),
  );
  expect(shown).toMatchObject([{ sentToday: 2 }]);
});

describe("a number that rests", () => {
  test("sends nothing until its rest ends, shows the reason, and is not rested twice", async () => {
    const { tenantId, sender, jobIds } = await fixture.running(2);
    expect(await restNumber(fixture.sql, sender.id, 60, "carriers filter it")).toBe(true);
    expect(await restNumber(fixture.sql, sender.id, 60, "again")).toBe(false);
    expect((await fixture.claim(tenantId, jobIds)).held).toBe(2);
    expect(await fixture.job(jobIds[0]!)).toMatchObject({ status: "queued", holdReason: "No sender" });
    const [shown] = await listed(tenantId);
    expect(shown).toMatchObject({ status: "active", inUse: false, restReason: "carriers filter it" });
    expect(shown!.restedUntil!.getTime()).toBeGreaterThan(Date.now() + 50 * 60_000);
    const audit =
      await fixture.sql`select detail from audit_log where action = 'number.rest' and tenant_id = ${tenantId}`;
    expect(audit).toMatchObject([{ detail: { why: "carriers filter it", minutes: 60 } }]);
    await fixture.sql`update sending_numbers set rested_until = clock_timestamp() where id = ${sender.id}`;
    expect(await listed(tenantId)).toMatchObject([{ inUse: true, restedUntil: null, restReason: null }]);
    expect((await fixture.claim(tenantId, jobIds)).messages).toHaveLength(2);
  });

  test("leaves its messages to other numbers, and adds no rate for the dispatcher", async () => {
    const { tenantId, sender, jobIds } = await fixture.running(4, { segmentsPerSecond: 1_000 });
    const other = await fixture.number(tenantId, { segmentsPerSecond: 3 });
    await restNumber(fixture.sql, sender.id, 60, "it fails");
    await fixture.sql`update tenant_dispatch set virtual_time = -1 where tenant_id = ${tenantId}`;
    const lease = await fixture.lease();
    expect(lease?.tenantId).toBe(tenantId);
    expect(lease?.jobIds).toHaveLength(3);
    const { messages } = await fixture.claim(tenantId, jobIds.slice(0, 1));
    expect(messages[0]!.from).toBe(other.phone);
  });

  test("is found by the results of its messages, without those under way", async () => {
    const { tenantId, sender, jobIds } = await fixture.running(6);
    const { messages } = await fixture.claim(tenantId, jobIds);
    const ids = messages.map((message) => message.attemptId);
    await fixture.accept(ids.slice(0, 4));
    const said = (attemptId: string, messageStatus: string, errorCode: number | null) => ({
      attemptId,
      messageSid: sidFor(attemptId),
      messageStatus,
      errorCode,
      payload: {},
    });
    await ingestStatusEvents(fixture.sql, [
      said(ids[0]!, "delivered", null),
      said(ids[1]!, "undelivered", 30007),
      said(ids[2]!, "undelivered", 30007),
      said(ids[3]!, "sent", null),
    ]);
    await settleSends(fixture.sql, [
      {
        attemptId: ids[4]!,
        state: "rejected",
        code: 21606,
        httpStatus: 400,
        reason: "Provider error",
        submittedAt: new Date(),
        feedback: null,
      },
    ]);
    const ends = (await readSenderResults(fixture.sql, 15)).get(sender.id);
    expect(ends?.tenantId).toBe(tenantId);
    expect(ends?.ends.sort((a, b) => (a.code ?? 0) - (b.code ?? 0))).toEqual([
      { code: null, failed: false, messages: 1 },
      { code: 21606, failed: true, messages: 1 },
      { code: 30007, failed: true, messages: 2 },
    ]);
    expect((await readSenderResults(fixture.sql, 0)).size).toBe(0);
  });
});

describe("a name as the sender", () => {
  test.each([
    ["registered", true],
    ["not-required", false],
    ["not-registered", false],
    ["pending", false],
    ["refused", false],
  ])("%s: messages go from it: %s", async (registration, goes) => {
    const { tenantId, jobIds } = await fixture.running(1, { body });
    await name(tenantId, registration);
    const { messages } = await fixture.claim(tenantId, jobIds);
    expect(messages.map((message) => message.from)).toEqual(goes ? [`Acme ${registration.slice(0, 6)}`] : []);
    expect((await listed(tenantId))[0]!.inUse).toBe(goes);
  });

  test("sends no text with a reply as the only opt-out method", async () => {
    const { tenantId, jobIds } = await fixture.running(1);
    await name(tenantId, "registered");
    expect((await fixture.claim(tenantId, jobIds)).held).toBe(1);
    const [row] =
      await fixture.sql`select verdict->'looked' as looked from send_jobs where id = ${jobIds[0]!}`;
    expect(row!.looked).toEqual({ country: "AU", senders: 1, fault: "no-opt-out-method" });
  });
});

test("a person is texted from their sticky sender, while it may send", async () => {
  const tenantId = await fixture.tenant();
  const numbers = [await fixture.number(tenantId), await fixture.number(tenantId)];
  await fixture.people(tenantId, { phones: 40 });
  const first = await fixture.claim(tenantId, await fixture.frozen(await fixture.campaign(tenantId)));
  await fixture.accept(first.messages.map((message) => message.attemptId));
  const known = new Map(first.messages.map((message) => [message.to, message.from]));
  expect(new Set(known.values()).size).toBe(2);
  const second = await fixture.claim(tenantId, await fixture.frozen(await fixture.campaign(tenantId)));
  expect(second.messages.filter((message) => message.from !== known.get(message.to))).toEqual([]);
  await restNumber(fixture.sql, numbers[0]!.id, 60, "it fails");
  const third = await fixture.claim(tenantId, await fixture.frozen(await fixture.campaign(tenantId)));
  expect(new Set(third.messages.map((message) => message.from))).toEqual(new Set([numbers[1]!.phone]));
});
