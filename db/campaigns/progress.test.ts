import { afterAll, beforeAll, expect, test } from "vitest";
import { countRowsRead } from "../testing/rows-read.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { readCampaignFigures } from "./progress.ts";

const SENT = 3_000;

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

test("throughput and the last submission come from counters: no message is read", async () => {
  const { sql, running, claim, accept } = fixture;
  const { tenantId, campaignId, jobIds } = await running(SENT);
  await sql`update campaigns set launched_at = clock_timestamp() - interval '5 seconds' where id = ${campaignId}`;
  const { messages } = await claim(tenantId, jobIds);
  await accept(messages.map(({ attemptId }) => attemptId));
  const [latest] = await sql<{ at: Date }[]>`
    select max(handed_over_at) as at from send_attempts where campaign_id = ${campaignId}`;
  const figures = () =>
    fixture.database.asTenant(tenantId, (tx) =>
      countRowsRead(
        (query) => tx.execute(query),
        ["send_attempts"],
        () => readCampaignFigures(tx, tenantId, campaignId),
      ),
    );

  const first = await figures();
  expect(first.rows).toBe(0);
  expect(first.result).toMatchObject({ sent: SENT, lastSubmittedAt: latest!.at });
  // 3,000 since the launch five seconds ago; a slow machine may read it later.
  expect(first.result!.ratePerSecond).toBeGreaterThan(SENT / 120);
  expect(first.result!.ratePerSecond).toBeLessThanOrEqual(SENT / 5);

  await sql`update campaigns set launched_at = launched_at - interval '1 hour' where id = ${campaignId}`;
  await sql`update campaign_pace set minute = minute - interval '10 minutes' where campaign_id = ${campaignId}`;
  expect((await figures()).result).toMatchObject({ ratePerSecond: 0, lastSubmittedAt: latest!.at });
});
