import { readCampaignClicks } from "@smscrm/db/links/reports";
import { saveLinkSettings } from "@smscrm/db/links/settings";
import { createFairUse } from "@smscrm/server/fair-use/fair-use";
import { createClickBuffer } from "@smscrm/server/links/click-buffer";
import { linkRoutes } from "@smscrm/server/links/link-route";
import { openSendingFixture, type SendingFixture } from "@smscrm/worker/testing/sending-fixture";
import { afterEach, beforeEach, expect, test } from "vitest";

const SHOP = "https://shop.example/spring";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

let fixture: SendingFixture;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
});
afterEach(() => fixture.close());

type Links = Parameters<typeof linkRoutes>;

test("the carrier gets each recipient's own link, which leads on, and counts its person once", async () => {
  const tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  await fixture.people(tenantId, { phones: ["+61491570006", "+61491570156"] });
  await fixture.database.asTenant(tenantId, (tx) =>
    saveLinkSettings(tx, tenantId, null, {
      ...{ allowedHosts: ["shop.example"], personClicks: "by-law", expiresDays: 90 },
    }),
  );
  fixture.startOne();
  const body = `20% off at Acme: ${SHOP}. Reply STOP to opt out`;
  const campaignId = await fixture.campaign(tenantId, { body, shortenLinks: true });
  await fixture.until("the campaign has ended", async () => {
    const [row] = await fixture.sql`select status from campaigns where id = ${campaignId}`;
    return row?.status === "completed";
  });
  const asked = fixture.creates() as { message: { to: string; body: string } }[];
  const links = asked.map(({ message }) => new URL(/Acme: (\S+)\. Reply/.exec(message.body)![1]!));
  expect(links.map(({ origin }) => origin)).toEqual([fixture.receiver.url, fixture.receiver.url]);
  expect(new Set(links.map(({ pathname }) => pathname)).size).toBe(2);
  expect(asked.some(({ message }) => message.body.includes("shop.example"))).toBe(false);

  const log = { warn: () => {}, error: () => {} } as unknown as Parameters<typeof createClickBuffer>[1];
  const clicks = createClickBuffer(fixture.sql, log);
  const visitors = { visitorOf: () => ({ address: "192.0.2.1" }) } as unknown as Links[1]["visitors"];
  const phone = linkRoutes({ pipeline: fixture.sql, clicks }, { visitors, fairUse: createFairUse() });
  const follow = (agent: string) => phone.request(links[0]!.pathname, { headers: { "user-agent": agent } });
  for (const agent of [IPHONE, IPHONE, "WhatsApp/2.24.20"])
    expect((await follow(agent)).headers.get("location")).toBe(SHOP);
  await clicks.flush();
  const counted = await fixture.database.asTenant(tenantId, (tx) =>
    readCampaignClicks(tx, tenantId, campaignId),
  );
  expect(counted).toMatchObject({ people: 1, clicks: 1, unnamed: 0, links: [{ url: SHOP, people: 1 }] });
});
