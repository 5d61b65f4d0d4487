import { afterAll, beforeAll, expect, test } from "vitest";
import { markOrphansUnknown } from "../send/settle.ts";
import { violations } from "../testing/ledger-checks.ts";
import { openSendFixture, type SendFixture, sidFor } from "../testing/send-fixture.ts";
import { mergeLookedUp, presumeSent, takeDueLookUps } from "./reconcile.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

async function one() {
  const { tenantId, jobIds } = await fixture.running(1);
  const [message] = (await fixture.claim(tenantId, jobIds)).messages;
  return { jobId: jobIds[0]!, attemptId: message!.attemptId };
}
const age = (attemptId: string, minutes: number) => fixture.sql`
  update send_attempts set claimed_at = clock_timestamp() - make_interval(mins => ${minutes}), look_up_at = clock_timestamp()
  where id = ${attemptId}`;
/** Returns the minutes between the claim and the next look-up; null if there is none. */
async function nextLookUp(attemptId: string): Promise<number | null> {
  const [row] = await fixture.sql<{ minutes: number | null }[]>`
    select round(extract(epoch from look_up_at - claimed_at) / 60)::int as minutes from send_attempts where id = ${attemptId}`;
  return row!.minutes;
}

test("an unknown outcome is looked up at 5, 15 and 60 minutes, rarely after, and by one worker", async () => {
  const { attemptId } = await one();
  await age(attemptId, 2);
  expect(await markOrphansUnknown(fixture.sql, 60)).toBe(1);
  for (const [minutes, next] of [
    [2, 5],
    [5, 15],
    [15, 60],
    [60, 360],
    [360, 1_430],
    [1_431, null],
  ] as const) {
    await age(attemptId, minutes);
    const taken = await Promise.all([takeDueLookUps(fixture.sql, 20), takeDueLookUps(fixture.sql, 20)]);
    expect(taken.flat().filter((lookUp) => lookUp.attemptId === attemptId)).toHaveLength(1);
    expect(await nextLookUp(attemptId)).toBe(next);
  }
});

test("a message that stays without a receipt is asked about until 72 hours, then no more", async () => {
  const { attemptId } = await one();
  await fixture.accept([attemptId]);
  expect(await nextLookUp(attemptId)).toBe(30);
  for (const [minutes, next] of [
    [30, 360],
    [360, 1_440],
    [1_440, 4_320],
    [4_321, null],
  ] as const) {
    await age(attemptId, minutes);
    await takeDueLookUps(fixture.sql, 20);
    expect(await nextLookUp(attemptId)).toBe(next);
  }
});

test("after a day without a trace it is presumed sent: spent, never claimed again, corrected by evidence", async () => {
  const { attemptId, jobId } = await one();
  await age(attemptId, 2);
  await markOrphansUnknown(fixture.sql, 60);
  expect(await presumeSent(fixture.sql)).toBe(0);
  await age(attemptId, 1_441);
  expect(await presumeSent(fixture.sql)).toBe(1);
  expect(await fixture.attempt(attemptId)).toMatchObject({
    state: "presumed-sent",
    reserved: 0,
    spent: 51_500,
  });
  expect(await fixture.job(jobId)).toMatchObject({ status: "sent", gate: "presumed-sent" });
  await mergeLookedUp(fixture.sql, [
    { attemptId, sid: sidFor(attemptId), status: "sent", errorCode: null, priceMicros: 42_000 },
  ]);
  expect(await fixture.job(jobId)).toMatchObject({ status: "sent", gate: null });
  expect(await fixture.attempt(attemptId)).toMatchObject({ state: "accepted", spent: 42_000 });
  expect(await violations(fixture.sql)).toEqual([]);
});
