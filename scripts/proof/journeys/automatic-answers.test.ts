import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOverTrpc, type Session } from "../../demo/session.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const MACHINE = "I'm driving and will see your message later. Please stop texting me, or text HELP";
const LOOP = "Ayuda";
const OPT_OUT = "please stop texting me";
const NEWS = "Our spring sale starts today. Demo Store. Reply STOP to opt out";

let product: RunningProduct;
let session: Session;
let ours: string;
let people = 0;

beforeAll(async () => {
  product = await runProduct();
  session = await callOverTrpc(product.url, product.signIn);
  const numbers = await session.api.numbers.list.query();
  ours = numbers.find(({ kind, country }) => kind === "long-code" && country === "AU")!.phone;
}, 240_000);
afterAll(() => product?.stop(), 120_000);

/** Types on a handset; resolves once the product has answered the signed webhook. */
async function type(from: string, body: string): Promise<void> {
  const answer = await post("/simulator/inbound", { from, to: ours, body, wait: true });
  expect(answer.webhook).toMatchObject({ http: 200, replies: 0 });
}

async function post(path: string, body: unknown) {
  const response = await fetch(new URL(path, product.simulatorUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return (await response.json()) as { webhook: unknown };
}

/** Returns what the carrier was asked to send to a person. */
async function sentTo(phone: string): Promise<{ body: string; from: string }[]> {
  const address = new URL(
    `/simulator/ledger?kind=create&to=${encodeURIComponent(phone)}`,
    product.simulatorUrl,
  );
  const { entries } = (await (await fetch(address, { signal: AbortSignal.timeout(30_000) })).json()) as {
    entries: { form: { Body: string; From: string } }[];
  };
  return entries.map(({ form }) => ({ body: form.Body, from: form.From }));
}

async function addPerson(): Promise<{ phone: string; tag: string }> {
  people += 1;
  // Some other numbers of the simulator are never reached.
  const [phone, tag] = [`+6140177${String(2_000 + people)}`, `person-${people}`];
  const consent = { consentBasis: "express", consentEvidence: "Journey test" } as const;
  await session.api.contacts.add.mutate({ phone, tags: [tag], ...consent });
  return { phone, tag };
}

const messagesWith = async (phone: string) =>
  (await session.api.inbox.turns.query({ phone, limit: 50 })).items;
const isListed = async (phone: string) =>
  (await session.api.doNotContact.list.query({ search: phone, limit: 10 })).items.length > 0;

/** Sends a campaign to one person and waits until no message of it waits. */
async function campaignTo(tag: string): Promise<void> {
  const { api } = session;
  const settings = { quietHours: null, expiresAt: null, smartEncoding: true };
  const { id } = await api.campaigns.create.mutate({
    ...{ name: `To ${tag} ${people}`, body: NEWS, audience: { kind: "tags", tags: [tag] } },
    ...settings,
  });
  await api.campaigns.launch.mutate({
    id,
    quietHoursOverrideReason: "Journey test: the carrier is the simulator",
  });
  await expect
    .poll(async () => (await api.campaigns.progress.query({ id })).status, { timeout: 60_000 })
    .toBe("completed");
}

/** Long enough to claim and submit a queued message many times over. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 4_000));

async function switchTo(state: "pause" | "resume"): Promise<void> {
  const me = await session.api.auth.me.query();
  const { password } = product.signIn;
  await session.api.secondFactor.prove.mutate({ kind: "password", password });
  const response = await fetch(`${product.url}/tenants/${me!.tenant.id}/${state}`, {
    method: "POST",
    headers: { Cookie: session.cookie() },
    signal: AbortSignal.timeout(30_000),
  });
  expect(response.status).toBe(200);
}

describe("a machine that answers every text", () => {
  it("gets one answer for twelve texts, from the number that it wrote to; the answer is paid for and in the conversation", async () => {
    const { phone } = await addPerson();
    const before = await usedMicros();
    await Promise.all(Array.from({ length: 12 }, () => type(phone, LOOP)));
    await expect.poll(async () => (await sentTo(phone)).length, { timeout: 30_000 }).toBe(1);
    await aWhile();
    expect(await sentTo(phone)).toMatchObject([{ from: ours, body: expect.stringMatching(/^Reply STOP/) }]);
    await expect
      .poll(async () => (await messagesWith(phone)).filter(({ direction }) => direction === "out"), {
        timeout: 30_000,
      })
      .toMatchObject([{ status: "delivered", campaign: { kind: "answer", name: "Automatic answer" } }]);
    expect(await usedMicros()).toBeGreaterThan(before);
    const campaigns = await session.api.campaigns.list.query({ limit: 50 });
    expect(campaigns.items.filter(({ name }) => name === "Automatic answer")).toEqual([]);
  });

  it("gets none if its text says that it is a machine", async () => {
    const { phone } = await addPerson();
    for (let times = 0; times < 12; times += 1) await type(phone, MACHINE);
    await aWhile();
    expect(await sentTo(phone)).toEqual([]);
  });

  it("gets none while sending is paused, and no late confirmation of an opt-out that was undone", async () => {
    const { phone } = await addPerson();
    const { phone: other } = await addPerson();
    await switchTo("pause");
    await type(phone, LOOP);
    await type(other, OPT_OUT);
    await aWhile();
    expect([await sentTo(phone), await sentTo(other), await isListed(other)]).toEqual([[], [], true]);
    await type(other, "START");
    await switchTo("resume");
    await expect.poll(async () => (await sentTo(phone)).length, { timeout: 30_000 }).toBe(1);
    await aWhile();
    expect([await sentTo(other), await isListed(other)]).toEqual([[], false]);
  });
});

describe("after an opt-out", () => {
  it("the one confirmation is sent, 'yes!' changes nothing, and no campaign reaches the person", async () => {
    const { phone, tag } = await addPerson();
    for (let times = 0; times < 3; times += 1) await type(phone, OPT_OUT);
    await expect.poll(async () => (await sentTo(phone)).length, { timeout: 30_000 }).toBe(1);
    await type(phone, "yes!");
    expect(await isListed(phone)).toBe(true);
    const [last] = await messagesWith(phone);
    expect(last).toMatchObject({ direction: "in", kind: "wants-texts" });
    await campaignTo(tag);
    expect(await sentTo(phone)).toMatchObject([
      { body: expect.stringMatching(/^You have been unsubscribed/) },
    ]);
  });

  it("our words in the person's STOP do not make it a quotation", async () => {
    const { phone, tag } = await addPerson();
    await campaignTo(tag);
    await type(phone, "STOP to opt out");
    expect(await isListed(phone)).toBe(true);
  });
});

describe("out of hours", () => {
  it("a question is answered once, a STOP is confirmed, and a machine gets nothing", async () => {
    const settings = await session.api.inboxTeams.settings.query();
    const closed = { routing: [], workingHours: Array(7).fill(null) };
    const { version } = await session.api.inboxTeams.saveSettings.mutate({
      ...{
        ...closed,
        version: settings.version,
        outOfHoursAnswer: "Hi {{first_name|there}}, we are back at nine.",
      },
    });
    const [asks, stops, machine] = [await addPerson(), await addPerson(), await addPerson()];
    await type(machine.phone, "I am out of the office until Monday. This is an automatic reply.");
    await type(stops.phone, OPT_OUT);
    await type(asks.phone, "Are you open?");
    await type(asks.phone, "Hello?");
    await expect.poll(async () => (await sentTo(asks.phone)).length, { timeout: 30_000 }).toBe(1);
    await expect.poll(async () => (await sentTo(stops.phone)).length, { timeout: 30_000 }).toBe(1);
    expect(await sentTo(asks.phone)).toMatchObject([{ from: ours, body: "Hi there, we are back at nine." }]);
    expect(await sentTo(stops.phone)).toMatchObject([
      { body: expect.stringMatching(/^You have been unsub/) },
    ]);
    expect(await sentTo(machine.phone)).toEqual([]);
    await session.api.inboxTeams.saveSettings.mutate({
      ...{ version, routing: [], workingHours: null, outOfHoursAnswer: null },
    });
  });
});

describe("a phone's reaction", () => {
  it.each([`Liked “${NEWS}”`, `👍 to “${NEWS}”`, `Polubiono „${NEWS}”`, `> ${NEWS}\nthanks!`, `Re: ${NEWS}`])(
    "is no opt-out and gets no answer: %s",
    async (text) => {
      const { phone, tag } = await addPerson();
      await campaignTo(tag);
      await type(phone, text);
      expect(await isListed(phone)).toBe(false);
      await campaignTo(tag);
      expect((await sentTo(phone)).map(({ body }) => body)).toEqual([NEWS, NEWS]);
    },
  );
});

describe("a sign-up form", () => {
  it("asks by one text, is confirmed by the button behind its link alone, and gives the consent that a campaign needs", async () => {
    const allDay = Array.from({ length: 7 }, () => ({ open: "00:00", close: "24:00" }));
    await session.api.settings.update.mutate({ quietHours: allDay });
    const { address } = await session.api.signUp.add.mutate({
      name: "Journey",
      wording: "I agree to get offers from Demo Store by text. Reply STOP to opt out.",
      question: "Demo Store: open {{link}} to get our offers by text. Reply STOP to opt out.",
    });
    const phone = "+61401772999";
    const fillIn = () =>
      fetch(`${product.url}/sign-up/${address}`, {
        method: "POST",
        body: new URLSearchParams({ phone, agree: "yes" }),
        signal: AbortSignal.timeout(30_000),
      });
    expect([(await fillIn()).status, (await fillIn()).status]).toEqual([200, 200]);
    await expect.poll(async () => (await sentTo(phone)).length, { timeout: 30_000 }).toBe(1);
    const link = `${product.url}${/\/y\/[\w-]+/.exec((await sentTo(phone))[0]!.body)![0]}`;
    const found = async () => {
      const { items } = await session.api.contacts.list.query({ search: phone });
      return session.api.contacts.get.query({ id: items[0]!.id });
    };
    expect(await (await fetch(link)).text()).toContain("Confirm texts from");
    expect((await found()).consents).toEqual([]);
    expect(await (await fetch(link, { method: "POST" })).text()).toContain("You get texts from");
    expect((await found()).consents).toMatchObject([{ basis: "express", source: "form", isInForce: true }]);
  });
});

async function usedMicros(): Promise<number> {
  const { dailySpentMicros, dailyReservedMicros } = await session.api.budget.status.query();
  return dailySpentMicros + dailyReservedMicros;
}
