import { afterEach, beforeEach, expect, test } from "vitest";
import { sdkClientFor } from "../rest/sdk-client.ts";
import { type RunningSimulator, startSimulator } from "../start.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../webhooks/webhook-receiver.ts";
import { OUTCOMES, ordinaryResult, outcomeRequestedBy } from "./outcomes.ts";

const FROM = "+61480000001";
let running: RunningSimulator;
let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  running = await startSimulator({ port: 0, sentDelayMs: [0, 5], receiptDelayMs: [5, 10] });
});
afterEach(async () => {
  await running.close();
  await receiver.close();
});

const numberFor = (suffix: string) => `+61491${suffix}`;
const send = (suffix: string, timeoutMs = 5000) =>
  Promise.race([
    sdkClientFor(running.url).messages.create({
      to: numberFor(suffix),
      from: FROM,
      body: "Hi",
      statusCallback: `${receiver.url}/status/${suffix}#rc=5&rp=all`,
    }),
    new Promise<"no answer">((resolve) => setTimeout(() => resolve("no answer"), timeoutMs).unref()),
  ]);
const statuses = () => receiver.received.map(({ params }) => params.MessageStatus);
const entryFor = (suffix: string) =>
  running.simulator.ledger.all().filter((entry) => entry.form?.To === numberFor(suffix));
/** Waits until the message itself is final, for outcomes without a callback. */
async function atRest(suffix: string): Promise<string | undefined> {
  const deadline = Date.now() + 5000;
  const message = entryFor(suffix).at(-1)?.message;
  while (message && message.steps.length > 0 && Date.now() < deadline) await new Promise(setImmediate);
  return message?.status;
}

const accepted = OUTCOMES.filter((outcome) => outcome.messageResult?.callbacks === "all");
test.each(accepted)("a number ending in $suffix: $name", async ({ suffix, messageResult }) => {
  const expected =
    messageResult!.final === "failed"
      ? ["failed"]
      : messageResult!.final === "sent"
        ? ["sent"]
        : ["sent", messageResult!.final];
  const created = await send(suffix);
  expect(created).toMatchObject({ status: "queued" });
  const webhooks = await receiver.waitFor(expected.length);
  expect(new Set(statuses())).toEqual(new Set(expected));
  expect(webhooks.every(({ signed, path }) => signed && path === `/status/${suffix}`)).toBe(true);
  const last = webhooks.find(({ params }) => params.MessageStatus === messageResult!.final)!;
  expect(last.params.ErrorCode).toBe(
    messageResult!.errorCode === null ? undefined : String(messageResult!.errorCode),
  );
  expect(last.params.MessageSid).toBe(last.params.SmsSid);
  expect(await atRest(suffix)).toBe(messageResult!.final);
});

const refused = OUTCOMES.filter((outcome) => outcome.refusal !== undefined);
test.each(refused)("a number ending in $suffix: $name", async ({ suffix, refusal }) => {
  await expect(send(suffix)).rejects.toMatchObject({ code: refusal, status: 400 });
  expect(running.simulator.ledger.all()[0]).toMatchObject({ code: refusal, message: null });
});

test("delivered, but without callbacks after sent, or without any", async () => {
  await send("980201");
  await send("980202");
  await receiver.waitFor(1);
  expect(await atRest("980201")).toBe("delivered");
  expect(await atRest("980202")).toBe("delivered");
  await send("990000");
  await receiver.waitFor(2, ({ path }) => path === "/status/990000");
  expect(
    receiver.received
      .filter(({ path }) => path !== "/status/990000")
      .map(({ params }) => params.MessageStatus),
  ).toEqual(["sent"]);
});

test("the final callback may come before sent, and each may come twice", async () => {
  await send("980203");
  await receiver.waitFor(2);
  expect(statuses()).toEqual(["delivered", "sent"]);
  await send("980204");
  await receiver.waitFor(6);
  expect(statuses().slice(2).sort()).toEqual(["delivered", "delivered", "sent", "sent"]);
});

const unanswered = ["980104", "980105", "980408", "980409"];
test.each(unanswered)("a number ending in %s leaves the client without an answer", async (suffix) => {
  const accepted = suffix === "980105" || suffix === "980408";
  const outcome = await send(suffix, 300).catch((error: { code?: string }) => error.code);
  expect(outcome).toBe(suffix.startsWith("9804") ? "no answer" : "ECONNRESET");
  if (accepted) await receiver.waitFor(2);
  expect(entryFor(suffix).map(({ message, answerStatus }) => [message !== null, answerStatus])).toEqual([
    [accepted, null],
  ]);
});

const serverErrors: [string, number, boolean][] = [
  ["980500", 500, true],
  ["980501", 500, false],
  ["980502", 502, false],
  ["980503", 503, true],
];
test.each(serverErrors)(
  "a number ending in %s is answered %i (accepted: %s)",
  async (suffix, status, accepted) => {
    await expect(send(suffix)).rejects.toMatchObject({ status });
    if (accepted) await receiver.waitFor(2);
    expect(entryFor(suffix)[0]?.message !== null).toBe(accepted);
    expect(await sdkClientFor(running.url).messages.list({ to: numberFor(suffix) })).toHaveLength(
      accepted ? 1 : 0,
    );
  },
);

test("429 once means once", async () => {
  await expect(send("980429")).rejects.toMatchObject({ status: 429, code: 20429 });
  await expect(send("980429")).resolves.toMatchObject({ status: "queued" });
});

test("an ordinary number requests no outcome; 96 to 97 % are delivered, and each number always behaves the same", () => {
  expect(outcomeRequestedBy("+61491570006")).toBeUndefined();
  const numbers = Array.from({ length: 100_000 }, (_, i) => `+614${10_000_000 + i}`);
  const delivered = numbers.filter((number) => ordinaryResult(number, 1).final === "delivered").length;
  expect(delivered).toBeGreaterThan(96_000);
  expect(delivered).toBeLessThan(97_200);
  expect(numbers.slice(0, 1000).map((number) => ordinaryResult(number, 1))).toEqual(
    numbers.slice(0, 1000).map((number) => ordinaryResult(number, 1)),
  );
});
