import { afterEach, expect, test } from "vitest";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

let fixture: SendingFixture;
afterEach(() => fixture.close());

test("a number that the carrier refuses is paused, and the others keep sending", async () => {
  fixture = await openSendingFixture("postgres");
  const { sql, tenant, number, people, campaign, startOne, until, creates, count, carrier } = fixture;
  const tenantId = await tenant();
  const bad = await number(tenantId);
  await people(tenantId, { phones: 4 });
  await campaign(tenantId);
  carrier().faults.add({ kind: "error-code", code: 21606, probability: 1 });
  const worker = startOne();
  // Too few to pause the campaign. One more, from another campaign, is the fifth.
  await until("four are refused", async () => (await count(["failed"])) === 4);
  await people(tenantId, { phones: ["+61401777777"], tags: ["more"] });
  await campaign(tenantId, { tags: ["more"] });
  await until("five are refused", async () => (await count(["failed"])) === 5);
  carrier().faults.clear();
  await fixture.stopOne(worker);
  const good = await number(tenantId);
  // The loop runs at the start of a worker.
  startOne();
  await until("the number is paused", async () => {
    const [row] = await sql`select rested_until > now() as rests from sending_numbers where id = ${bad.id}`;
    return row!.rests === true;
  });
  await people(tenantId, { phones: ["+61401888888", "+61401888889"], tags: ["later"] });
  await campaign(tenantId, { tags: ["later"] });
  await until("the rest is delivered", async () => (await count(["delivered"])) === 2);
  const from = creates()
    .filter((entry) => entry.message)
    .map((entry) => entry.form?.From);
  expect(new Set(from)).toEqual(new Set([good.phone]));
});
