import type { AbTest } from "@smscrm/core/campaigns/ab-test/ab-test";
import { chooseText } from "@smscrm/db/campaigns/ab-test/decisions";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { afterEach, describe, expect, test } from "vitest";
import { expectCarrierAgrees } from "../testing/carrier-agrees.ts";
import { openSendingFixture, QUEUE_MODES, type SendingFixture } from "../testing/sending-fixture.ts";

const PEOPLE = 180;
const TEST: AbTest = {
  ...{ percent: 20, atLeast: 100, measure: "replies", waitMinutes: 60 },
  ...{ choice: "hand", unclear: "hold", defaultVariant: 1 },
  texts: ["Text B of Acme. Reply STOP to opt out"],
};

describe.each(QUEUE_MODES.slice(0, 1))("an A/B test through the pipeline, with tickets on %s", (mode) => {
  let fixture: SendingFixture;
  afterEach(() => fixture.close());

  test("nobody of the rest gets a text before the choice, and then everybody gets one, once", async () => {
    fixture = await openSendingFixture(mode);
    const { sql, database, until, startOne, stopOne } = fixture;
    const tenantId = await fixture.tenant({ segmentsPerSecond: 100 });
    await fixture.number(tenantId);
    await fixture.people(tenantId, { phones: PEOPLE });
    const campaignId = await fixture.campaign(tenantId, {
      body: "Text A of Acme. Reply STOP to opt out",
      abTest: TEST,
    });
    const texts = () =>
      fixture
        .creates()
        .flatMap(({ form, message }) =>
          message ? [{ to: String(form?.To), text: String(form?.Body).slice(5, 6) }] : [],
        );
    const first = startOne();
    await until("some of the test have gone", () => texts().length > 20);
    // A worker that dies in the middle leaves the rest of the test to the next.
    await stopOne(first);
    startOne();
    await until("the test has gone, and its answers are waited for", async () => {
      const [part] =
        await sql`select state from first_parts where campaign_id = ${campaignId} and step = 'test'`;
      return part?.state === "watching";
    });
    const tested = texts();
    expect(tested).toHaveLength(100);
    const byJobs = await sql<{ to: string; text: string }[]>`
      select phone_e164 as to, chr(64 + variant) as text from send_jobs j join campaigns c on c.id = j.campaign_id
      where c.id = ${campaignId} and j.draw <= c.test_draws`;
    const sorted = (rows: readonly { to: string; text: string }[]) =>
      rows.map(({ to, text }) => `${to} ${text}`).sort();
    expect(sorted(tested)).toEqual(sorted(byJobs));
    const chosen = await Promise.all(
      [1, 2].map((variant) =>
        database.asTenant(tenantId, (tx) => chooseText(tx, tenantId, campaignId, variant, tenantId)),
      ),
    );
    expect([...chosen].sort()).toEqual([false, true]);
    await sql`update first_parts set next_at = now() where campaign_id = ${campaignId}`;
    await fixture.allFinal();
    const all = texts();
    expect(new Set(all.map(({ to }) => to)).size).toBe(PEOPLE);
    expect(all).toHaveLength(PEOPLE);
    expect(new Set(all.slice(100).map(({ text }) => text))).toEqual(new Set([chosen[0] ? "A" : "B"]));
    await expectCarrierAgrees(fixture);
    expect(await violations(sql)).toEqual([]);
  }, 60_000);
});
