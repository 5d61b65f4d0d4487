import { ALWAYS_OPEN } from "@smscrm/core/time/quiet-hours";
import { freezeCampaignLinks, freezeNextChunk, launchingCampaigns } from "@smscrm/db/campaigns/launch";
import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { claimForSending } from "@smscrm/db/send/claim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  PUBLIC_URL,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import { openSingleSignOn } from "../users/single-sign-on/setup.ts";

const SHOP = "https://shop.example/spring?x=1";
const BODY = `Hi {{first_name|there}}, 20% off at Acme: ${SHOP}. Reply STOP to opt out.`;
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

let server: TestServer;
let worker: Pipeline;
let owner: Caller;
let tenantId: string;
const records: Record<string, string[]> = {};

beforeAll(async () => {
  const singleSignOn = openSingleSignOn({
    keys: null,
    network: { isProduction: true, allowedRanges: [], resolve: async () => ["10.0.0.7"] },
    resolveTxt: async (name) => records[name] ?? [],
  });
  server = await startTestServer({ singleSignOn });
  worker = openPipeline(server.url, { name: "links' worker", max: 2 });
  tenantId = await createTenant(server.sql, "acme");
  await createTenant(server.sql, "beta");
  await addContacts(server.sql, tenantId, FICTION);
  await server.sql`insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+61480001001', 'AU', 1000, 1000)`;
  await server.sql`update tenants set quiet_hours = ${server.sql.json(ALWAYS_OPEN as never)}, cap_per_day = null,
    cap_per_week = null, segments_per_second = 1000 where id = ${tenantId}`;
  await server.sql`update budgets set rate_tokens = 1000 where tenant_id = ${tenantId}`;
  owner = await server.signIn("owner@acme.example.com");
});
afterAll(async () => {
  await worker.end();
  await server.close();
});

const settings = {
  allowedHosts: ["Shop.example"],
  personClicks: "by-law",
  hasConsent: false,
  expiresDays: 90,
};
const follow = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  server.app.request(path, {
    method,
    headers: { "user-agent": IPHONE, host: "texts.example.com", ...headers },
  });

async function draft(change: object = {}): Promise<string> {
  const made = await owner.mutate<{ id: string }>("campaigns.create", {
    ...DRAFT,
    body: BODY,
    shortenLinks: true,
    ...change,
  });
  expect(made.status, made.message).toBe(200);
  return made.data.id;
}

/** Launches a campaign and returns its texts, as the carrier would get them. */
async function texts(): Promise<{ id: string; bodies: string[] }> {
  const id = await draft();
  expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({ status: 200 });
  const launching = (await launchingCampaigns(worker)).find((one) => one.id === id)!;
  await freezeCampaignLinks(worker, launching, PUBLIC_URL);
  while (!(await freezeNextChunk(worker, id, 1)).done);
  const jobs = await server.sql<
    { id: string }[]
  >`select id from send_jobs where campaign_id = ${id} order by id`;
  const claim = await claimForSending(
    worker,
    tenantId,
    jobs.map((job) => job.id),
    PUBLIC_URL,
  );
  expect(claim.messages).not.toHaveLength(0);
  return { id, bodies: claim.messages.map(({ body }) => body) };
}
const pathIn = (text: string) => /\/l\/\w+/.exec(text)![0];

describe("a campaign with short links", () => {
  test("is launched only where its organisation allows the host, and says what to do", async () => {
    const id = await draft();
    expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({
      status: 400,
      message: expect.stringContaining("may not lead to shop.example: an admin can allow it under Settings"),
    });
    const saved = await owner.mutate<{ updatedAt: string; allowedHosts: string[] }>("shortLinks.update", {
      ...settings,
      updatedAt: null,
    });
    expect(saved.data.allowedHosts).toEqual(["shop.example"]);
    expect((await owner.mutate("shortLinks.update", { ...settings, updatedAt: null })).status).toBe(409);
    const evil = await draft({ body: BODY.replace("shop.example", "shop.example.evil.example") });
    expect((await owner.mutate("campaigns.launch", { id: evil })).status).toBe(400);
  });

  test("is previewed and priced with the length of the real link", async () => {
    const { data } = await owner.query<{ text: string }>("campaigns.previewBody", {
      body: BODY,
      shortenLinks: true,
    });
    expect(data.text).toMatch(
      /^Hi Mia, 20% off at Acme: https:\/\/texts\.example\.com\/l\/\w{14}\. Reply STOP/,
    );
    const { bodies } = await texts();
    expect(bodies[0]).toHaveLength(data.text.length);
  });

  test("leads each recipient on, and counts a person once; previews, scanners and a HEAD are not counted", async () => {
    const { id, bodies } = await texts();
    const [path, other] = bodies.map(pathIn);
    const answer = await follow(path!);
    expect([answer.status, answer.headers.get("location"), answer.headers.get("cache-control")]).toEqual([
      302,
      SHOP,
      "no-store",
    ]);
    expect((await follow(`${path}.`)).headers.get("location")).toBe(SHOP);
    for (const agent of [
      "facebookexternalhit/1.1",
      "WhatsApp/2.24",
      "Mozilla/5.0 (compatible; Googlebot/2.1)",
      "",
    ])
      expect((await follow(other!, { "user-agent": agent })).status).toBe(302);
    expect((await follow(other!, {}, "HEAD")).status).toBe(302);
    expect((await follow(other!, { "sec-purpose": "prefetch" })).status).toBe(302);
    await server.dependencies.clicks.flush();
    const { data } = await owner.query("shortLinks.ofCampaign", { id });
    expect(data).toMatchObject({ people: 1, clicks: 1, unnamed: 0, links: [{ url: SHOP, people: 1 }] });
    const [job] = await server.sql`select send_job_id as id from link_clicks where campaign_id = ${id}`;
    expect((await owner.query("shortLinks.ofMessage", { id: job!.id })).data).toMatchObject([
      { url: SHOP, device: "phone" },
    ]);
    const beta = await server.signIn("owner@beta.example.com");
    expect((await beta.query("shortLinks.ofCampaign", { id })).data).toBeNull();
    expect((await beta.query("shortLinks.ofMessage", { id: job!.id })).data).toEqual([]);
    // Neither codes nor numbers are in the log.
    expect(server.logged.join("\n")).not.toContain(path!.slice(3));
  });

  test("leads nowhere else: made-up and changed codes, addresses in them, expired links, hosts that were taken back", async () => {
    const { bodies } = await texts();
    const path = pathIn(bodies[0]!);
    for (const wrong of [
      "/l/aaaaaaaaaaaaaa",
      "/l/x",
      "/l/https://evil.example",
      "/l/%2F%2Fevil.example",
      "/l/%00",
      `/l/zzzzzzz${path.slice(10)}`,
      `/l/${"x".repeat(5_000)}`,
    ]) {
      const answer = await follow(wrong);
      expect([answer.status, answer.headers.get("location")], wrong).toEqual([404, null]);
    }
    expect((await follow(`${path}?to=https://evil.example`)).headers.get("location")).toBe(SHOP);
    expect((await follow(path, {}, "POST")).status).toBe(404);
    const expired = await texts();
    await server.sql`update campaign_links set expires_at = now() where campaign_id = ${expired.id}`;
    const gone = await follow(pathIn(expired.bodies[0]!));
    expect([gone.status, await gone.text()]).toEqual([
      410,
      expect.stringContaining("This link no longer works"),
    ]);
    const taken = await texts();
    await server.sql`update link_settings set allowed_hosts = '{}' where tenant_id = ${tenantId}`;
    expect((await follow(pathIn(taken.bodies[0]!))).status).toBe(410);
    await server.sql`update link_settings set allowed_hosts = '{shop.example}' where tenant_id = ${tenantId}`;
  });
});

describe("the organisation's own domain", () => {
  const verify = () => owner.mutate("shortLinks.verifyDomain");

  test("is used once DNS shows its record and it leads here, which is never asked inside a private network", async () => {
    expect((await verify()).message).toBe("Enter a domain first.");
    expect((await owner.mutate("shortLinks.setDomain", { domain: "texts.example.com" })).status).toBe(400);
    const { data } = await owner.mutate<{ record: { name: string; value: string }; base: string }>(
      "shortLinks.setDomain",
      { domain: "Go.Acme.example" },
    );
    expect(data).toMatchObject({ record: { name: "_smscrm.go.acme.example" }, base: PUBLIC_URL });
    expect((await verify()).message).toContain("DNS does not show the record");
    records[data.record.name] = [data.record.value];
    expect((await verify()).message).toMatch(/can't be reached: .*private network/);
    const token = data.record.value.split("=")[1]!;
    expect((await follow(`/l/check/${token}`, { host: "go.acme.example" })).status).toBe(200);
    expect((await follow(`/l/check/${token}`)).status).toBe(404);
    expect((await follow("/l/check/a%00b", { host: "go.acme.example" })).status).toBe(404);
    expect((await follow("/l/check/aaaaaaaaaaaaaaaaaaaa", { host: "go.acme.example" })).status).toBe(404);
    await server.sql`update link_settings set domain_verified_at = now() where tenant_id = ${tenantId}`;
    const { bodies } = await texts();
    expect(bodies[0]).toMatch(/https:\/\/go\.acme\.example\/l\/\w{14}\./);
    expect((await follow(pathIn(bodies[0]!), { host: "go.acme.example" })).headers.get("location")).toBe(
      SHOP,
    );
    await owner.mutate("shortLinks.setDomain", { domain: null });
  });

  test("everybody's clicks are kept only by an organisation that confirms their consent", async () => {
    const { data } = await owner.query<{ updatedAt: string }>("shortLinks.settings");
    const everybody = { ...settings, personClicks: "everybody", updatedAt: data.updatedAt };
    expect((await owner.mutate("shortLinks.update", everybody)).status).toBe(400);
    expect((await owner.mutate("shortLinks.update", { ...everybody, hasConsent: true })).status).toBe(200);
  });
});

test("a destination that is known stays one while the database is away; another is tried again by the page", async () => {
  const { bodies } = await texts();
  const known = pathIn(bodies[0]!);
  expect((await follow(known)).status).toBe(302);
  await server.sql`alter table campaign_links rename to campaign_links_away`;
  expect((await follow(known)).headers.get("location")).toBe(SHOP);
  const away = await follow("/l/bbbbbbbbbbbbbb");
  expect([away.status, away.headers.get("retry-after")]).toEqual([503, "3"]);
  await server.dependencies.clicks.flush();
  await server.sql`alter table campaign_links_away rename to campaign_links`;
  await server.dependencies.clicks.flush();
  expect(
    await server.sql`select 1 from link_clicks k where k.send_job_id in (
    select send_job_id from link_recipients where code = ${known.slice(10)})`,
  ).toHaveLength(1);
});
