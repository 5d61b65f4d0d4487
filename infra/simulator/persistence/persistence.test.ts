import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sdkClientFor } from "../rest/sdk-client.ts";
import { type RunningSimulator, startSimulator } from "../start.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../webhooks/webhook-receiver.ts";

const OURS = "+61480000001";
const HANDSET = "+61491570006";
let folder: string;
let receiver: WebhookReceiver;
let running: RunningSimulator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "simulator-"));
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  await running.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const dataFile = () => join(folder, "deep", "simulator.jsonl");
const start = async (delayMs: number) => {
  const inboundUrl = `${receiver.url}/inbound`;
  running = await startSimulator({
    port: 0,
    dataFile: dataFile(),
    inboundUrl,
    sentDelayMs: [0, 1],
    receiptDelayMs: [delayMs, delayMs],
  });
};
const send = (to: string, body = "Hi") =>
  sdkClientFor(running.url).messages.create({
    to,
    from: OURS,
    body,
    statusCallback: `${receiver.url}/status/a`,
  });
const type = (body: string) =>
  fetch(`${running.url}/simulator/inbound`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from: HANDSET, to: OURS, body, wait: true }),
  });

test("a restart keeps messages, opt-outs and the ledger, and sends the outstanding callbacks", async () => {
  await start(60_000);
  const { sid } = await send("+61491570156", "line one\u2028line two");
  await receiver.waitFor(1, ({ params }) => params.MessageStatus === "sent");
  await type("STOP");
  await send("+61491571111").catch(() => {});
  await running.close();
  await start(60_000);
  const restored = await sdkClientFor(running.url).messages(sid).fetch();
  expect([restored.status, restored.body]).toEqual(["sent", "line one\u2028line two"]);
  await expect(send(HANDSET)).rejects.toMatchObject({ code: 21610 });
  const entries = running.simulator.ledger.all().filter(({ kind }) => kind === "create");
  expect(entries.map(({ answerStatus }) => answerStatus)).toEqual([201, 201, 400]);
  expect(new Set(entries.map(({ seq }) => seq)).size).toBe(3);
  expect(entries[0]?.message?.steps).toMatchObject([{ status: "delivered" }]);
});

test("events that became due while it was down happen after the start", async () => {
  await start(150);
  const { sid } = await send(HANDSET);
  await running.close();
  await start(150);
  await receiver.waitFor(
    1,
    ({ params, signed }) => signed && params.MessageSid === sid && params.MessageStatus === "delivered",
  );
  expect((await sdkClientFor(running.url).messages(sid).fetch()).status).toBe("delivered");
});

test("a line cut short by a crash is dropped, and later lines are kept", async () => {
  await start(1);
  const { sid } = await send(HANDSET);
  await running.close();
  appendFileSync(dataFile(), '{"k":"m","message":{"sid":"SM');
  await start(1);
  const later = await send(HANDSET);
  await running.close();
  await start(1);
  expect((await sdkClientFor(running.url).messages.list()).map((message) => message.sid)).toEqual([
    later.sid,
    sid,
  ]);
});

test("a reset deletes everything, also in the file", async () => {
  await start(1);
  await send(HANDSET);
  expect((await fetch(`${running.url}/simulator/ledger`, { method: "DELETE" })).status).toBe(204);
  await running.close();
  await start(1);
  expect(running.simulator.carrier.messages.size()).toBe(0);
});
