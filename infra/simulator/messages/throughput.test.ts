import { afterEach, beforeEach, expect, test } from "vitest";
import { createManualClock } from "../clock.ts";
import { createAuthorizer, SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "../rest/account.ts";
import { createSimulator, type Simulator } from "../simulator.ts";
import type { LedgerEntry } from "./ledger.ts";
import { createSenderQueues, segmentsPerSecond } from "./throughput.ts";

const START = Date.parse("2026-11-23T08:00:00Z");
let clock: ReturnType<typeof createManualClock>;
let simulator: Simulator;

beforeEach(() => {
  clock = createManualClock(START);
  simulator = createSimulator({ clock, sentDelayMs: [0, 0], receiptDelayMs: [100, 100] });
});
afterEach(() => simulator.close());

const authorization = `Basic ${Buffer.from(`${SIMULATOR_ACCOUNT_SID}:${SIMULATOR_AUTH_TOKEN}`).toString("base64")}`;
async function create(form: Record<string, string>): Promise<LedgerEntry> {
  const path = `/2010-04-01/Accounts/${SIMULATOR_ACCOUNT_SID}/Messages.json`;
  await simulator.app.request(path, {
    method: "POST",
    headers: { authorization },
    body: new URLSearchParams(form),
  });
  return simulator.ledger.all().at(-1)!;
}
const statuses = (entries: LedgerEntry[]) => entries.map(({ message }) => message?.status);

test("an Australian number sends ten segments a second, and a long text takes as many places as it has segments", async () => {
  const entries: LedgerEntry[] = [];
  for (let i = 0; i < 30; i += 1) {
    entries.push(await create({ To: `+6149157${1000 + i}`, From: "+61480000001", Body: "x".repeat(300) }));
  }
  clock.advance(1000);
  expect(statuses(entries).filter((status) => status !== "queued")).toHaveLength(6);
  clock.advance(4900);
  expect(statuses(entries).filter((status) => status === "queued")).toHaveLength(0);
});

test("two numbers do not wait for each other", async () => {
  const entries = [
    await create({ To: "+61491570006", From: "+61480000001", Body: "Hi" }),
    await create({ To: "+61491570006", From: "+61480000002", Body: "Hi" }),
  ];
  clock.advance(10);
  expect(statuses(entries)).toEqual(["sent", "sent"]);
});

test("a message that is still queued when its validity ends fails with 30036 and costs nothing", async () => {
  for (let i = 0; i < 20; i += 1) await create({ To: "+61491570006", From: "+61480000001", Body: "Hi" });
  const late = await create({ To: "+61491570006", From: "+61480000001", Body: "Hi", ValidityPeriod: "1" });
  clock.advance(1010);
  expect(late.message).toMatchObject({ status: "failed", errorCode: 30036, priceMicros: null });
});

test("a queue of ten hours is full: 21611", () => {
  const queues = createSenderQueues(undefined);
  for (let i = 0; i < 36_000; i += 1) queues.place("+12025550100", "US", 1, START, 36_000_000);
  expect(queues.place("+12025550100", "US", 1, START, 36_000_000)).toEqual({ kind: "full" });
  expect(queues.place("+12025550100", "US", 1, START + 1000, 36_000_000).kind).toBe("leaves");
});

test("rates by kind of sender and destination", () => {
  expect(segmentsPerSecond("long-code", "AU")).toBe(10);
  expect(segmentsPerSecond("long-code", "US")).toBe(1);
  expect(segmentsPerSecond("toll-free", "CA")).toBe(3);
  expect(segmentsPerSecond("toll-free", "AU")).toBe(10);
  expect(segmentsPerSecond("alphanumeric", "AU")).toBe(10);
  expect(segmentsPerSecond("short-code", "US")).toBe(100);
});

test("only the complete header gives access to the account", () => {
  const isAuthorized = createAuthorizer(SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN);
  expect(
    [authorization, authorization.slice(0, -1), `${authorization}=`, undefined].map(isAuthorized),
  ).toEqual([true, false, false, false]);
});
