import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { claimForSending } from "@smscrm/db/send/claim";
import { settleSends } from "@smscrm/db/send/settle";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Caller,
  createTenant,
  FICTION,
  PUBLIC_URL,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

const OURS = "+61480001000";
const [MIA, NOAH, AVA, ZOE] = FICTION;
const WORDING = "I agree to get offers from acme by text, about 4 a month. Reply STOP to opt out.";
const QUESTION = "acme: reply YES or open {{link}} to get our offers by text. Reply STOP to opt out.";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let address: string;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  await createTenant(server.sql, "beta", ["owner"]);
  owner = await server.signIn("owner@acme.example.com");
  const week = JSON.stringify(Array.from({ length: 7 }, () => ({ open: "00:00", close: "24:00" })));
  await server.sql`update tenants set quiet_hours = ${week}::text::jsonb, country = 'AU'`;
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, ${OURS}, 'AU', 1000, 1000)`;
  address = await addForm(owner);
});
afterAll(() => server.close());

async function addForm(caller: Caller): Promise<string> {
  const { data } = await caller.mutate<{ address: string }>("signUp.add", {
    ...{ name: "Shop window", wording: WORDING, question: QUESTION },
  });
  return data.address;
}

let addresses = 0;
/** Each call comes from a network of its own unless one is given. */
function post(path: string, body: Record<string, string>, from = `203.0.113.${++addresses % 250}`) {
  return server.app.request(
    path,
    {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-forwarded-for": from,
        "user-agent": "Test",
      },
      body: new URLSearchParams(body).toString(),
    },
    { remoteAddress: "10.0.0.1" },
  );
}
const fillIn = (phone: string, more: Record<string, string> = {}, at = address, from?: string) =>
  post(`/sign-up/${at}`, { phone, agree: "yes", ...more }, from);

const questions = (phone?: string) => server.sql<{ id: string; body: string; status: string }[]>`
  select j.id, c.body, j.status from send_jobs j join campaigns c on c.id = j.campaign_id
  where c.kind = 'sign-up' and (${phone ?? null}::text is null or j.phone_e164 = ${phone ?? null}) order by j.id`;

/** Claims and sends a person's question, and returns its link. */
async function sent(phone: string): Promise<string> {
  const [job] = await questions(phone);
  const { messages } = await claimForSending(server.dependencies.pipeline, tenantId, [job!.id], PUBLIC_URL);
  expect(messages).toHaveLength(1);
  const results = messages.map(({ attemptId }) => ({
    ...{ attemptId, state: "accepted" as const, sid: `SM${attemptId.replaceAll("-", "")}` },
    ...{ carrierStatus: "queued", submittedAt: new Date(), code: null, httpStatus: 201 },
  }));
  await settleSends(server.dependencies.pipeline, results);
  return /https:\S+\/y\/[\w-]+/.exec(messages[0]!.body)![0].slice(PUBLIC_URL.length);
}

const consents = (phone: string) => server.sql<Record<string, never>[]>`
  select basis, source, wording, evidence from consents where tenant_id = ${tenantId} and phone_e164 = ${phone}`;

test("the page asks for a number and shows the wording; opening it does nothing", async () => {
  const page = await server.app.request(`/sign-up/${address}`);
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(html).toContain(WORDING);
  expect(html).not.toContain("checked");
  for (const nothing of [
    "/sign-up/nothing",
    "/sign-up/a%00b",
    "/sign-up/%00",
    "/y/%00",
    "/y/a%00b",
    "/o/%00",
  ])
    for (const method of ["GET", "POST"])
      expect([nothing, (await server.app.request(nothing, { method })).status]).toEqual([nothing, 404]);
  expect(await questions()).toHaveLength(0);
});

test("a link is confirmed by its button alone, and the consent has what was seen, and both times", async () => {
  const done = await fillIn("0491 570 006");
  expect(done.status).toBe(200);
  expect(await done.text()).toContain("Check your phone");
  expect(await consents(MIA)).toHaveLength(0);
  const link = await sent(MIA);
  for (const method of ["GET", "HEAD"]) expect((await server.app.request(link, { method })).status).toBe(200);
  expect(await consents(MIA)).toHaveLength(0);
  expect(await (await post(`${link}.`, {})).text()).toContain("You get texts from acme.");
  expect((await post(link, {})).status).toBe(200);
  const [consent, ...more] = await consents(MIA);
  expect(more).toEqual([]);
  expect(consent).toMatchObject({
    ...{ basis: "express", source: "form", wording: WORDING },
    evidence: {
      ...{ question: QUESTION, formVersion: 1, userAgent: "Test", origin: `/sign-up/${address}` },
      filledIn: { address: expect.stringMatching(/^203\.0\.113\./), userAgent: "Test" },
      askedAt: expect.any(String),
    },
  });
});

test("a YES confirms as well, and a JSON body is as good as the form", async () => {
  const response = await server.app.request(`/sign-up/${address}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ phone: NOAH, agree: true }),
  });
  expect([response.status, await response.json()]).toEqual([202, { ok: true }]);
  await sent(NOAH);
  const yes = {
    messageSid: `SM${"1".repeat(32)}`,
    from: NOAH,
    to: OURS,
    body: "Yes",
    optOutType: null,
    payload: {},
  };
  await ingestInbound(server.dependencies.pipeline, yes);
  expect(await consents(NOAH)).toMatchObject([{ basis: "express", source: "reply", wording: WORDING }]);
});

test("nobody who opted out is asked, also by a link that they got before; the page says the same", async () => {
  await server.sql`insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, ${AVA}, 'reply')`;
  expect(await (await fillIn(AVA)).text()).toContain("Check your phone");
  expect(await questions(AVA)).toHaveLength(0);
  await fillIn(ZOE);
  const link = await sent(ZOE);
  await server.sql`insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, ${ZOE}, 'reply')`;
  expect((await post(link, {})).status).toBe(404);
  expect(await consents(ZOE)).toHaveLength(0);
});

test("one question per number and day, three over all organisations, twenty per network; none to a machine", async () => {
  const phone = "+61491570110";
  await fillIn(phone);
  await fillIn(phone);
  expect(await questions(phone)).toHaveLength(1);
  expect(await (await fillIn("+61491570111", { website: "x" })).text()).toContain("Check your phone");
  expect(await questions("+61491570111")).toHaveLength(0);
  const network = "198.51.100.7";
  const many = await Promise.all(
    Array.from({ length: 22 }, (_, n) => fillIn(`+614915702${String(10 + n)}`, {}, address, network)),
  );
  expect(many.filter(({ status }) => status === 429)).toHaveLength(2);
});

test.each([
  [{ phone: "12", agree: "yes" }, "Enter a phone number"],
  [{ phone: MIA, agree: "" }, "Tick the box"],
  [{ phone: '"><script>', agree: "yes" }, "&quot;&gt;&lt;script&gt;"],
])("a form that is not whole is shown again: %o", async (body, sentence) => {
  const response = await post(`/sign-up/${address}`, body);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(sentence);
});

test("an unconfirmed link expires; a paused tenant's question waits; a closed form is gone", async () => {
  const phone = "+61491570112";
  await server.sql`update tenants set sending_paused_at = now() where id = ${tenantId}`;
  await fillIn(phone);
  const [job] = await questions(phone);
  const { messages } = await claimForSending(server.dependencies.pipeline, tenantId, [job!.id], PUBLIC_URL);
  expect(messages).toEqual([]);
  await server.sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
  await server.sql`update send_jobs set due_at = now() where id = ${job!.id}`;
  const link = await sent(phone);
  await server.sql`update opt_in_requests set expires_at = now() - interval '1 second' where phone_e164 = ${phone}`;
  expect((await server.app.request(link)).status).toBe(404);
  expect((await post(link, {})).status).toBe(404);
  expect(await consents(phone)).toHaveLength(0);
});

test("a form is changed by one at a time, is the tenant's own, and its faults are named", async () => {
  const { data } = await owner.query<{ forms: { id: string; version: number; url: string }[] }>(
    "signUp.list",
  );
  const form = data.forms[0]!;
  expect(form.url).toBe(`${PUBLIC_URL}/sign-up/${address}`);
  const terms = { name: "Shop", wording: WORDING, question: QUESTION, isOpen: false };
  const change = { id: form.id, version: form.version, ...terms };
  const both = await Promise.all([
    owner.mutate("signUp.change", change),
    owner.mutate("signUp.change", change),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect((await server.app.request(`/sign-up/${address}`)).status).toBe(404);
  const beta = await server.signIn("owner@beta.example.com");
  expect((await beta.query<{ forms: unknown[] }>("signUp.list")).data.forms).toEqual([]);
  expect((await beta.mutate("signUp.change", { ...change, version: 2 })).status).toBe(409);
  const viewer = await server.signIn("viewer@acme.example.com");
  expect((await viewer.mutate("signUp.add", terms)).status).toBe(403);
  expect(
    (await owner.mutate("signUp.add", { ...terms, question: "acme: confirm {{link}}" })).message,
  ).toMatch("opt out");
});
