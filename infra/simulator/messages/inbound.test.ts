import { afterEach, beforeEach, expect, test } from "vitest";
import { sdkClientFor } from "../rest/sdk-client.ts";
import { type RunningSimulator, startSimulator } from "../start.ts";
import { readTwiml } from "../webhooks/twiml.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../webhooks/webhook-receiver.ts";

const OURS = "+61480000001";
const HANDSET = "+61491570006";
const TWIML =
  '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Thanks &amp; bye</Message></Response>';

let answer: number | string;
let running: RunningSimulator;
let receiver: WebhookReceiver;

beforeEach(async () => {
  answer = 204;
  receiver = await startWebhookReceiver(() => answer);
  const inboundUrl = `${receiver.url}/webhooks/twilio/inbound#rc=2&rp=all`;
  running = await startSimulator({ port: 0, inboundUrl, sentDelayMs: [0, 1], receiptDelayMs: [0, 1] });
});
afterEach(async () => {
  await running.close();
  await receiver.close();
});

async function type(body: string, more: object = {}) {
  const answered = await fetch(`${running.url}/simulator/inbound`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from: HANDSET, to: OURS, body, wait: true, ...more }),
  });
  return { status: answered.status, body: (await answered.json()) as Record<string, unknown> };
}
const send = (from = OURS) => sdkClientFor(running.url).messages.create({ to: HANDSET, from, body: "Sale" });
async function screen(): Promise<string[]> {
  const answered = await fetch(`${running.url}/simulator/handsets/${encodeURIComponent(HANDSET)}`);
  return ((await answered.json()) as { bubbles: { body: string }[] }).bubbles.map(({ body }) => body);
}

test("a text from a handset reaches the webhook, signed over everything, empty fields included", async () => {
  const { body } = await type("Hello & thanks – 5 o'clock?");
  expect(body.webhook).toMatchObject({ http: 204, attempts: 1 });
  const [webhook] = receiver.received;
  expect(webhook).toMatchObject({ signed: true, path: "/webhooks/twilio/inbound" });
  expect(webhook?.params).toMatchObject({
    From: HANDSET,
    To: OURS,
    Body: "Hello & thanks – 5 o'clock?",
    MessageSid: body.sid,
    SmsStatus: "received",
    FromCity: "",
  });
});

test("STOP blocks only this pair, is answered once, and still reaches the webhook; START unblocks it", async () => {
  expect((await type(" stop ")).body.keyword).toBe("stop");
  await expect(send()).rejects.toMatchObject({ status: 400, code: 21610 });
  await expect(send("+61480000002")).resolves.toMatchObject({ status: "queued" });
  await type("STOP");
  expect((await screen()).filter((text) => text.includes("unsubscribed"))).toHaveLength(1);
  await type("START");
  await expect(send()).resolves.toMatchObject({ status: "queued" });
  expect(receiver.received.map(({ params }) => params.Body)).toEqual([" stop ", "STOP", "START"]);
});

test("STOP PLEASE is no keyword to the carrier", async () => {
  expect((await type("STOP PLEASE")).body.keyword).toBeNull();
  await expect(send()).resolves.toMatchObject({ status: "queued" });
});

test("HELP is answered by the carrier", async () => {
  await type("help");
  expect((await screen()).at(-1)).toMatch(/STOP to unsubscribe/);
});

test("a message that is still queued when STOP comes fails with 21610", async () => {
  for (let i = 0; i < 5; i += 1) await send();
  await type("STOP");
  const last = running.simulator.ledger.all().at(-1)!.message!;
  const deadline = Date.now() + 5000;
  while (last.steps.length > 0 && Date.now() < deadline) await new Promise(setImmediate);
  expect(last).toMatchObject({ status: "failed", errorCode: 21610 });
});

test("the application's TwiML answer arrives on the handset, but not after STOP", async () => {
  answer = TWIML;
  await type("Hello");
  expect(await screen()).toEqual(["Hello", "Thanks & bye"]);
  await type("STOP");
  expect((await screen()).filter((text) => text === "Thanks & bye")).toHaveLength(1);
});

test("a failed webhook is retried as its overrides say", async () => {
  answer = 503;
  expect((await type("Hello")).body.webhook).toMatchObject({ http: 503, attempts: 3, errorCode: 11200 });
});

test("an invalid text is refused with its reason", async () => {
  expect((await type("x", { from: "12" })).status).toBe(400);
  expect((await type("x", { colour: "red" })).body.error).toMatch(/colour/);
});

test("TwiML: bodies, entities, CDATA, nothing, too many, wrong type", () => {
  const xml = (inner: string) => readTwiml("text/xml; charset=utf-8", `<Response>${inner}</Response>`);
  expect(
    xml("<Message><Body>a &lt; b &#39;c&#x27;</Body></Message><Message><![CDATA[<d>]]></Message>").replies,
  ).toEqual(["a < b 'c'", "<d>"]);
  expect(readTwiml("text/xml", '<?xml version="1.0"?><Response/>')).toEqual({ replies: [], errorCode: null });
  expect(readTwiml("application/json", "{}").errorCode).toBe(12300);
  expect(readTwiml("text/xml", "<Oops>").errorCode).toBe(12100);
  expect(xml("<Message>a</Message>".repeat(11))).toMatchObject({ errorCode: 14109, replies: { length: 10 } });
});
