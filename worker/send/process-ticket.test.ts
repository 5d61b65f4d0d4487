import { ClaimSize } from "@smscrm/core/claim/claim-size";
import { ErrorStreaks } from "@smscrm/core/send/error-streaks";
import { settleSends } from "@smscrm/db/send/settle";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../infra/simulator/start.ts";
import { twilioCarrier } from "../carrier/carrier.ts";
import { AdaptiveConcurrency } from "./adaptive-concurrency.ts";
import { processTicket, type Sending } from "./process-ticket.ts";
import { SettleBatch } from "./settle-batch.ts";

let fixture: SendFixture;
let simulator: RunningSimulator;
let sending: Sending;
let logged: string[];
let stopping: AbortController;
beforeEach(async () => {
  [fixture, simulator] = await Promise.all([
    openSendFixture(),
    startSimulator({ port: 0, segmentsPerSecond: 1e9 }),
  ]);
  logged = [];
  stopping = new AbortController();
  sending = {
    pipeline: fixture.sql,
    publicUrl: "http://127.0.0.1:9",
    carrier: twilioCarrier({
      accountSid: "AC00000000000000000000000000000001",
      authToken: "5151515151515151aaaaaaaaaaaaaaaa",
      origin: simulator.url,
      publicUrl: "http://127.0.0.1:9",
    }),
    concurrency: new AdaptiveConcurrency(8),
    claimSize: new ClaimSize(100),
    settle: new SettleBatch(
      (results) => settleSends(fixture.sql, results),
      () => {},
    ),
    streaks: new ErrorStreaks(),
    log: pino({ level: "debug" }, { write: (line: string) => logged.push(line) }),
    countSubmissions: () => {},
    stopping: stopping.signal,
  };
});
afterEach(async () => {
  await simulator.close();
  await fixture.close();
});

test("a claim that took too long to read its facts submits nothing, and its messages are released", async () => {
  const { sql, running, job } = fixture;
  const { tenantId, jobIds } = await running(5);
  let ended: Promise<void> = Promise.resolve();
  await sql.begin(async (tx) => {
    // The claim has started its clock (it holds the budget) and waits longer than the limit for the facts.
    await tx`lock table do_not_contact in access exclusive mode`;
    ended = processTicket(sending, { tenantId, jobIds });
    await tx`select pg_sleep(0.4)`;
  });
  await ended;
  expect(simulator.simulator.ledger.size()).toBe(0);
  for (const id of jobIds) expect(await job(id)).toMatchObject({ status: "queued", holdReason: null });
  expect(sending.concurrency.reserved).toBe(0);
  expect(await violations(sql)).toEqual([]);
  await processTicket(sending, { tenantId, jobIds });
  expect(simulator.simulator.ledger.size()).toBe(5);
});

test("an action that fails after a refusal is logged, and ends neither the ticket nor the process", async () => {
  const { running, job } = fixture;
  const { tenantId, jobIds } = await running(30);
  simulator.simulator.carrier.faults.add({ kind: "error-code", code: 20003, probability: 1 });
  await fixture.owner`alter table audit_log rename to audit_log_away`;
  await processTicket(sending, { tenantId, jobIds });
  expect(logged.join("\n")).toContain("could not act on what the carrier refused");
  for (const id of jobIds) expect(await job(id)).toMatchObject({ status: "queued" });
  expect(sending.concurrency.reserved).toBe(0);
  await fixture.owner`alter table audit_log_away rename to audit_log`;
});

test("a failed claim frees its slots and settles what was submitted", async () => {
  const { sql, running } = fixture;
  const { tenantId, jobIds } = await running(8);
  await fixture.owner`alter table sending_numbers rename to sending_numbers_away`;
  await expect(processTicket(sending, { tenantId, jobIds })).rejects.toThrow();
  await fixture.owner`alter table sending_numbers_away rename to sending_numbers`;
  expect(sending.concurrency.reserved).toBe(0);
  expect(await violations(sql)).toEqual([]);
});

test("a stopping worker gives back its ticket's messages, and a processed ticket leaves no lease", async () => {
  const { running, lease } = fixture;
  await fixture.sql`update campaigns set status = 'completed' where status = 'running'`;
  await running(4);
  const ticket = await lease();
  stopping.abort();
  await processTicket(sending, ticket!);
  expect(simulator.simulator.ledger.size()).toBe(0);
  const again = await lease();
  expect(again?.jobIds.toSorted()).toEqual(ticket!.jobIds.toSorted());
  await processTicket({ ...sending, stopping: new AbortController().signal }, again!);
  expect(simulator.simulator.ledger.size()).toBe(4);
  expect(await fixture.sql`select 1 from send_leases`).toEqual([]);
});
