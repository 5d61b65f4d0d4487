import { afterEach, expect, test } from "vitest";
import { sdkClientFor } from "../rest/sdk-client.ts";
import { type RunningSimulator, startSimulator } from "../start.ts";
import { connectionOverridesOf, wantsRetry } from "./connection-overrides.ts";
import { type Answering, startWebhookReceiver, type WebhookReceiver } from "./webhook-receiver.ts";

const FROM = "+61480000001";
let running: RunningSimulator;
let receiver: WebhookReceiver;

afterEach(async () => {
  await running.close();
  await receiver.close();
});

async function sendTo(answering: Answering, fragment: string, to = "+61491990001") {
  receiver = await startWebhookReceiver(answering);
  running = await startSimulator({ port: 0, sentDelayMs: [0, 1], receiptDelayMs: [1, 2] });
  const statusCallback = `${receiver.url}/status/a1?x=1${fragment}`;
  return sdkClientFor(running.url).messages.create({ to, from: FROM, body: "Hi", statusCallback });
}
/** Waits until the ledger has the answers, a moment after the receiver gave them. */
async function recorded(count: number) {
  const deadline = Date.now() + 10_000;
  const records = () => running.simulator.ledger.all()[0]?.callbacks ?? [];
  while (records().length < count && Date.now() < deadline) await new Promise(setImmediate);
  return records();
}

test("with rc and rp a 500 is retried under the same token, signed each time, until it is accepted", async () => {
  await sendTo((_webhook, nth) => (nth < 3 ? 500 : 204), "#rc=5&rp=all");
  const webhooks = await receiver.waitFor(3);
  expect(webhooks.every(({ signed, path }) => signed && path === "/status/a1?x=1")).toBe(true);
  expect(new Set(webhooks.map(({ idempotencyToken }) => idempotencyToken)).size).toBe(1);
  expect(webhooks[0]?.idempotencyToken).toMatch(/^[0-9a-f]{32}$/);
  expect(await recorded(1)).toMatchObject([{ status: "failed", attempts: 3, http: 204 }]);
});

test("without overrides a 500 is not retried", async () => {
  await sendTo(() => 500, "");
  expect(await recorded(1)).toMatchObject([{ attempts: 1, http: 500 }]);
});

test("a receiver that never answers is given up at the total time", async () => {
  await sendTo(() => "hang", "#rc=5&rp=all&rt=100&tt=700");
  const [record] = await recorded(1);
  expect(record).toMatchObject({ http: 0 });
  expect(record!.attempts).toBeGreaterThanOrEqual(2);
});

test("a receiver that refuses connections is retried once by default", async () => {
  receiver = await startWebhookReceiver();
  running = await startSimulator({ port: 0, sentDelayMs: [0, 1] });
  const gone = await startWebhookReceiver();
  await gone.close();
  const message = { to: "+61491990001", from: FROM, body: "Hi", statusCallback: `${gone.url}/status/a1` };
  await sdkClientFor(running.url).messages.create(message);
  expect(await recorded(1)).toMatchObject([{ attempts: 2, http: 0 }]);
});

test("overrides outside their range are ignored", () => {
  const overrides = connectionOverridesOf("https://example.com/#rc=6&rt=99&tt=20000&ct=200&rp=4xx,nonsense");
  expect(overrides).toMatchObject({
    retryCount: 1,
    readTimeoutMs: 15_000,
    totalTimeoutMs: 15_000,
    connectTimeoutMs: 200,
  });
  expect([404, 500, "ct", "rt", 204].map((result) => wantsRetry(overrides, result as number))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
