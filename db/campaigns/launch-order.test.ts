import { orderLocations } from "@smscrm/core/campaigns/launch-order";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";

const week = (open: string, close: string) => Array(7).fill({ open, close }) as unknown as WeekSchedule;
const SYDNEY = { timezone: "Australia/Sydney", country: "AU" };
const PERTH = { timezone: "Australia/Perth", country: "AU" };

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

test("those whose window closes first are leased first, and nobody waits for the order", async () => {
  const hours = week("00:00", "23:59");
  const tenantId = await fixture.tenant({ quietHours: hours });
  await fixture.number(tenantId);
  const phones = (from: number) =>
    Array.from({ length: 20 }, (_, at) => `+61401${String(from + 2 * at).padStart(6, "0")}`);
  for (const [from, timezone] of [
    [0, "Australia/Perth"],
    [1, "Australia/Sydney"],
  ] as const) {
    await fixture.people(tenantId, { phones: phones(from), timezone });
  }
  const campaignId = await fixture.campaign(tenantId);
  await fixture.frozen(campaignId);
  const [row] = await fixture.sql<{ at: Date; inTime: boolean }[]>`
    select launched_at as at, (select bool_and(due_at <= c.launched_at and due_at >= c.launched_at - interval '1 second')
      from send_jobs where campaign_id = c.id) as "inTime" from campaigns c where id = ${campaignId}`;
  expect(row!.inTime).toBe(true);
  const [sydney, perth] = orderLocations(
    [SYDNEY, PERTH],
    { tenant: { country: "AU", quietHours: hours }, campaign: null },
    row!.at,
  );
  const first = sydney!.aheadMs > perth!.aheadMs ? SYDNEY : PERTH;
  const lease = await fixture.lease(20);
  const zones = await fixture.sql<{ timezone: string }[]>`
    select distinct c.timezone from send_jobs j join contacts c on c.id = j.contact_id where j.id = any(${lease!.jobIds})`;
  expect(lease!.jobIds).toHaveLength(20);
  expect(zones).toEqual([{ timezone: first.timezone }]);
});

test("of those who wait for their windows to open, whose closes first comes first; the time shown is the opening", async () => {
  const closed = (close: string): WeekSchedule => {
    const today = new Date().getUTCDay();
    // Closed yesterday, today and tomorrow wherever it is, then open until then.
    return Array.from({ length: 7 }, (_, day) => {
      const awayDays = ((day + 1) % 7) - today;
      return [-6, -1, 0, 1, 6].includes(awayDays) ? null : { open: "09:00", close };
    }) as unknown as WeekSchedule;
  };
  const tenantId = await fixture.tenant({ quietHours: closed("21:00") });
  await fixture.number(tenantId);
  await fixture.people(tenantId, { phones: ["+61401000001"], tags: ["long"] });
  await fixture.people(tenantId, { phones: ["+61401000002"], tags: ["short"] });
  const long = await fixture.frozen(await fixture.campaign(tenantId, { tags: ["long"] }));
  const shortId = await fixture.campaign(tenantId, { tags: ["short"] });
  await fixture.sql`update campaigns set quiet_hours = ${fixture.sql.json(closed("12:00") as never)} where id = ${shortId}`;
  const short = await fixture.frozen(shortId);
  expect((await fixture.claim(tenantId, long)).held).toBe(1);
  expect((await fixture.claim(tenantId, short)).held).toBe(1);
  const [late, soon] = [await fixture.job(long[0]!), await fixture.job(short[0]!)];
  expect(late.notBefore).toEqual(soon.notBefore);
  expect(soon.dueAt.getTime() - soon.notBefore!.getTime()).toBe(125);
  expect(late.dueAt.getTime() - late.notBefore!.getTime()).toBe(500);
});
