import { afterEach, beforeEach, expect, test } from "vitest";
import { createManualClock } from "../clock.ts";
import { sdkClientFor } from "../rest/sdk-client.ts";
import { type RunningSimulator, startSimulator } from "../start.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../webhooks/webhook-receiver.ts";
import { createFaults, faultSchema } from "./faults.ts";

const FROM = "+61480000001";
let running: RunningSimulator;
let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  running = await startSimulator({ port: 0, sentDelayMs: [0, 1], receiptDelayMs: [1, 5] });
});
afterEach(async () => {
  await running.close();
  await receiver.close();
});

interface Answered {
  id: number;
  error: string;
  faults: { kind: string; hits: number }[];
  callbacks: Record<string, number>;
  entries: { callbacks: { status: string; at: number }[] }[];
}
const json = { "content-type": "application/json" };
const call = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(running.url + path, {
    method,
    headers: json,
    body: body && JSON.stringify(body),
  } as RequestInit);
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() } as {
    status: number;
    body: Answered;
  };
};
const send = (to = "+61491570006") =>
  sdkClientFor(running.url).messages.create({
    to,
    from: FROM,
    body: "Hi",
    statusCallback: `${receiver.url}/status/${to}`,
  });
const summary = async () => (await call("GET", "/simulator/ledger?format=summary")).body;

test("a fault ends after its count, and the list shows how often it was used", async () => {
  const { status, body } = await call("POST", "/simulator/faults", { kind: "too-many-requests", count: 2 });
  expect([status, body.id]).toEqual([201, 1]);
  for (let i = 0; i < 2; i += 1) await expect(send()).rejects.toMatchObject({ status: 429 });
  await expect(send()).resolves.toMatchObject({ status: "queued" });
  expect((await call("GET", "/simulator/faults")).body.faults).toMatchObject([
    { kind: "too-many-requests", hits: 2 },
  ]);
  expect(await summary()).toMatchObject({ creates: 3, accepted: 1, refused: 2, repeats: 2, duplicates: 0 });
});

test("an error after accepting hides a message that the list then shows, and a blind retry counts as sent twice", async () => {
  await call("POST", "/simulator/faults", [{ kind: "error-after-accept", status: 503, count: 1 }]);
  await expect(send()).rejects.toMatchObject({ status: 503 });
  expect(await sdkClientFor(running.url).messages.list({ to: "+61491570006" })).toHaveLength(1);
  await send();
  expect(await summary()).toMatchObject({ accepted: 2, duplicates: 1, repeats: 1 });
});

test("a reset before accepting leaves nothing behind", async () => {
  await call("POST", "/simulator/faults", { kind: "reset-before-accept", count: 1 });
  await expect(send()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await summary()).toMatchObject({ creates: 1, accepted: 0 });
});

test("a code affects the numbers of a pattern: by HTTP or by callback, as with Twilio", async () => {
  await call("POST", "/simulator/faults", [
    { kind: "error-code", code: 21612, to: "+6149157*" },
    { kind: "error-code", code: 30007, to: "+64*" },
  ]);
  await expect(send()).rejects.toMatchObject({ code: 21612 });
  await send("+64211234567");
  const webhooks = await receiver.waitFor(2);
  expect(webhooks.find(({ params }) => params.ErrorCode)?.params).toMatchObject({
    MessageStatus: "undelivered",
    ErrorCode: "30007",
  });
});

test("reads can be disturbed separately from creates", async () => {
  await call("POST", "/simulator/faults", { kind: "error-before-accept", status: 500, on: "read" });
  await expect(send()).resolves.toMatchObject({ status: "queued" });
  await expect(sdkClientFor(running.url).messages.list()).rejects.toMatchObject({ status: 500, code: 20500 });
});

test("a reset of the ledger leaves no client of a slow answer waiting", async () => {
  await call("POST", "/simulator/faults", { kind: "latency", delayMs: 300 });
  const sending = send();
  const deadline = Date.now() + 5000;
  while (running.simulator.ledger.size() === 0 && Date.now() < deadline) await new Promise(setImmediate);
  expect((await call("DELETE", "/simulator/ledger")).status).toBe(204);
  await expect(sending).resolves.toMatchObject({ status: "queued" });
});

test("callbacks are lost, and repeated", async () => {
  await call("POST", "/simulator/faults", { kind: "callback-loss", to: "+61491570006" });
  await call("POST", "/simulator/faults", { kind: "callback-duplicate", copies: 3, to: "+61491570156" });
  await send("+61491570006");
  await send("+61491570156");
  await receiver.waitFor(6);
  expect(receiver.received.filter(({ path }) => path.endsWith("006"))).toEqual([]);
  const deadline = Date.now() + 5000;
  while ((await summary()).callbacks.answered !== 6 && Date.now() < deadline);
  expect((await summary()).callbacks).toEqual({ answered: 6, failed: 0, lost: 2, attempts: 6 });
});

test("copies are sent one after the other", async () => {
  await call("POST", "/simulator/faults", { kind: "callback-duplicate", copies: 3, apartMs: 300 });
  await send("+61491570156");
  await expect.poll(async () => (await summary()).callbacks.answered, { timeout: 5000 }).toBe(6);
  const posted = (await call("GET", "/simulator/ledger?kind=create")).body.entries.at(-1)!.callbacks;
  for (const status of ["sent", "delivered"]) {
    const at = posted.filter((each) => each.status === status).map((each) => each.at);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(250);
    expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(250);
  }
});

test("delay, shuffle, probability and time limit, on a manual clock", () => {
  const clock = createManualClock(0);
  const draws = [0.4, 0.6, 0.25];
  const faults = createFaults(clock, () => draws.shift() ?? 0);
  faults.add(faultSchema.parse({ kind: "error-before-accept", probability: 0.5 }));
  expect(faults.forRequest("create", "a", "b")?.disturbance?.kind).toBe("error-before-accept");
  expect(faults.forRequest("create", "a", "b")?.disturbance).toBeNull();
  faults.clear();
  faults.add(faultSchema.parse({ kind: "callback-delay", delayMs: 1000, seconds: 60 }));
  faults.add(faultSchema.parse({ kind: "callback-shuffle", windowMs: 400 }));
  expect(faults.forCallback("a", "b")).toMatchObject({ delayMs: 1100, lost: false });
  clock.advance(60_000);
  expect(faults.forCallback("a", "b")?.delayMs).toBe(0);
});

test("faults are removed one by one or all at once, and an invalid one is refused with its reason", async () => {
  await call("POST", "/simulator/faults", [{ kind: "callback-loss" }, { kind: "latency", delayMs: 5 }]);
  expect((await call("DELETE", "/simulator/faults/1")).status).toBe(204);
  expect((await call("DELETE", "/simulator/faults/1")).status).toBe(404);
  expect((await call("DELETE", "/simulator/faults")).status).toBe(204);
  expect((await call("GET", "/simulator/faults")).body).toEqual({ faults: [] });
  for (const wrong of [
    { kind: "mayhem" },
    { kind: "latency" },
    { kind: "callback-loss", probability: 2 },
    { kind: "error-code", code: 1 },
  ]) {
    const { status, body } = await call("POST", "/simulator/faults", wrong);
    expect([status, typeof body.error]).toEqual([400, "string"]);
  }
  const plain = await fetch(`${running.url}/simulator/faults`, {
    method: "POST",
    body: '{"kind":"callback-loss"}',
  });
  expect(plain.status).toBe(415);
});
