import { afterEach, beforeEach, expect, test } from "vitest";
import { ingestInbound, ingestStatusEvents } from "../carrier/webhooks.ts";
import { settleSends } from "../send/settle.ts";
import { openSendFixture, type SendFixture, sidFor } from "../testing/send-fixture.ts";
import { foldSendMinutes } from "./send-minutes.ts";

let fixture: SendFixture;
beforeEach(async () => {
  fixture = await openSendFixture();
});
afterEach(() => fixture.close());

const totals = async () =>
  (
    await fixture.sql`
      select sum(handed_over)::int as "submitted", sum(answered)::int as answered, sum(delivered_in_time)::int as "inTime",
        sum(delivered)::int as delivered, sum(failed)::int as failed, sum(heard)::int as heard,
        sum(heard_in_time)::int as "heardInTime", sum(opted_out)::int as "optedOut"
      from send_minutes`
  )[0];

const status = (attemptId: string, messageStatus: string, errorCode: number | null = null) =>
  ingestStatusEvents(fixture.sql, [
    { attemptId, messageSid: sidFor(attemptId), messageStatus, errorCode, payload: {} },
  ]);

test("every callback is counted once, in any order and with any repetition", async () => {
  const { running, claim, accept, sql } = fixture;
  const { tenantId, jobIds } = await running(5);
  const attempts = (await claim(tenantId, jobIds)).messages.map((message) => message.attemptId);
  const [one, two, three, four, five] = attempts as [string, string, string, string, string];
  expect(await totals()).toMatchObject({ submitted: null });

  // The carrier's callback comes before the answer to our own request.
  await status(one, "delivered");
  await accept([one, two, three]);
  await settleSends(sql, [
    {
      attemptId: four,
      state: "rejected",
      reason: "Invalid phone",
      feedback: null,
      submittedAt: new Date(),
      code: 21211,
      httpStatus: 400,
    },
    { attemptId: five, state: "released", holdReason: null, retryAt: null, code: null, httpStatus: null },
  ]);
  expect(await totals()).toEqual({
    submitted: 4,
    answered: 2,
    inTime: 1,
    delivered: 1,
    failed: 1,
    heard: 1,
    heardInTime: 1,
    optedOut: 0,
  });

  await status(two, "sent");
  await status(two, "sent");
  await status(three, "undelivered", 30003);
  await status(three, "undelivered", 30003);
  expect(await totals()).toMatchObject({ answered: 3, delivered: 1, failed: 2, heard: 3 });

  // A late receipt: an undelivered message is delivered after all.
  await status(three, "delivered");
  await status(two, "delivered");
  await status(two, "sent");
  expect(await totals()).toEqual({
    submitted: 4,
    answered: 4,
    inTime: 3,
    delivered: 3,
    failed: 1,
    heard: 3,
    heardInTime: 3,
    optedOut: 0,
  });
});

test("late callbacks count as late", async () => {
  const { running, claim, accept, sql } = fixture;
  const { tenantId, jobIds } = await running(1);
  const [message] = (await claim(tenantId, jobIds)).messages;
  await accept([message!.attemptId]);
  await sql`update send_attempts set handed_over_at = clock_timestamp() - interval '6 minutes'`;
  await status(message!.attemptId, "delivered");
  expect(await totals()).toMatchObject({ delivered: 1, inTime: 0, heard: 1, heardInTime: 0 });
  const [row] = await sql<
    { seconds: number }[]
  >`select sum(heard_seconds)::float8 as seconds from send_minutes`;
  expect(row!.seconds).toBeGreaterThan(359);
  expect(row!.seconds).toBeLessThan(420);
});

test("a STOP counts once, against the message that it answers; an import of opted-out people does not", async () => {
  const { running, claim, accept, sql } = fixture;
  const { tenantId, jobIds, sender } = await running(2);
  const { messages } = await claim(tenantId, jobIds);
  await accept(messages.map((message) => message.attemptId));
  await sql`update send_attempts set claimed_at = claimed_at - interval '30 minutes'`;
  const text = { from: messages[0]!.to, to: sender.phone, body: "STOP", optOutType: null, payload: {} };
  await ingestInbound(sql, { ...text, messageSid: sidFor("1") });
  await ingestInbound(sql, { ...text, messageSid: sidFor("2") });
  await sql`insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, ${messages[1]!.to}, 'import')`;
  const rows = await sql`
    select m.opted_out as "optedOut" from send_minutes m
    where m.minute = (select date_trunc('minute', claimed_at) from send_attempts where to_phone = ${messages[0]!.to})`;
  expect(rows).toEqual([{ optedOut: 1 }]);
  expect(await totals()).toMatchObject({ optedOut: 1 });
});

test("past minutes are folded into one row, and those of last month are deleted", async () => {
  const { sql, tenant } = fixture;
  const tenantId = await tenant();
  await sql`
    insert into send_minutes (minute, tenant_id, shard, handed_over, heard_seconds)
    select date_trunc('minute', now()) - age, ${tenantId}, shard, 10, 0.5
    from unnest(array['0 minutes', '20 minutes', '40 days']::interval[]) as age, unnest(array[0, 7, 8]) as shard`;
  await foldSendMinutes(sql);
  await foldSendMinutes(sql);
  const rows = await sql`
    select shard, handed_over as "submitted", heard_seconds as seconds from send_minutes order by minute, shard`;
  expect(rows).toEqual([
    { shard: 0, submitted: 30, seconds: 1.5 },
    { shard: 0, submitted: 10, seconds: 0.5 },
    { shard: 7, submitted: 10, seconds: 0.5 },
    { shard: 8, submitted: 10, seconds: 0.5 },
  ]);
});
