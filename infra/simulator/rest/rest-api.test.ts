import { afterEach, beforeEach, expect, test } from "vitest";
import { createManualClock } from "../clock.ts";
import apiSamples from "../data/api-samples.json" with { type: "json" };
import testCredentials from "../data/test-credentials.json" with { type: "json" };
import { type RunningSimulator, startSimulator } from "../start.ts";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "./account.ts";
import { sdkClientFor } from "./sdk-client.ts";

const FROM = "+61480000001";
const TO = "+61491570006";
const SERVICE = `MG${"22".repeat(16)}`;
const START = Date.parse("2026-11-23T08:00:00Z");

let clock: ReturnType<typeof createManualClock>;
let running: RunningSimulator;
let sdk: ReturnType<typeof sdkClientFor>;

beforeEach(async () => {
  clock = createManualClock(START);
  running = await startSimulator({ port: 0, clock, services: { [SERVICE]: [FROM] } });
  sdk = sdkClientFor(running.url);
});
afterEach(() => running.close());

const collection = () => `${running.url}/2010-04-01/Accounts/${SIMULATOR_ACCOUNT_SID}/Messages.json`;
const authorization = `Basic ${Buffer.from(`${SIMULATOR_ACCOUNT_SID}:${SIMULATOR_AUTH_TOKEN}`).toString("base64")}`;
const post = (form: Record<string, string>) =>
  fetch(collection(), { method: "POST", headers: { authorization }, body: new URLSearchParams(form) });
const codeOf = async (form: Record<string, string>) =>
  ((await (await post(form)).json()) as { code?: number }).code;

test("answers a create in the format of Twilio's own answer", async () => {
  const answer = await post({ To: TO, From: FROM, Body: "Hello from Acme" });
  const body = (await answer.json()) as Record<string, unknown>;
  const sample = apiSamples.create.fromNumber;
  expect(answer.status).toBe(sample.httpStatus);
  expect(Object.keys(body)).toEqual(Object.keys(sample.body));
  expect(body.sid).toMatch(/^SM[0-9a-f]{32}$/);
  const same = {
    status: "queued",
    price: null,
    num_segments: "1",
    from: FROM,
    date_created: "Mon, 23 Nov 2026 08:00:00 +0000",
  };
  expect(body).toMatchObject(same);
  expect(answer.headers.get("twilio-concurrent-requests")).toBe("1");
});

test("through the SDK a message is queued, sent, delivered, and then has its price", async () => {
  const created = await sdk.messages.create({ to: TO, from: FROM, body: "a".repeat(161) });
  expect([created.status, created.numSegments, created.price]).toEqual(["queued", "2", null]);
  clock.advance(400);
  const sent = await sdk.messages(created.sid).fetch();
  expect([sent.status, sent.price]).toEqual(["sent", null]);
  clock.advance(4000);
  const delivered = await sdk.messages(created.sid).fetch();
  expect([delivered.status, delivered.price, delivered.priceUnit]).toEqual(["delivered", "-0.10300", "USD"]);
  expect(delivered.dateSent).toBeInstanceOf(Date);
});

test("a Messaging Service first accepts, without sender or segments, then chooses", async () => {
  const created = await sdk.messages.create({ to: TO, messagingServiceSid: SERVICE, body: "Hi" });
  expect([created.status, created.from, created.numSegments]).toEqual(["accepted", null, "0"]);
  clock.advance(60);
  const queued = await sdk.messages(created.sid).fetch();
  expect([queued.from, queued.numSegments]).toEqual([FROM, "1"]);
});

const good = { To: TO, From: FROM, Body: "Hi" };
const without = (name: keyof typeof good) =>
  Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
const refusals: [string, Record<string, string>, number][] = [
  ["no To", without("To"), 21604],
  ["no From", without("From"), 21603],
  ["no Body", without("Body"), 21602],
  ["1,601 characters", { ...good, Body: "x".repeat(1601) }, 21617],
  ["a number too short", { ...good, To: "+6149157" }, 21211],
  ["an Australian number of an unknown kind", { ...good, To: "+61550001234" }, 21211],
  ["an unassigned area code", { ...good, To: "+15551230100" }, 21211],
  ["a landline", { ...good, To: "+61255501234" }, 21635],
  ["a 1300 number", { ...good, To: "+611300975707" }, 21614],
  ["a premium number", { ...good, To: "+19005550100" }, 21268],
  ["a short code", { ...good, To: "12345" }, 21265],
  ["ourselves", { ...good, To: FROM }, 21266],
  ["a country that is not enabled", { ...good, To: "+4915112345678" }, 21408],
  ["a malformed From", { ...good, From: "+12" }, 21212],
  ["a name too long", { ...good, From: "AcmeHardwareStore" }, 21212],
  ["a name to the US", { ...good, To: "+12025550100", From: "Acme" }, 21212],
  ["a landline as From", { ...good, From: "+61255501234" }, 21606],
  ["an underscore in the callback's host", { ...good, StatusCallback: "http://my_host/x" }, 21609],
  ["a relative callback", { ...good, StatusCallback: "/x" }, 21609],
  ["no validity", { ...good, ValidityPeriod: "0" }, 21624],
  ["too long a validity", { ...good, ValidityPeriod: "36001" }, 21624],
  ["an unknown service", { To: TO, Body: "Hi", MessagingServiceSid: `MG${"0".repeat(32)}` }, 21701],
  ["a schedule without a service", { ...good, ScheduleType: "fixed", SendAt: "2026-11-24T08:00:00Z" }, 35118],
];

test.each(refusals)("refuses %s", async (_name, form, code) => {
  const answer = await post(form);
  const body = (await answer.json()) as Record<string, unknown>;
  expect(body.code).toBe(code);
  expect(body.status).toBe(answer.status);
  expect(body.more_info).toBe(`https://www.twilio.com/docs/errors/${code}`);
});

test("knows the magic numbers of Twilio's test credentials", async () => {
  for (const { number, error } of testCredentials.to.filter((row) => row.number.startsWith("+"))) {
    expect(await codeOf({ ...good, To: number })).toBe(error);
  }
  for (const { number, error } of testCredentials.from.filter((row) => row.number.startsWith("+"))) {
    expect(await codeOf({ ...good, From: number })).toBe(error ?? undefined);
  }
});

test("a wrong token is 401 / 20003, an unknown message 404 / 20404", async () => {
  await expect(
    sdkClientFor(running.url, SIMULATOR_ACCOUNT_SID, "wrong").messages.list(),
  ).rejects.toMatchObject({
    status: 401,
    code: 20003,
  });
  await expect(sdk.messages(`SM${"0".repeat(32)}`).fetch()).rejects.toMatchObject({
    status: 404,
    code: 20404,
  });
});

test("lists newest first, page after page, with every filter", async () => {
  for (let i = 0; i < 7; i += 1) {
    await sdk.messages.create({ to: i % 2 === 0 ? TO : "+61491570156", from: FROM, body: `text ${i}` });
    clock.advance(86_400_000);
  }
  const bodies = (list: { body: string }[]) => list.map(({ body }) => Number(body.slice(5)));
  expect(bodies(await sdk.messages.list({ pageSize: 3 }))).toEqual([6, 5, 4, 3, 2, 1, 0]);
  expect(bodies(await sdk.messages.list({ to: TO, pageSize: 2 }))).toEqual([6, 4, 2, 0]);
  expect(bodies(await sdk.messages.list({ from: "+61480000009" }))).toEqual([]);
  const window = {
    dateSentAfter: new Date(START + 86_400_000),
    dateSentBefore: new Date(START + 2.5 * 86_400_000),
  };
  expect(bodies(await sdk.messages.list(window))).toEqual([2, 1]);
  expect(bodies(await sdk.messages.list({ dateSent: new Date(START + 2 * 86_400_000) }))).toEqual([2]);
  const day = await fetch(`${collection()}?DateSent=2026-11-25`, { headers: { authorization } });
  expect(bodies(((await day.json()) as { messages: { body: string }[] }).messages)).toEqual([2]);
});

test("a text that arrives between two pages neither repeats nor hides a message", async () => {
  for (let i = 0; i < 4; i += 1) await sdk.messages.create({ to: TO, from: FROM, body: `text ${i}` });
  const first = await sdk.messages.page({ pageSize: 2 });
  await sdk.messages.create({ to: TO, from: FROM, body: "late" });
  const second = await first.nextPage();
  expect(second?.instances.map(({ body }) => body)).toEqual(["text 1", "text 0"]);
  expect(await second?.nextPage()).toBeUndefined();
});

test("a final message can be redacted and deleted, one in progress can't", async () => {
  const { sid } = await sdk.messages.create({ to: TO, from: FROM, body: "secret" });
  await expect(sdk.messages(sid).remove()).rejects.toMatchObject({ status: 400 });
  clock.advance(5000);
  expect((await sdk.messages(sid).update({ body: "" })).body).toBe("");
  expect(await sdk.messages(sid).remove()).toBe(true);
  await expect(sdk.messages(sid).fetch()).rejects.toMatchObject({ code: 20404 });
  expect(await sdk.messages.list()).toEqual([]);
});

test("a scheduled message waits for its time, and can be canceled before", async () => {
  const scheduled = {
    to: TO,
    messagingServiceSid: SERVICE,
    body: "Hi",
    scheduleType: "fixed",
    sendAt: new Date(START + 600_000),
  } as const;
  const kept = await sdk.messages.create(scheduled);
  const canceled = await sdk.messages.create(scheduled);
  expect((await sdk.messages(canceled.sid).update({ status: "canceled" })).status).toBe("canceled");
  clock.advance(599_000);
  expect((await sdk.messages(kept.sid).fetch()).status).toBe("scheduled");
  clock.advance(10_000);
  expect((await sdk.messages(kept.sid).fetch()).status).toBe("delivered");
  expect((await sdk.messages(canceled.sid).fetch()).status).toBe("canceled");
  await expect(sdk.messages(kept.sid).update({ status: "canceled" })).rejects.toMatchObject({ code: 30409 });
});
