import type { SendResult } from "@smscrm/core/send/submission-outcome";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture, sidFor } from "../testing/send-fixture.ts";
import { markOrphansUnknown, settleSends } from "./settle.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const base = { code: null, httpStatus: null };
const accepted = (attemptId: string, sid = sidFor(attemptId), submittedAt = new Date()): SendResult => ({
  ...base,
  attemptId,
  state: "accepted",
  sid,
  carrierStatus: "queued",
  submittedAt,
});
const released = (attemptId: string): SendResult => ({
  ...base,
  attemptId,
  state: "released",
  holdReason: "Carrier busy",
  retryAt: new Date(Date.now() + 60_000),
});
const rejected = (attemptId: string): SendResult => ({
  ...base,
  attemptId,
  state: "rejected",
  reason: "Invalid phone",
  submittedAt: new Date(),
  feedback: { action: "mark-invalid", why: "No such number" },
});

async function one() {
  const { tenantId, jobIds } = await fixture.running(1);
  const [message] = (await fixture.claim(tenantId, jobIds)).messages;
  return { tenantId, jobId: jobIds[0]!, attemptId: message!.attemptId };
}

/** Creates an attempt whose worker seems to have died a minute ago. */
async function orphan() {
  const dead = await one();
  await fixture.sql`update send_attempts set claimed_at = claimed_at - interval '61 seconds' where id = ${dead.attemptId}`;
  expect(await markOrphansUnknown(fixture.sql, 60)).toBe(1);
  return dead;
}

describe("settling", () => {
  test("accepted: the reservation is spent once, even if it is settled again", async () => {
    const { attemptId, jobId } = await one();
    for (let time = 0; time < 3; time += 1) await settleSends(fixture.sql, [accepted(attemptId)]);
    expect(await fixture.attempt(attemptId)).toMatchObject({ state: "accepted", reserved: 0, spent: 51_500 });
    expect(await fixture.job(jobId)).toMatchObject({ status: "sent" });
  });

  test("notes when a number was last texted, by accepted and unknown messages only, and never earlier", async () => {
    const texted = async (tenantId: string) =>
      (await fixture.sql`select last_texted_at as at from texted_numbers where tenant_id = ${tenantId}`)[0]
        ?.at;
    const [sent, refused, back] = [await one(), await one(), await one()];
    const at = new Date("2026-11-01T03:00:00Z");
    await settleSends(fixture.sql, [
      accepted(sent.attemptId, sidFor(sent.attemptId), at),
      rejected(refused.attemptId),
      released(back.attemptId),
    ]);
    await settleSends(fixture.sql, [
      accepted(sent.attemptId, sidFor(sent.attemptId), new Date("2026-10-01T00:00:00Z")),
    ]);
    expect(await texted(sent.tenantId)).toEqual(at);
    expect([await texted(refused.tenantId), await texted(back.tenantId)]).toEqual([undefined, undefined]);
  });

  test("released: queued again, the money given back, and a new claim makes a new attempt", async () => {
    const { attemptId, jobId, tenantId } = await one();
    await settleSends(fixture.sql, [released(attemptId)]);
    expect(await fixture.job(jobId)).toMatchObject({ status: "queued", holdReason: "Carrier busy" });
    expect(await fixture.attempt(attemptId)).toMatchObject({
      state: "released",
      reserved: 0,
      spent: 0,
      lookUpAt: null,
    });
    const [again] = (await fixture.claim(tenantId, [jobId])).messages;
    // A late repetition of the old result changes neither the new attempt nor the job.
    await settleSends(fixture.sql, [released(attemptId)]);
    expect(await fixture.job(jobId)).toMatchObject({
      status: "sending",
      attempts: 2,
      lastAttemptId: again!.attemptId,
    });
  });

  test("rejected: failed with its reason, and the number is marked invalid", async () => {
    const { attemptId, jobId } = await one();
    await settleSends(fixture.sql, [rejected(attemptId)]);
    expect(await fixture.job(jobId)).toMatchObject({
      status: "failed",
      reason: "Invalid phone",
      gate: "carrier",
    });
    expect(await fixture.attempt(attemptId)).toMatchObject({ reserved: 0, spent: 0 });
  });

  test("time alone never queues: an orphan is unknown, keeps its money, and is not claimed again", async () => {
    const { attemptId, jobId, tenantId } = await orphan();
    expect(await fixture.job(jobId)).toMatchObject({ status: "unknown" });
    expect(await fixture.attempt(attemptId)).toMatchObject({ state: "unknown", reserved: 51_500 });
    expect((await fixture.claim(tenantId, [jobId])).messages).toEqual([]);
  });

  test("an orphan whose worker was only slow gets that worker's result", async () => {
    const [went, stayed, refused] = [await orphan(), await orphan(), await orphan()];
    await settleSends(fixture.sql, [
      accepted(went.attemptId),
      released(stayed.attemptId),
      rejected(refused.attemptId),
    ]);
    expect(await fixture.job(went.jobId)).toMatchObject({ status: "sent" });
    expect(await fixture.job(stayed.jobId)).toMatchObject({ status: "queued" });
    expect(await fixture.attempt(stayed.attemptId)).toMatchObject({
      state: "released",
      reserved: 0,
      lookUpAt: null,
    });
    expect(await fixture.job(refused.jobId)).toMatchObject({ status: "failed" });
    expect(await violations(fixture.sql)).toEqual([]);
  });

  test("one message id for two attempts of a batch does not stop the batch", async () => {
    const [first, second, third] = [await one(), await one(), await one()];
    const sid = sidFor(first.attemptId);
    await settleSends(fixture.sql, [
      accepted(first.attemptId, sid),
      accepted(second.attemptId, sid),
      accepted(third.attemptId),
    ]);
    for (const { attemptId, sid: has } of [
      { ...first, sid },
      { ...second, sid: null },
      { ...third, sid: sidFor(third.attemptId) },
    ])
      expect(await fixture.attempt(attemptId)).toMatchObject({ state: "accepted", sid: has });
  });

  test("a message id of another attempt does not stop the rest of a batch", async () => {
    const [first, second, third] = [await one(), await one(), await one()];
    await settleSends(fixture.sql, [accepted(first.attemptId)]);
    await settleSends(fixture.sql, [
      accepted(second.attemptId, sidFor(first.attemptId)),
      accepted(third.attemptId),
    ]);
    expect(await fixture.job(third.jobId)).toMatchObject({ status: "sent" });
    expect(await fixture.job(second.jobId)).toMatchObject({ status: "sent" });
    expect(await fixture.attempt(second.attemptId)).toMatchObject({ state: "accepted", sid: null });
  });
});
