import { createHash } from "node:crypto";
import { findLinkOwner, optOutToken } from "@smscrm/db/contacts/opt-out-links";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAIR_USE } from "../fair-use/fair-use.ts";
import {
  addContacts,
  createTenant,
  FICTION,
  PUBLIC_URL,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let otherId: string;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme");
  otherId = await createTenant(server.sql, "beta");
  await addContacts(server.sql, tenantId, FICTION);
  await addContacts(server.sql, otherId, FICTION);
});
afterAll(() => server.close());

/** The address in a text to this number. */
async function linkOf(phone: string, tenant = tenantId): Promise<string> {
  const [row] = await server.sql<{ id: string; key: Uint8Array }[]>`
    select c.id, t.opt_out_key as key from contacts c join tenants t on t.id = c.tenant_id
    where c.tenant_id = ${tenant} and c.phone_e164 = ${phone}`;
  return `/o/${optOutToken(row!.key, { contactId: row!.id, phoneE164: phone })}`;
}
const ask = (path: string, init: RequestInit = {}, at: TestServer = server) => at.app.request(path, init);
const press = (path: string, headers: Record<string, string> = {}) => ask(path, { method: "POST", headers });
const listed = async (tenant = tenantId) =>
  (
    await server.sql`select phone_e164 as phone, source from do_not_contact where tenant_id = ${tenant} order by 1`
  ).map(({ phone, source }) => `${phone} ${source}`);

describe("the page of an opt-out link", () => {
  test("asks first: opening it, also as a link preview does, changes nothing", async () => {
    const link = await linkOf(FICTION[0]);
    for (const init of [{}, { method: "HEAD" }, { headers: { "user-agent": "Twitterbot/1.0" } }])
      expect((await ask(link, init)).status).toBe(200);
    const page = await ask(link);
    expect(await page.text()).toMatch(
      /<h1>Stop all texts from acme\?<\/h1>\s*<form method="post"><button type="submit">Stop texts/,
    );
    expect(await listed()).toEqual([]);
  });

  test("opts this person out at this tenant with one press, without a session, and says so", async () => {
    const link = await linkOf(FICTION[0]);
    const done = await press(link);
    expect(done.status).toBe(200);
    expect(await done.text()).toContain("<h1>You get no more texts from acme.</h1>");
    expect(await (await ask(link)).text()).toContain("You get no more texts from acme.");
    expect((await press(link)).status).toBe(200);
    expect(await listed()).toEqual([`${FICTION[0]} link`]);
    expect(await listed(otherId)).toEqual([]);
  });

  test("works from wherever the person opens it: another site's form, and a full stop behind the link", async () => {
    const link = await linkOf(FICTION[1]);
    const headers = { "sec-fetch-site": "cross-site", origin: "https://mail.example.com" };
    expect((await press(`${link}.`, headers)).status).toBe(200);
    expect(await listed()).toContain(`${FICTION[1]} link`);
  });

  test.each([
    ["de-CH,de;q=0.9,en;q=0.8", "Alle SMS von acme beenden?"],
    ["fr", "Ne plus recevoir de SMS de acme ?"],
    ["xx,es-MX", "¿Dejar de recibir SMS de acme?"],
    ["zz", "Stop all texts from acme?"],
  ])("speaks the recipient's language: %s", async (language, question) => {
    const page = await ask(await linkOf(FICTION[2]), { headers: { "accept-language": language } });
    expect(await page.text()).toContain(`<h1>${question}</h1>`);
  });

  test("shows an organisation's name as text, and no number", async () => {
    await server.sql`update tenants set name = '<img src=x onerror=alert(1)> & $& Söhne' where id = ${otherId}`;
    const text = await (await ask(await linkOf(FICTION[2], otherId))).text();
    expect(text).toContain("&lt;img src=x onerror=alert(1)&gt; &amp; $&amp; Söhne");
    expect(text).not.toContain("<img");
    expect(text).not.toMatch(/614915|491 ?570/);
  });

  test("leads nowhere else, loads nothing, and is kept out of caches, referrers and search engines", async () => {
    const page = await ask(`${await linkOf(FICTION[2])}?next=https://evil.example.com`);
    expect(page.headers.get("location")).toBeNull();
    const text = await page.text();
    expect(text).not.toMatch(/https?:|<script|<link|<img/);
    expect(text).toContain('<meta name="referrer" content="no-referrer">');
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("x-robots-tag")).toBe("noindex");
    expect(page.headers.get("content-security-policy")).toContain("form-action 'self'");
  });
});

describe("an invalid link", () => {
  test("is answered alike whatever is wrong with it, and changes nothing", async () => {
    const before = await listed();
    const link = await linkOf(FICTION[3]);
    const foreign = createHash("sha256").update(link).digest();
    const [contact] = await server.sql<{ id: string }[]>`
      select id from contacts where tenant_id = ${tenantId} and phone_e164 = ${FICTION[3]}`;
    const forged = `/o/${optOutToken(foreign, { contactId: contact!.id, phoneE164: FICTION[3] })}`;
    const unknown = `/o/${optOutToken(foreign, { contactId: otherId, phoneE164: FICTION[3] })}`;
    const answers = new Set<string>();
    for (const path of [
      forged,
      unknown,
      "/o/x",
      `/o/${"z".repeat(33)}`,
      `/o/${"%00".repeat(33)}`,
      `/o/${"1".repeat(5_000)}`,
    ])
      for (const method of ["GET", "POST"]) {
        const answer = await ask(path, { method });
        answers.add(`${answer.status} ${await answer.text()}`);
      }
    expect([...answers]).toEqual([expect.stringMatching(/^404 .*This link isn’t valid\./s)]);
    expect(await listed()).toEqual(before);
  });

  test("is tried only so often: a network has its share, and the answer says when to come back", async () => {
    const strict = { ...FAIR_USE.network, atOnce: 1, waitingMax: 1 };
    const fairUse = { ...FAIR_USE, network: strict };
    const other = await startTestServer({ fairUse });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => ask(`/o/${"1".repeat(33)}`, {}, other)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.headers.get("retry-after")).toMatch(/^\d+$/);
    await other.close();
  });
});

test("neither a link's token nor the number behind it reaches the log", async () => {
  const link = await linkOf(FICTION[4]);
  await ask(link);
  await press(link);
  const text = server.logged.join();
  expect(text).toContain("/o/:token");
  expect(text).not.toContain(link.slice(3));
  expect(text).not.toContain(FICTION[4].slice(1));
});

test("the address is that of the texts: PUBLIC_URL and the path", async () => {
  const token = (await linkOf(FICTION[4])).slice(3);
  expect(await findLinkOwner(server.sql, token)).toMatchObject({ tenantId, phoneE164: FICTION[4] });
  const answer = await ask(`${PUBLIC_URL}/o/${token}`);
  expect(answer.status).toBe(200);
});
