import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { markOrphansUnknown, settleSends } from "../send/settle.ts";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture, sidFor, strangeSid } from "../testing/send-fixture.ts";
import { ingestStatusEvents, type StatusEvent } from "./webhooks.ts";

let fixture: SendFixture;
let tenantId: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  tenantId = await fixture.tenant();
  await fixture.number(tenantId);
});
afterAll(() => fixture.close());

let lastPhone = 0;
/** Creates messages under way: claimed and not settled. */
async function underWay(count: number): Promise<{ attemptId: string; jobId: string; to: string }[]> {
  const { people, campaign, frozen, claim } = fixture;
  const tag = `t${++lastPhone}`;
  const phones = Array.from({ length: count }, () => `+61403${String(++lastPhone).padStart(6, "0")}`);
  await people(tenantId, { phones, tags: [tag] });
  const jobIds = await frozen(await campaign(tenantId, { tags: [tag] }));
  const { messages } = await claim(tenantId, jobIds);
  expect(messages).toHaveLength(count);
  return messages;
}

type Said = { status: string; code: number | null };
const event = (attemptId: string | null, { status, code }: Said, sid = sidFor(attemptId!)): StatusEvent => ({
  attemptId,
  messageSid: sid,
  messageStatus: status,
  errorCode: code,
  payload: { MessageSid: sid, MessageStatus: status },
});

const said = (status: string, code: number | null = null): Said => ({ status, code });
const LIVES: Said[][] = [
  [said("queued"), said("sending"), said("sent"), said("delivered")],
  [said("queued"), said("sending"), said("sent"), said("undelivered", 30003)],
  [said("queued"), said("sending"), said("failed", 30034)],
  // This should not happen, but any order must give the same result.
  [said("sent"), said("failed", 30008), said("delivered")],
  [said("sent"), said("undelivered", 30005), said("delivered")],
  [said("failed", 30001), said("undelivered", 30003), said("sent")],
];

describe("status callbacks", () => {
  test("the submission time is the worker's, also when a callback came before the answer", async () => {
    const [message] = await underWay(1);
    const { attemptId, jobId } = message!;
    await fixture.sql`update send_attempts set claimed_at = claimed_at - interval '3 seconds' where id = ${attemptId}`;
    const [claim] = await fixture.sql<{ at: Date }[]>`
      select claimed_at as at from send_attempts where id = ${attemptId}`;
    const attempts = () => fixture.sql<{ at: Date; jobAt: Date }[]>`
      select a.handed_over_at as at, j.sent_at as "jobAt" from send_attempts a join send_jobs j on j.id = ${jobId}
      where a.id = ${attemptId}`;
    await ingestStatusEvents(fixture.sql, [event(attemptId, said("sent"))]);
    // Not the time of the callback, but the latest possible time.
    expect((await attempts())[0]!.at.getTime() - claim!.at.getTime()).toBe(250);
    const submittedAt = new Date(claim!.at.getTime() + 40);
    const result = { attemptId, code: null, httpStatus: 201, carrierStatus: "queued", submittedAt };
    await settleSends(fixture.sql, [{ ...result, state: "accepted", sid: sidFor(attemptId) }]);
    expect((await attempts())[0]!.at).toEqual(submittedAt);
  });

  test("every order and repetition, in one batch or many, before or after the answer, gives one result", async () => {
    const life = fc.constantFrom(...LIVES);
    const story = life.chain((statuses) =>
      fc.record({
        statuses: fc.constant(statuses),
        heard: fc
          .tuple(
            fc.shuffledSubarray(statuses, { minLength: statuses.length }),
            fc.array(fc.constantFrom(...statuses), { maxLength: 3 }),
          )
          .chain(([once, again]) =>
            fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length }),
          ),
        settledAfter: fc.nat({ max: 7 }),
        batched: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(story, { minLength: 6, maxLength: 10 }), async (stories) => {
        const { sql, accept, attempt, job } = fixture;
        const heard = await underWay(stories.length);
        const reference = await underWay(stories.length);
        const messageAt = (at: number) => heard[at]!;
        for (const [at, { statuses }] of stories.entries()) {
          const { attemptId } = reference[at]!;
          await accept([attemptId]);
          for (const one of statuses) await ingestStatusEvents(sql, [event(attemptId, one)]);
        }
        await Promise.all(
          stories.map(async ({ heard: events, settledAfter, batched }, at) => {
            const { attemptId } = messageAt(at);
            const before = events.slice(0, settledAfter);
            const after = events.slice(settledAfter);
            for (const part of [before, after]) {
              const batches = batched ? [part] : part.map((one) => [one]);
              for (const batch of batches)
                await ingestStatusEvents(
                  sql,
                  batch.map((one) => event(attemptId, one)),
                );
              if (part === before) await accept([attemptId]);
            }
          }),
        );
        for (const [at] of stories.entries()) {
          const [ours, theirs] = [messageAt(at), reference[at]!];
          const { sid: _, lookUpAt: __, ...merged } = await attempt(ours.attemptId);
          const { sid: ___, lookUpAt: ____, ...expected } = await attempt(theirs.attemptId);
          expect(merged).toEqual(expected);
          const { dueAt: _d, lastAttemptId: _l, ...mergedJob } = await job(ours.jobId);
          const { dueAt: _e, lastAttemptId: _m, ...expectedJob } = await job(theirs.jobId);
          expect(mergedJob).toEqual(expectedJob);
        }
      }),
      { numRuns: 12 },
    );
    expect(await violations(fixture.sql)).toEqual([]);
    // The test runs a few thousand transactions, perhaps on a busy machine.
  }, 240_000);

  test("a handset's receipt after a negative one wins, and the whole price is spent", async () => {
    const [message] = await underWay(1);
    const { sql, attempt, job } = fixture;
    await ingestStatusEvents(sql, [event(message!.attemptId, said("failed", 30001))]);
    expect(await attempt(message!.attemptId)).toMatchObject({ spent: 1_000 });
    await ingestStatusEvents(sql, [event(message!.attemptId, said("delivered"))]);
    expect(await attempt(message!.attemptId)).toMatchObject({
      carrierStatus: "delivered",
      code: null,
      spent: 51_500,
    });
    expect(await job(message!.jobId)).toMatchObject({ status: "delivered", reason: null, code: null });
  });

  test("a callback resolves an attempt of unknown outcome", async () => {
    const [message] = await underWay(1);
    const { sql, job } = fixture;
    await sql`update send_attempts set claimed_at = claimed_at - interval '2 minutes' where id = ${message!.attemptId}`;
    expect(await markOrphansUnknown(sql, 60)).toBe(1);
    expect(await job(message!.jobId)).toMatchObject({ status: "unknown" });
    await ingestStatusEvents(sql, [event(message!.attemptId, said("delivered"))]);
    expect(await job(message!.jobId)).toMatchObject({ status: "delivered" });
  });

  test("another message's id under an attempt's address changes neither, and is stored", async () => {
    const [one, other] = await underWay(2);
    const { sql, accept, attempt } = fixture;
    await accept([other!.attemptId]);
    const before = await attempt(one!.attemptId);
    await ingestStatusEvents(sql, [event(one!.attemptId, said("delivered"), sidFor(other!.attemptId))]);
    expect(await attempt(one!.attemptId)).toEqual(before);
    await accept([one!.attemptId]);
    const foreign = strangeSid();
    await ingestStatusEvents(sql, [event(one!.attemptId, said("failed", 30001), foreign)]);
    expect(await attempt(one!.attemptId)).toMatchObject({ carrierStatus: "queued" });
    const [stored] = await sql`select outcome from webhook_events where message_sid = ${foreign}`;
    expect(stored).toEqual({ outcome: "unknown-message" });
  });

  test("two new ids for one attempt, or one id for two attempts, in one batch link one pair only", async () => {
    const [one, two, three] = await underWay(3);
    const { sql, attempt } = fixture;
    const [first, second, shared] = [strangeSid(), strangeSid(), strangeSid()];
    await ingestStatusEvents(sql, [
      event(one!.attemptId, said("sent"), first),
      event(one!.attemptId, said("delivered"), second),
      event(two!.attemptId, said("sent"), shared),
      event(three!.attemptId, said("delivered"), shared),
    ]);
    expect(await attempt(one!.attemptId)).toMatchObject({ sid: first, carrierStatus: "sent" });
    expect(await attempt(three!.attemptId)).toMatchObject({ sid: null, state: "sending" });
  });

  test("a carrier update about a message that we counted as not sent stops a second send", async () => {
    const [message] = await underWay(1);
    const { sql, job, claim } = fixture;
    const { settleSends } = await import("../send/settle.ts");
    const { attemptId, jobId } = message!;
    await settleSends(sql, [
      { attemptId, state: "released", holdReason: null, retryAt: null, code: 20429, httpStatus: 429 },
    ]);
    expect(await job(jobId)).toMatchObject({ status: "queued" });
    await ingestStatusEvents(sql, [event(attemptId, said("sent"))]);
    expect(await job(jobId)).toMatchObject({ status: "sent" });
    expect((await claim(tenantId, [jobId])).messages).toEqual([]);
  });

  test("one failure strikes once, with any callbacks", async () => {
    const [message] = await underWay(1);
    const { sql } = fixture;
    await ingestStatusEvents(sql, [event(message!.attemptId, said("failed", 30005))]);
    await ingestStatusEvents(sql, [event(message!.attemptId, said("undelivered", 30003))]);
    await ingestStatusEvents(sql, [event(message!.attemptId, said("undelivered", 30003))]);
    const [contact] =
      await sql`select strikes, invalid_reason as why from contacts where phone_e164 = ${message!.to}`;
    expect(Number(contact!.strikes) + (contact!.why ? 1 : 0)).toBeLessThanOrEqual(1);
  });
});
