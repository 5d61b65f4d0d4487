import { exampleShortLinks } from "@smscrm/core/links/written-links";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freezeCampaignLinks, launchingCampaigns } from "../campaigns/launch.ts";
import { erasePerson } from "../privacy/erasures.ts";
import { readPersonData } from "../privacy/person-data.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { type Click, findDestination, recordClicks } from "./clicks.ts";
import { recipientCode } from "./codes.ts";
import { sweepExpiredLinks } from "./recipients.ts";
import { readCampaignClicks, readMessageClicks } from "./reports.ts";

const BASE = "https://texts.example.com";
const SHOP = "https://shop.example/spring";
const NEWS = "https://shop.example/news";
const PHONES = ["+61491570006", "+61491570156", "+61491570157"];

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

async function linked(
  given: {
    body?: string;
    phones?: string[];
    hosts?: string[];
    personClicks?: string;
    addressCountry?: string;
  } = {},
) {
  const { body = `Acme: ${SHOP} or ${NEWS}. STOP to opt out`, phones = PHONES } = given;
  const { hosts = ["shop.example"], personClicks = "by-law", addressCountry = null } = given;
  const tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  await fixture.people(tenantId, { phones });
  await fixture.sql`update contacts set address_country = ${addressCountry} where tenant_id = ${tenantId}`;
  await fixture.owner`insert into link_settings (tenant_id, allowed_hosts, person_clicks)
    values (${tenantId}, ${hosts}, ${personClicks})`;
  const campaignId = await fixture.campaign(tenantId, {
    ...{ body, shortenLinks: true, quietHoursOverrideReason: "A test at any hour" },
  });
  const launching = (await launchingCampaigns(fixture.sql)).find(({ id }) => id === campaignId)!;
  await freezeCampaignLinks(fixture.sql, launching, BASE);
  await freezeCampaignLinks(fixture.sql, launching, BASE);
  const jobIds = await fixture.frozen(campaignId);
  return { tenantId, campaignId, jobIds, body };
}

async function claimed(given: Parameters<typeof linked>[0] = {}) {
  const made = await linked(given);
  const { messages } = await fixture.claim(made.tenantId, made.jobIds);
  return { ...made, messages };
}

/** The links of a text, as its recipient's phone finds them. */
const linksIn = (text: string) =>
  [...text.matchAll(/\/l\/(.{7})(.{7})/g)].map(([, code, recipient]) => ({
    code: code!,
    recipient: recipient!,
  }));
const click = (link: { code: string; recipient: string }, device: Click["device"] = "phone"): Click => ({
  ...link,
  device,
  at: new Date(),
});
const report = (tenantId: string, campaignId: string) =>
  fixture.database.asTenant(tenantId, (tx) => readCampaignClicks(tx, tenantId, campaignId));

describe("the text of a campaign with short links", () => {
  test("has each recipient's own, in the place of the author's, as long as it was priced", async () => {
    const { messages, body, tenantId, campaignId } = await claimed();
    expect(messages).toHaveLength(3);
    const [example] = exampleShortLinks(SHOP, BASE);
    for (const { body: text } of messages) {
      expect(text).toMatch(
        /^Acme: https:\/\/texts\.example\.com\/l\/\w{14} or https:\/\/texts\.example\.com\/l\/\w{14}\. STOP/,
      );
      expect(text).toHaveLength(body.length - SHOP.length - NEWS.length + 2 * (example!.address.length + 7));
    }
    const links = messages.flatMap(({ body: text }) => linksIn(text));
    expect(new Set(links.map(({ recipient }) => recipient)).size).toBe(3);
    expect(new Set(links.map(({ code }) => code)).size).toBe(2);
    const frozen = await fixture.sql`
      select position, url, base from campaign_links where tenant_id = ${tenantId} and campaign_id = ${campaignId} order by 1`;
    expect(frozen).toEqual([
      { position: 0, url: SHOP, base: BASE },
      { position: 1, url: NEWS, base: BASE },
    ]);
  });

  test("keeps a link as it is written where the tenant does not allow its host", async () => {
    const { messages } = await claimed({ hosts: ["other.example"] });
    expect(messages[0]!.body).toContain(`${SHOP} or ${NEWS}.`);
  });

  test("is the same for everybody where the law asks for consent, and where the tenant keeps no clicks", async () => {
    for (const given of [{ addressCountry: "GB" }, { personClicks: "nobody" }]) {
      const { tenantId, jobIds } = await linked(given);
      const { messages } = await fixture.claim(tenantId, jobIds);
      expect(messages).toHaveLength(jobIds.length);
      for (const { body } of messages)
        for (const { recipient } of linksIn(body)) expect(recipient).toBe("0000000");
      expect(await fixture.sql`select 1 from link_recipients where tenant_id = ${tenantId}`).toHaveLength(0);
    }
  });

  test("has the same links when it is tried again, and no claim without them writes any", async () => {
    const { tenantId, jobIds, messages } = await claimed();
    const [{ key }] = await fixture.sql<
      [{ key: Uint8Array }]
    >`select opt_out_key as key from tenants where id = ${tenantId}`;
    const recipients = messages.map(({ body }) => linksIn(body)[0]!.recipient);
    expect(recipients.toSorted()).toEqual(jobIds.map((id) => recipientCode(key, id)).toSorted());
    const plain = await fixture.running(PHONES);
    expect((await fixture.claim(plain.tenantId, plain.jobIds)).messages).toHaveLength(3);
    expect(await fixture.sql`select 1 from link_recipients where tenant_id = ${plain.tenantId}`).toHaveLength(
      0,
    );
  });
});

describe("a click", () => {
  test("counts once per person, destination and kind of device, however often and at once", async () => {
    const { tenantId, campaignId, messages } = await claimed();
    const [shop, news] = linksIn(messages[0]!.body);
    const [other] = linksIn(messages[1]!.body);
    const batch = [click(shop!), click(shop!), click(shop!, "computer"), click(news!), click(other!)];
    await Promise.all([1, 2, 3, 4].map(() => recordClicks(fixture.sql, batch)));
    await recordClicks(fixture.sql, [click(news!, "tablet")]);
    expect(await report(tenantId, campaignId)).toMatchObject({
      ...{ people: 2, clicks: 5, unnamed: 0 },
      links: [
        { url: SHOP, people: 2, clicks: 3 },
        { url: NEWS, people: 1, clicks: 2 },
      ],
    });
    const [recount] = await fixture.sql`
      select count(*)::int as clicks, count(distinct send_job_id)::int as people from link_clicks where tenant_id = ${tenantId}`;
    expect(recount).toEqual({ clicks: 5, people: 2 });
  });

  test("of a made-up recipient, of an unknown code or of an expired link counts for nothing", async () => {
    const { tenantId, campaignId, messages } = await claimed();
    const [shop] = linksIn(messages[0]!.body);
    await recordClicks(fixture.sql, [
      click({ ...shop!, recipient: "zzzzzzz" }),
      click({ ...shop!, code: "zzzzzzz" }),
      { ...click(shop!), at: new Date("2099-01-01") },
    ]);
    expect(await report(tenantId, campaignId)).toMatchObject({ people: 0, clicks: 0, unnamed: 0 });
  });

  test("of a link that is everybody's is counted without a person", async () => {
    const { tenantId, campaignId, messages } = await claimed({ personClicks: "nobody" });
    const [shop] = linksIn(messages[0]!.body);
    await recordClicks(fixture.sql, [click(shop!), click(shop!)]);
    expect(await report(tenantId, campaignId)).toMatchObject({ people: 0, clicks: 0, unnamed: 2 });
    expect(await fixture.sql`select 1 from clicked_contacts where tenant_id = ${tenantId}`).toHaveLength(0);
  });

  test("is in the message's page and in the person's file; an erasure takes it away, and the link still leads on", async () => {
    const { tenantId, jobIds, messages } = await claimed({ phones: [PHONES[0]!] });
    const [shop] = linksIn(messages[0]!.body);
    await recordClicks(fixture.sql, [click(shop!)]);
    const read = <T>(work: (tx: Parameters<typeof readMessageClicks>[0]) => Promise<T>) =>
      fixture.database.asTenant(tenantId, work);
    expect(await read((tx) => readMessageClicks(tx, tenantId, jobIds[0]!))).toMatchObject([
      { url: SHOP, device: "phone" },
    ]);
    expect((await read((tx) => readPersonData(tx, tenantId, PHONES[0]!))).clicks).toMatchObject([
      { url: SHOP },
    ]);
    await erasePerson(fixture.sql, { tenantId, phone: PHONES[0]!, reason: "Asked", by: null });
    for (const table of ["link_clicks", "link_recipients", "clicked_contacts"])
      expect(
        await fixture.owner.unsafe(`select 1 from ${table} where tenant_id = '${tenantId}'`),
        table,
      ).toHaveLength(0);
    await recordClicks(fixture.sql, [click(shop!)]);
    expect(await fixture.owner`select 1 from link_clicks where tenant_id = ${tenantId}`).toHaveLength(0);
    expect(await findDestination(fixture.sql, shop!.code, "texts.example.com")).toMatchObject({ url: SHOP });
  });
});

test("a code leads to its destination, and not at another tenant's domain", async () => {
  const { messages } = await claimed();
  const other = await fixture.tenant();
  await fixture.owner`insert into link_settings (tenant_id, domain, domain_token, domain_verified_at)
    values (${other}, 'go.other.example', 't', now())`;
  const [shop] = linksIn(messages[0]!.body);
  expect(await findDestination(fixture.sql, shop!.code, "texts.example.com")).toMatchObject({
    url: SHOP,
    isElsewhere: false,
  });
  expect(await findDestination(fixture.sql, shop!.code, "go.other.example")).toMatchObject({
    isElsewhere: true,
  });
  expect(await findDestination(fixture.sql, "zzzzzzz", "texts.example.com")).toBeNull();
});

test("whose links they are is forgotten once the links have expired", async () => {
  const { tenantId, campaignId } = await claimed();
  const kept = () => fixture.owner`select 1 from link_recipients where tenant_id = ${tenantId}`;
  await sweepExpiredLinks(fixture.sql);
  expect(await kept()).toHaveLength(3);
  await fixture.owner`update campaign_links set expires_at = now() - interval '1 minute' where campaign_id = ${campaignId}`;
  while ((await sweepExpiredLinks(fixture.sql)) > 0);
  expect(await kept()).toHaveLength(0);
});
