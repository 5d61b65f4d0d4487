import type { SendResult } from "@smscrm/core/send/submission-outcome";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { presumeSent } from "../carrier/reconcile.ts";
import { ingestStatusEvents } from "../carrier/webhooks.ts";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture, sidFor } from "../testing/send-fixture.ts";
import { resendUnknown } from "./resend.ts";
import { settleSends } from "./settle.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const result = (attemptId: string, state: "accepted" | "unknown"): SendResult => {
  const base = { attemptId, code: null, httpStatus: null, submittedAt: new Date() };
  return state === "unknown"
    ? { ...base, state }
    : { ...base, state, sid: sidFor(attemptId), carrierStatus: "queued" };
};
const callBack = (attemptId: string, messageStatus: string) =>
  ingestStatusEvents(fixture.sql, [
    { attemptId, messageSid: sidFor(attemptId), messageStatus, errorCode: null, payload: {} },
  ]);

/** A message of unknown outcome that an operator has asked to send again. */
async function resent() {
  const { tenantId, campaignId, jobIds } = await fixture.running(["+61401000001"]);
  const jobId = jobIds[0]!;
  const [first] = (await fixture.claim(tenantId, jobIds)).messages;
  await settleSends(fixture.sql, [result(first!.attemptId, "unknown")]);
  const resend = await fixture.database.asTenant(tenantId, (tx) => resendUnknown(tx, tenantId, jobId));
  expect(resend).toEqual({ kind: "queued", attemptId: first!.attemptId, attempt: 1 });
  return { tenantId, campaignId, jobId, attemptId: first!.attemptId };
}
const claimed = async (tenantId: string, jobId: string) =>
  (await fixture.claim(tenantId, [jobId])).messages[0];

describe("a message of unknown outcome that an operator sends again", () => {
  test("is a second attempt; the first keeps its money and its own later callbacks", async () => {
    const { tenantId, jobId, attemptId } = await resent();
    const second = await claimed(tenantId, jobId);
    expect(second?.attemptId).not.toBe(attemptId);
    expect(await fixture.job(jobId)).toMatchObject({ status: "sending", attempts: 2 });
    expect(await fixture.attempt(attemptId)).toMatchObject({ state: "unknown", reserved: 51_500 });
    expect((await fixture.attempt(attemptId)).lookUpAt).not.toBeNull();
    expect(await violations(fixture.sql)).toEqual([]);
    await settleSends(fixture.sql, [result(second!.attemptId, "accepted")]);
    await callBack(attemptId, "undelivered");
    expect(await fixture.job(jobId)).toMatchObject({ status: "sent", lastAttemptId: second!.attemptId });
    expect(await fixture.attempt(attemptId)).toMatchObject({ state: "accepted", reserved: 0, spent: 51_500 });
    expect(await violations(fixture.sql)).toEqual([]);
  });

  test.each(["a callback", "the sender's late answer"])(
    "is not sent again when %s proves in time that the first attempt was sent",
    async (evidence) => {
      const { tenantId, jobId, attemptId } = await resent();
      expect(await violations(fixture.sql)).toEqual([]);
      if (evidence === "a callback") await callBack(attemptId, "sent");
      else await settleSends(fixture.sql, [result(attemptId, "accepted")]);
      expect(await fixture.job(jobId)).toMatchObject({ status: "sent", attempts: 1 });
      expect(await claimed(tenantId, jobId)).toBeUndefined();
      expect(await violations(fixture.sql)).toEqual([]);
    },
  );

  test("passes every gate again; if refused, it shows the outcome of the first attempt", async () => {
    const { tenantId, jobId, attemptId } = await resent();
    await fixture.sql`insert into do_not_contact (tenant_id, phone_e164) values (${tenantId}, '+61401000001')`;
    expect(await claimed(tenantId, jobId)).toBeUndefined();
    expect(await fixture.job(jobId)).toMatchObject({ status: "failed", reason: "Do not contact" });
    expect(await violations(fixture.sql)).toEqual([]);
    await callBack(attemptId, "delivered");
    expect(await fixture.job(jobId)).toMatchObject({ status: "delivered", reason: null });
    expect(await violations(fixture.sql)).toEqual([]);
  });

  test("the first attempt is presumed sent after a day, with any outcome of the second", async () => {
    const { tenantId, jobId, attemptId } = await resent();
    await fixture.sql`update send_attempts set claimed_at = claimed_at - interval '25 hours' where id = ${attemptId}`;
    await presumeSent(fixture.sql);
    expect(await fixture.attempt(attemptId)).toMatchObject({ state: "presumed-sent", spent: 51_500 });
    expect(await claimed(tenantId, jobId)).toBeDefined();
    expect(await violations(fixture.sql)).toEqual([]);
  });
});

describe("another attempt is refused", () => {
  const ask = (tenantId: string, jobId: string) =>
    fixture.database.asTenant(tenantId, (tx) => resendUnknown(tx, tenantId, jobId));

  test("for a message whose outcome is known, and for one that is queued again already", async () => {
    const { tenantId, jobId, attemptId } = await resent();
    expect(await ask(tenantId, jobId)).toEqual({ kind: "known", status: "queued" });
    await callBack(attemptId, "delivered");
    expect(await ask(tenantId, jobId)).toEqual({ kind: "known", status: "delivered" });
  });

  test("in a campaign that was canceled, and for another tenant's message", async () => {
    const { tenantId, campaignId, jobId, attemptId } = await resent();
    const second = await claimed(tenantId, jobId);
    await settleSends(fixture.sql, [result(second!.attemptId, "unknown")]);
    await fixture.sql`update campaigns set status = 'canceled' where id = ${campaignId}`;
    expect(await ask(tenantId, jobId)).toEqual({ kind: "campaign-over" });
    expect(await ask(await fixture.tenant(), jobId)).toEqual({ kind: "not-found" });
    expect(attemptId).toBeDefined();
  });
});
