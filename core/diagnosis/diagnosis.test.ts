import { describe, expect, test } from "vitest";
import { diagnoseBudget } from "./budget.ts";
import { diagnoseDoNotContact } from "./do-not-contact.ts";
import type { DiagnosisFacts, Finding } from "./facts.ts";
import { ISSUES } from "./facts.ts";
import { diagnoseFailures } from "./failures.ts";
import { diagnose } from "./index.ts";
import { diagnoseQuietHours } from "./quiet-hours.ts";
import { diagnoseSending } from "./sending.ts";
import { diagnoseWebhooks } from "./webhooks.ts";

const DAYTIME = Array.from({ length: 7 }, () => ({ open: "09:00", close: "21:00" }));
const WELL: DiagnosisFacts = {
  sending: {
    workersSeen: 2,
    worker: "ok",
    redis: "ok",
    ticketsWaiting: 4,
    pausedAt: null,
    suspendedAt: null,
    suspendedReason: null,
    pausedReason: null,
    restoreLockedAt: null,
    trialSince: null,
    inboxFullAbove: null,
    activeNumbers: 1,
    pausedCampaigns: 0,
    due: 100,
    oldestDueSeconds: 120,
    held: [],
  },
  webhooks: {
    forgedLastHour: 0,
    unknownNumbers: [],
    unknownMessages: 0,
    submitted: 30,
    heard: 30,
    repeated: 0,
  },
  doNotContact: { entries: ["+61491570006"], sentAfter: 0 },
  budget: {
    dailyBudgetMicros: 1_000_000,
    dailyUsedMicros: 515_000,
    monthlyBudgetMicros: 10_000_000,
    monthlyUsedMicros: 515_000,
    recountedMicros: 515_000,
    disabledTriggers: [],
  },
  failures: { finished: 100, reasons: [{ reason: "Invalid phone", jobs: 5 }] },
  quietHours: {
    timezone: "Australia/Perth",
    country: "AU",
    schedule: DAYTIME,
    trustTenantZone: false,
    contactZones: ["Australia/Sydney"],
    overrides: [],
    destinations: ["AU", "US"],
    now: new Date("2026-11-30T00:00:00Z"),
    clockSkewSeconds: -30,
  },
};
const at = new Date("2026-11-25T02:00:00Z");

/** Returns all findings that are not ok, as "state: sentence → what to do". */
const told = (findings: Finding[]) =>
  findings
    .filter(({ state }) => state !== "ok")
    .map(({ state, says, todo }) => `${state}: ${says} → ${todo}`);
const only = (findings: Finding[], pattern: RegExp) => {
  for (const { state, todo } of findings) if (state !== "ok") expect(todo).toMatch(/^[A-Z]\w* \w/);
  expect(told(findings)).toEqual([expect.stringMatching(pattern)]);
};

test("finds nothing wrong in a healthy system, and each step says what it checked", () => {
  const findings = diagnose(WELL);
  expect(told(findings)).toEqual([]);
  expect(findings.map(({ issue, says }) => `${ISSUES[issue]}: ${says}`)).toEqual([
    "Messages not sending: 2 workers reach the database and the queue.",
    "Messages not sending: 4 batches are queued. A batch has up to 100 messages.",
    "Messages not sending: Neither the tenant nor a campaign is paused.",
    "Messages not sending: 1 sending number is active.",
    "Messages not sending: Nothing is stuck.",
    "Webhook not processing: Every webhook of the last hour was signed by the carrier.",
    "Webhook not processing: Every text came to one of our numbers.",
    "Webhook not processing: The carrier reported on 30 of 30 messages of the last hour.",
    "Webhook not processing: No event came more than three times.",
    "DNC not blocking: All of the newest entries (1) are valid numbers.",
    "DNC not blocking: No listed number got a message after it was added.",
    "Budget exceeded but still sending: The triggers that keep the budget are on.",
    "Budget exceeded but still sending: Today's spent amount covers today's submissions.",
    "Budget exceeded but still sending: Day: 51.5 of 100 cents. Month: 51.5 of 1000.",
    "High failure rate: 5 of the 100 messages that were finished in the last week failed (5.0 %).",
    "Quiet hours not enforced: The tenant's time zone is Australia/Perth.",
    "Quiet hours not enforced: Every zone among the newest contacts is valid.",
    "Quiet hours not enforced: The tenant's own hours are between 09:00 and 21:00.",
    "Quiet hours not enforced: The rules of hours where you can send are less than a year old.",
    "Quiet hours not enforced: No running campaign may send at night.",
    "Quiet hours not enforced: This machine's clock and the database's agree.",
  ]);
});

describe("messages not sending", () => {
  const of = (change: Partial<DiagnosisFacts["sending"]>) => diagnoseSending({ ...WELL.sending, ...change });

  test("no worker, or one without a connection", () => {
    only(of({ workersSeen: 0, worker: "no answer" }), /^wrong: No worker is running.*restart worker/);
    only(of({ workersSeen: 0, worker: "not asked", redis: "not asked" }), /^wrong: No worker is running/);
    only(of({ workersSeen: 0, worker: "unwell" }), /^wrong: A worker runs, but it does not reach.*REDIS_URL/);
    expect(told(of({ workersSeen: 0, worker: "no answer", redis: "no answer" }))).toEqual([
      expect.stringMatching(/^wrong: A worker runs, but it does not reach/),
      expect.stringMatching(/^wrong: Redis does not answer/),
    ]);
  });

  test("switches", () => {
    only(
      of({ pausedAt: at }),
      /^wrong: Sending has been paused since 2026-11-25T02:00:00.000Z\. → .*Kill switch/,
    );
    only(of({ pausedAt: at, pausedReason: "20003" }), /paused since 2026-11-25T02:00:00.000Z: 20003\./);
    only(of({ restoreLockedAt: at }), /^wrong: Sending has been locked since the restore.*pnpm ops unlock/);
    only(of({ pausedCampaigns: 3 }), /^notice: 3 campaigns are paused/);
    expect(told(of({ pausedAt: at, restoreLockedAt: at, pausedCampaigns: 1 }))).toHaveLength(3);
    const suspended = { suspendedAt: at, suspendedReason: "Spam" };
    only(
      of({ ...suspended, pausedAt: at }),
      /^wrong: The platform's operator has suspended.*since 2026-11-25T02:00:00.000Z: Spam\. → .*reinstate/,
    );
    only(of({ trialSince: at }), /^notice: Trial mode has been on since 2026-11-25.*Settings → Trial mode/);
    only(
      of({ inboxFullAbove: 50 }),
      /^notice: Marketing waits: more than 50 conversations wait.*Answer or close/,
    );
    expect(told(of({ ...suspended, pausedAt: new Date(at.getTime() + 1) }))).toHaveLength(2);
  });

  test("no number, stuck messages, and held messages with a reason", () => {
    only(of({ activeNumbers: 0 }), /^wrong: No sending number is active/);
    only(
      of({ oldestDueSeconds: 121 }),
      /^notice: 100 messages can be sent now. The oldest has waited for 121 seconds/,
    );
    expect(told(of({ due: 0, oldestDueSeconds: 121 }))).toEqual([]);
    const held = [
      { reason: "Quiet hours", jobs: 1_200 },
      { reason: "Budget", jobs: 3 },
    ];
    expect(of({ held }).at(-1)!.says).toBe(
      "Nothing is stuck. Messages wait for: Quiet hours 1,200, Budget 3.",
    );
  });
});

test("webhook not processing", () => {
  const of = (change: Partial<DiagnosisFacts["webhooks"]>) =>
    diagnoseWebhooks({ ...WELL.webhooks, ...change });
  only(of({ forgedLastHour: 7 }), /^notice: 7 webhooks of the last hour were not signed.*someone else/);
  only(
    of({ forgedLastHour: 7, heard: 0, submitted: 0 }),
    /^wrong: 7 webhooks.*PUBLIC_URL.*TWILIO_AUTH_TOKEN/,
  );
  only(of({ unknownNumbers: ["+1", "+2"] }), /^wrong: Texts came to \+1, \+2, which is not a sending number/);
  const toldToATenant = of({ unknownNumbers: null }).map(({ says }) => says);
  expect(toldToATenant).toHaveLength(of({}).length - 1);
  expect(toldToATenant.join()).not.toContain("number of ours");
  only(
    of({ submitted: 20, heard: 0 }),
    /^wrong: The carrier accepted 20 messages in the last hour and sent no status/,
  );
  expect(told(of({ submitted: 19, heard: 0 }))).toEqual([]);
  only(
    of({ unknownMessages: 2 }),
    /^notice: 2 status callbacks of the last day are about messages that are not ours/,
  );
  only(of({ repeated: 1 }), /^notice: 1 event came more than three times/);
});

test("DNC not blocking", () => {
  const of = (entries: string[], sentAfter = 0) => diagnoseDoNotContact({ entries, sentAfter });
  only(
    of(["+610491570157", "+61491570006"]),
    /^wrong: 1 entry .*: \+610491570157\. → .*\(\+610491570157 → \+61491570157\)\.$/,
  );
  only(
    of(["+610491570157", "+4407400123456"]),
    /\+610491570157 → \+61491570157, \+4407400123456 → \+447400123456/,
  );
  only(
    of(["+999123456789"]),
    /^wrong: 1 entry.*\+999123456789\. → Remove each and add the number that was meant, in E\.164\.$/,
  );
  const many = Array.from({ length: 7 }, (_, n) => `+99912345678${n}`);
  expect(told(of(many))[0]).toMatch(/^wrong: 7 entries/);
  expect(told(of(many))[0]!.match(/\+999/g)).toHaveLength(5);
  only(of([], 2), /^wrong: 2 messages were submitted to numbers that were already listed.*kill switch/);
});

test("budget exceeded but still sending", () => {
  const of = (change: Partial<DiagnosisFacts["budget"]>) => diagnoseBudget({ ...WELL.budget, ...change });
  only(
    of({ disabledTriggers: ["bill_new", "bill_changed"] }),
    /^wrong: .*switched off: bill_new, bill_changed/,
  );
  only(
    of({ recountedMicros: 515_100 }),
    /^wrong: The budget says that 51\.5 cents.*add up to 51\.51: someone lowered the figure.*SET daily_spent_cents = 51\.51/,
  );
  only(
    of({ dailyBudgetMicros: 514_900 }),
    /^notice: More is spent than the budget allows now \(day 51\.5 of 51\.49 cents/,
  );
  only(of({ monthlyBudgetMicros: 514_900 }), /^notice: More is spent/);
  expect(told(of({ dailyBudgetMicros: 515_000, monthlyBudgetMicros: 515_000 }))).toEqual([]);
});

test("high failure rate", () => {
  const of = (finished: number, reasons: Record<string, number>) =>
    diagnoseFailures({
      finished,
      reasons: Object.entries(reasons).map(([reason, jobs]) => ({ reason, jobs })),
    });
  only(
    of(100, { Consent: 2, "Invalid phone": 4 }),
    /^wrong: 6 of the 100 .*\(6\.0 %\), most of them for "Invalid phone" \(4\)\. → Improve import validation/,
  );
  only(of(20, { "Provider error": 2 }), /→ Check the Twilio account's status/);
  only(of(20, { Consent: 2 }), /→ Review the consent requirements/);
  only(of(20, { Undelivered: 2 }), /→ Look at the error codes/);
  expect(told(of(19, { "Invalid phone": 19 }))).toEqual([]);
  // A refusal by the do-not-contact list is not a failure: the list worked.
  expect(told(of(100, { "Do not contact": 50, Duplicate: 10, Expired: 3 }))).toEqual([]);
  expect(told(of(0, {}))).toEqual([]);
});

test("quiet hours not enforced", () => {
  const of = (change: Partial<DiagnosisFacts["quietHours"]>) =>
    diagnoseQuietHours({ ...WELL.quietHours, ...change });
  only(of({ timezone: "Sydney" }), /^wrong: The tenant's time zone is "Sydney", which is not a time zone/);
  only(
    of({ timezone: "America/New_York" }),
    /^wrong: The tenant is in AU, and its time zone is America\/New_York/,
  );
  expect(told(of({ timezone: "America/New_York", country: "XX" }))).toEqual([]);
  only(
    of({ trustTenantZone: true }),
    /^notice: Contacts of unknown location count as living in Australia\/Perth/,
  );
  expect(told(of({ trustTenantZone: true, country: "NO", timezone: "Europe/Oslo" }))).toEqual([]);
  only(of({ contactZones: ["Perth", "UTC"] }), /^wrong: Contacts have invalid time zones: Perth\./);
  const monday = (open: string, close: string) => [{ open, close }, null, ...DAYTIME.slice(2)];
  only(of({ schedule: monday("08:59", "21:00") }), /^notice: The tenant's own hours begin before 09:00/);
  only(of({ schedule: monday("09:00", "21:01") }), /^notice: The tenant's own hours/);
  expect(told(of({ schedule: monday("10:00", "20:00") }))).toEqual([]);
  only(
    of({ overrides: ["Sale", "News"] }),
    /^wrong: An owner allows running campaigns to send in quiet hours: Sale, News/,
  );
  only(
    of({ now: new Date("2028-03-01T00:00:00Z"), destinations: ["FR"] }),
    /^notice: FR: its source was last read on 2026-11-29, over a year ago\. Read it again\..*pnpm ops law check/,
  );
  expect(told(of({ now: new Date("2028-03-01T00:00:00Z"), destinations: ["SG"] }))).toEqual([]);
  only(of({ clockSkewSeconds: -31 }), /^wrong: This machine's clock and the database's differ by 31 seconds/);
});
