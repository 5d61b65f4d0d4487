import type { Finding, IssueName } from "@smscrm/core/diagnosis/facts";
import { diagnose } from "@smscrm/core/diagnosis/index";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ingestInbound, ingestStatusEvents, recordForged } from "../carrier/webhooks.ts";
import { openSendFixture, type SendFixture, sidFor } from "../testing/send-fixture.ts";
import { readDiagnosis } from "./diagnosis.ts";

const DAYTIME = Array.from({ length: 7 }, () => ({ open: "09:00", close: "21:00" }));

let fixture: SendFixture;
let tenantId: string;
let campaignId: string;
let jobIds: string[];

/** A healthy system: a worker, and a campaign with half its messages delivered and the rest at the carrier. */
beforeEach(async () => {
  fixture = await openSendFixture();
  ({ tenantId, campaignId, jobIds } = await fixture.running(40));
  const { sql, claim, accept } = fixture;
  await beat();
  const { messages } = await claim(tenantId, jobIds.slice(0, 30));
  await accept(messages.map((message) => message.attemptId));
  for (const { attemptId } of messages) await status(attemptId, "delivered");
  await sql`update tenants set quiet_hours = ${sql.json(DAYTIME)}`;
  await sql`insert into do_not_contact (tenant_id, phone_e164) values (${tenantId}, '+61491570006')`;
});
afterEach(() => fixture.close());

const status = (attemptId: string, messageStatus: string) =>
  ingestStatusEvents(fixture.sql, [
    { attemptId, messageSid: sidFor(attemptId), messageStatus, errorCode: null, payload: {} },
  ]);

const beat = () => fixture.sql`
  insert into worker_heartbeats (worker_id, queue_mode, queue_waiting, queue_active, carrier, started_at, seen_at)
  values ('w1', 'postgres', 3, 1, 'simulator', now(), now())`;

const findings = async (
  asked: Parameters<typeof readDiagnosis>[2] = { worker: "not asked", redis: "not asked" },
) => diagnose(await readDiagnosis(fixture.sql, tenantId, asked, "operator"));
const wrong = (all: Finding[]) => all.filter(({ state }) => state === "wrong");

test("finds nothing wrong in a healthy system", async () => {
  const all = await findings({ worker: "ok", redis: "ok" });
  expect(all.filter(({ state }) => state !== "ok")).toEqual([]);
  expect(all.every(({ todo }) => todo === null)).toBe(true);
  expect(new Set(all.map(({ issue }) => issue)).size).toBe(6);
});

test("a message before a late STOP arrived is not a fault of the gate, one after it is", async () => {
  const { sql } = fixture;
  const [sent] = await sql<{ phone: string }[]>`
    update send_attempts set claimed_at = clock_timestamp() - interval '10 minutes'
    where id = (select id from send_attempts limit 1) returning to_phone as phone`;
  const [number] = await sql<{ phone: string }[]>`select phone_e164 as phone from sending_numbers limit 1`;
  await ingestInbound(sql, {
    messageSid: sidFor("2"),
    from: sent!.phone,
    to: number!.phone,
    body: "STOP",
    optOutType: null,
    payload: {},
    receivedAt: new Date(Date.now() - 30 * 60_000),
  });
  expect(wrong(await findings()).filter(({ issue }) => issue === "doNotContact")).toEqual([]);
  await sql`update send_attempts set claimed_at = clock_timestamp() + interval '2 seconds' where to_phone = ${sent!.phone}`;
  expect(wrong(await findings()).map(({ issue }) => issue)).toContain("doNotContact");
});

/** Each planted cause with its issue and its sentence. Nothing else may be wrong. */
const CAUSES: [string, IssueName, () => Promise<unknown>, RegExp, RegExp][] = [
  [
    "no worker runs",
    "sending",
    () => fixture.sql`delete from worker_heartbeats`,
    /^No worker is running/,
    /docker compose restart worker/,
  ],
  [
    "the receiving number is nobody's",
    "webhooks",
    () =>
      ingestInbound(fixture.sql, {
        messageSid: sidFor("1"),
        from: "+61491570156",
        to: "+61491570999",
        body: "STOP",
        optOutType: null,
        payload: {},
      }),
    /^Texts came to \+61491570999, which is not a sending number here/,
    /pnpm ops number assign/,
  ],
  [
    "an entry by hand has a national zero",
    "doNotContact",
    () =>
      fixture.sql`insert into do_not_contact (tenant_id, phone_e164) values (${tenantId}, '+610491570157')`,
    /^1 entry is not a valid number, and blocks nobody: \+610491570157/,
    /\+610491570157 → \+61491570157/,
  ],
  [
    "the spent amount was lowered by hand",
    "budget",
    () => fixture.sql`update budgets set daily_spent_cents = 0 where tenant_id = ${tenantId}`,
    /someone lowered the figure by hand/,
    /UPDATE budgets SET daily_spent_cents = [1-9]/,
  ],
  [
    "a list of dead numbers was imported",
    "failures",
    () => fixture.sql`
      update send_jobs set status = 'failed', failure_reason = 'Invalid phone' where id = any(${jobIds.slice(30, 36)}::uuid[])`,
    /6 of the 36 messages .* most of them for "Invalid phone" \(6\)/,
    /Improve import validation/,
  ],
  [
    "the tenant's zone is in another country",
    "quietHours",
    () => fixture.sql`update tenants set timezone = 'America/New_York' where id = ${tenantId}`,
    /^The tenant is in AU, and its time zone is America\/New_York/,
    /Settings → Organisation/,
  ],
];

describe("names the cause that was planted, and nothing else", () => {
  test.each(CAUSES)("%s", async (_, issue, plant, says, todo) => {
    await plant();
    expect(wrong(await findings())).toEqual([
      { issue, state: "wrong", says: expect.stringMatching(says), todo: expect.stringMatching(todo) },
    ]);
  });

  test("each of the six common issues has its cause here", () => {
    expect(new Set(CAUSES.map(([, issue]) => issue)).size).toBe(6);
  });
});

/** Further causes of the same issues. */
const MORE: [string, () => Promise<unknown>, RegExp][] = [
  [
    "paused",
    () => fixture.sql`update tenants set sending_paused_at = now(), sending_paused_reason = 'Drill'`,
    /^Sending has been paused since .*: Drill/,
  ],
  [
    "suspended",
    () =>
      fixture.sql`update tenants set sending_paused_at = now(), suspended_at = now(), suspended_reason = 'Spam'`,
    /^The platform's operator has suspended this organisation since .*: Spam/,
  ],
  [
    "locked after a restore",
    () => fixture.sql`update tenants set restore_locked_at = now()`,
    /^Sending has been locked since the restore/,
  ],
  [
    "no number",
    () => fixture.sql`update sending_numbers set status = 'retired'`,
    /^No sending number is active/,
  ],
  [
    "its only number rests",
    () => fixture.sql`update sending_numbers set rested_until = now() + interval '1 hour'`,
    /^No sending number is active/,
  ],
  [
    "a wrong token",
    async () => {
      await fixture.sql`delete from send_minutes`;
      await recordForged(fixture.sql, "status", "/webhooks/twilio/status/1");
    },
    /^1 webhook of the last hour was not signed/,
  ],
  [
    "no webhook arrives",
    () => fixture.sql`update send_minutes set heard = 0, minute = minute - interval '3 minutes'`,
    /^The carrier accepted 30 messages in the last hour and sent no status/,
  ],
  [
    "a message to a listed number",
    () => fixture.sql`
      insert into do_not_contact (tenant_id, phone_e164, created_at)
      select tenant_id, to_phone, claimed_at - interval '1 minute' from send_attempts limit 1`,
    /^1 message was submitted to numbers that were already listed/,
  ],
  [
    "a trigger switched off",
    () => fixture.owner`alter table send_attempts disable trigger bill_changed`,
    /switched off: bill_changed/,
  ],
  [
    "an invalid zone",
    () => fixture.sql`update tenants set timezone = 'Sydney'`,
    /^The tenant's time zone is "Sydney"/,
  ],
  [
    "a contact's invalid zone",
    () => fixture.sql`update contacts set timezone = 'Perth' where phone_e164 like '%0001'`,
    /^Contacts have invalid time zones: Perth/,
  ],
  [
    "allowed to send at night",
    () => fixture.sql`update campaigns set quiet_hours_override_reason = 'Trial' where id = ${campaignId}`,
    /^An owner allows running campaigns to send in quiet hours: News/,
  ],
];

test.each(MORE)("sees: %s", async (_, plant, says) => {
  await plant();
  expect(wrong(await findings()).map((finding) => finding.says)).toEqual([expect.stringMatching(says)]);
});

test("money spent before the tenant moved to where it is still yesterday counts, as in a claim", async () => {
  const { sql } = fixture;
  await sql`update budgets set local_day = local_day + 1, local_month = local_month + interval '1 month'`;
  await sql`update send_attempts set budget_day = budget_day + 1, budget_month = budget_month + interval '1 month'`;
  const asked = { worker: "ok", redis: "ok" } as const;
  const { budget } = await readDiagnosis(sql, tenantId, asked, "operator");
  const used = 30 * 51_500;
  expect(budget).toMatchObject({ dailyUsedMicros: used, monthlyUsedMicros: used, recountedMicros: used });
});
