import { describe, expect, test } from "vitest";
import type { Measurements } from "./measurements.ts";
import { type AlertReading, readingsOf } from "./readings.ts";

const now = new Date("2026-11-25T02:00:00Z");
const QUIET: Measurements = {
  outcomes: [],
  optOuts: [],
  backlog: [],
  ticketsWaiting: 0,
  webhooks: { heard: 0, heardSeconds: 0, waitingSince: null },
  databaseFailures: 0,
  backedUpAt: null,
  budgets: [],
  warmUps: [],
  imports: [],
  withheldAnswers: [],
  endingLists: [],
  heldFirstParts: [],
  reportDrifts: [],
};

function read(rule: AlertReading["rule"], change: Partial<Measurements>): AlertReading {
  const readings = readingsOf({ ...QUIET, ...change }, now).filter((reading) => reading.rule === rule);
  expect(readings).toHaveLength(1);
  return readings[0]!;
}

test("without events no condition holds", () => {
  const readings = readingsOf(QUIET, now);
  expect(readings.map(({ rule, holds, value }) => [rule, holds, value])).toEqual([
    ["queue-depth", false, 0],
    ["webhook-lag", false, 0],
    ["database-connection", false, 0],
    ["backup-age", false, 0],
  ]);
  expect(readings[1]!.summary).toBe("No message waits for a status from the carrier.");
});

test("figures of reports that differed from the messages name where the first is", () => {
  const drift = { tenantId: "t", figures: 2, slot: new Date("2026-11-24T01:15:00Z"), day: null };
  expect(
    read("report-drift", { reportDrifts: [{ ...drift, dimension: "country", key: "AU" }] }),
  ).toMatchObject({
    ...{ tenantId: "t", object: "", holds: true, value: 2 },
    summary:
      "2 figures differed from the messages, the first in the quarter of an hour from 2026-11-24 01:15 UTC (country AU). They are counted again.",
  });
  const daily = { ...drift, figures: 1, slot: null, day: "2026-11-24", dimension: "total", key: "" };
  expect(read("report-drift", { reportDrifts: [daily] }).summary).toBe(
    "1 figure differed from the messages, the first in 2026-11-24 (total). They are counted again.",
  );
});

test("a campaign that is held after its first part says what it showed and how many wait", () => {
  const part = { tenantId: "t", campaignId: "c", campaign: "News", rest: 10_340 };
  const sentence = "5 of 60 opted out, usually 0.4 %: held until somebody decides.";
  expect(read("first-part", { heldFirstParts: [{ ...part, sentence }] })).toMatchObject({
    ...{ tenantId: "t", object: "c", holds: true, value: 10_340 },
    summary: `News: ${sentence} 10,340 recipients wait.`,
  });
});

test("a suppression list is warned of seven days before its end, and once it has expired", () => {
  const ending = (days: number, afterExpiry: "hold" | "warn" = "hold") =>
    read("suppression-list", {
      endingLists: [
        {
          tenantId: "t",
          listId: "l",
          name: "FTC",
          expiresAt: new Date(now.getTime() + days * 86_400_000),
          afterExpiry,
        },
      ],
    });
  expect(ending(7.01).holds).toBe(false);
  expect(ending(7)).toMatchObject({
    ...{ tenantId: "t", object: "l", holds: true, value: 7 },
    summary: "FTC ends in 7 days; then marketing to its country waits.",
  });
  expect(ending(0.5).summary).toBe("FTC ends in 1 day; then marketing to its country waits.");
  expect(ending(-3, "warn")).toMatchObject({
    ...{ holds: true, value: 0 },
    summary: "FTC has expired: marketing goes on without it.",
  });
});

describe("delivery and failure", () => {
  const outcomes = (delivered: number, failed: number, silent = 0) => ({
    outcomes: [{ tenantId: "t", delivered, failed, silent }],
  });

  test.each([
    [900, 100, false],
    [899, 101, true],
  ])("critical below 90 %%: %d delivered, %d failed", (delivered, failed, holds) => {
    expect(read("delivery-rate-critical", outcomes(delivered, failed)).holds).toBe(holds);
  });

  test.each([
    [950, 50, false],
    [949, 51, true],
  ])("a warning below 95 %% and above 5 %% failed: %d delivered, %d failed", (delivered, failed, holds) => {
    expect(read("delivery-rate-low", outcomes(delivered, failed)).holds).toBe(holds);
    expect(read("failure-rate", outcomes(delivered, failed)).holds).toBe(holds);
  });

  test("a message without a status is neither delivered nor failed", () => {
    const silence = outcomes(850, 10, 150);
    expect(read("delivery-rate-critical", silence)).toMatchObject({
      tenantId: "t",
      holds: true,
      value: 850 / 1_010,
      summary:
        "84.2 % of 1,010 messages were delivered (10 failed, 150 without a status for over five minutes).",
    });
    expect(read("failure-rate", silence)).toMatchObject({
      holds: false,
      summary: "1.2 % of 860 messages with a final status failed.",
    });
  });

  test("fewer than 100 messages say nothing", () => {
    expect(read("delivery-rate-critical", outcomes(0, 99)).holds).toBe(false);
    expect(read("delivery-rate-low", outcomes(0, 99)).holds).toBe(false);
    expect(read("failure-rate", outcomes(0, 99, 50)).holds).toBe(false);
    expect(read("delivery-rate-critical", outcomes(0, 99, 1)).holds).toBe(true);
    expect(read("delivery-rate-low", outcomes(0, 100)).holds).toBe(true);
    expect(read("failure-rate", outcomes(0, 100)).holds).toBe(true);
    expect(read("delivery-rate-low", outcomes(0, 0))).toMatchObject({ holds: false, value: 1 });
    expect(read("failure-rate", outcomes(0, 0))).toMatchObject({ holds: false, value: 0 });
  });
});

test.each([
  [100, 3, false],
  [100, 4, true],
  [99, 99, false],
  [1_000, 31, true],
  [0, 0, false],
])("opt-outs above 3 %% of the last messages: %d, %d out", (messages, optedOut, holds) => {
  const reading = read("opt-out-rate", { optOuts: [{ tenantId: "t", messages, optedOut }] });
  expect(reading).toMatchObject({ tenantId: "t", holds, value: messages ? optedOut / messages : 0 });
});

test("the opt-out rate is written as a sentence", () => {
  const { summary } = read("opt-out-rate", { optOuts: [{ tenantId: "t", messages: 1_200, optedOut: 48 }] });
  expect(summary).toBe("48 of the last 1,200 people who were texted opted out (4.0 %).");
});

describe("the queue's depth", () => {
  const stuck = (due: number, submitted = 0, perSecond = 100) => ({
    tenantId: "t",
    due,
    submitted,
    perSecond,
  });

  test.each([
    [10_000, 0, false],
    [10_001, 0, true],
    [9_000, 1_001, true],
  ])("above 10,000: %d due, %d tickets", (due, ticketsWaiting, holds) => {
    expect(read("queue-depth", { backlog: [stuck(due)], ticketsWaiting }).holds).toBe(holds);
  });

  test("backlogs of tenants are added; a tenant at half its rate or more is not stuck", () => {
    const backlog = [stuck(6_000), stuck(5_000, 14_999), stuck(200_000, 15_000)];
    expect(read("queue-depth", { backlog, ticketsWaiting: 7 })).toMatchObject({
      tenantId: null,
      holds: true,
      value: 11_007,
      summary: "11,000 messages are due and are not sent at the allowed rate; 7 batches are queued.",
    });
  });

  test("a tenant without a sending number is stuck", () => {
    expect(read("queue-depth", { backlog: [stuck(20_000, 0, 0)] }).holds).toBe(true);
  });
});

describe("webhook lag", () => {
  const waitingSince = new Date(now.getTime() - 31_000);
  test.each([
    [{ heard: 10, heardSeconds: 300, waitingSince: null }, false, 30],
    [{ heard: 10, heardSeconds: 301, waitingSince: null }, true, 30.1],
    [{ heard: 10, heardSeconds: 10, waitingSince }, false, 1],
    [{ heard: 0, heardSeconds: 0, waitingSince }, true, 31],
    [{ heard: 0, heardSeconds: 0, waitingSince: new Date(now.getTime() - 30_000) }, false, 30],
  ])("%o", (webhooks, holds, value) => {
    expect(read("webhook-lag", { webhooks })).toMatchObject({ tenantId: null, holds, value });
  });

  test("in sentences", () => {
    expect(read("webhook-lag", { webhooks: { heard: 2, heardSeconds: 90, waitingSince } }).summary).toBe(
      "The carrier's first status arrives 45 seconds after a message is sent.",
    );
    expect(read("webhook-lag", { webhooks: { heard: 0, heardSeconds: 0, waitingSince } }).summary).toBe(
      "The carrier has sent no status for 31 seconds about a message that it accepted.",
    );
  });
});

test("one failed connection to the database is one too many", () => {
  expect(read("database-connection", { databaseFailures: 1 })).toMatchObject({
    holds: true,
    value: 1,
    summary: "The database could not be reached 1 time in the last minute.",
  });
});

test.each([
  [26, false],
  [26.01, true],
])("a backup of %d hours ago", (hours, holds) => {
  const backedUpAt = new Date(now.getTime() - hours * 3_600_000);
  const reading = read("backup-age", { backedUpAt });
  expect(reading.holds).toBe(holds);
  expect(reading.summary).toBe("No backup has the last 26 hours of work.");
});

describe("budgets", () => {
  // In Sydney it is the 25th, 13:00.
  const use = (change = {}) => ({
    budgets: [
      {
        tenantId: "t",
        timezone: "Australia/Sydney",
        localDay: "2026-11-25",
        localMonth: "2026-11-01",
        dailyBudgetMicros: 1_000,
        dailyUsedMicros: 100,
        monthlyBudgetMicros: 10_000,
        monthlyUsedMicros: 1_000,
        ...change,
      },
    ],
  });

  test.each([
    [{ dailyUsedMicros: 899 }, false, 0.899],
    [{ dailyUsedMicros: 900 }, true, 0.9],
    [{ monthlyUsedMicros: 8_999 }, false, 0.8999],
    [{ monthlyUsedMicros: 9_000 }, true, 0.9],
    [{ dailyUsedMicros: 900, localDay: "2026-11-24" }, false, 0.1],
    [{ monthlyUsedMicros: 9_000, localMonth: "2026-10-01" }, false, 0.1],
    // The tenant changed to a time zone where it is still yesterday. The claim counts this money too.
    [{ dailyUsedMicros: 900, localDay: "2026-11-26" }, true, 0.9],
    [{ monthlyUsedMicros: 9_000, localMonth: "2026-12-01" }, true, 0.9],
    [{ dailyUsedMicros: 900, dailyBudgetMicros: 0 }, false, 0.1],
    [{ dailyUsedMicros: 900, monthlyUsedMicros: 9_900, timezone: "Nowhere" }, false, 0],
  ])("%o", (change, holds, value) => {
    expect(read("budget", use(change))).toMatchObject({ tenantId: "t", holds, value });
  });

  test("in a sentence", () => {
    expect(read("budget", use({ dailyUsedMicros: 950 })).summary).toBe(
      "95.0 % of today's budget and 10.0 % of the month's are spent or reserved.",
    );
  });
});

describe("warm-up", () => {
  const number = (change = {}) => ({
    warmUps: [
      {
        tenantId: "t",
        numberId: "n",
        phoneE164: "+61480001234",
        timezone: "Australia/Sydney",
        startedOn: "2026-11-24",
        schedule: [100, 250],
        sentOn: "2026-11-25",
        sentToday: 250,
        ...change,
      },
    ],
  });

  test.each([
    [{}, true],
    [{ sentToday: 249 }, false],
    [{ sentOn: "2026-11-24" }, false],
    [{ sentOn: "2026-11-26" }, true],
    [{ sentOn: null }, false],
    [{ startedOn: "2026-11-20" }, false],
    [{ startedOn: "2026-11-26", sentToday: 0 }, false],
    [{ timezone: "Nowhere" }, false],
  ])("%o", (change, holds) => {
    expect(read("warm-up-limit", number(change))).toMatchObject({ tenantId: "t", object: "n", holds });
  });

  test("the sentence does not contain the whole number", () => {
    expect(read("warm-up-limit", number()).summary).toBe(
      "The number ending in 1234 has sent 250 messages today; its warm-up allows 250.",
    );
    expect(read("warm-up-limit", number({ startedOn: "2026-11-01" })).summary).toMatch(/allows any number/);
  });
});

test("a finished import", () => {
  const imports = [{ tenantId: "t", importId: "i", fileName: "people.csv", rows: 10_000, rejected: 12 }];
  expect(read("import-completed", { imports })).toEqual({
    rule: "import-completed",
    tenantId: "t",
    object: "i",
    holds: true,
    value: 10_000,
    summary: "people.csv: 10,000 rows, 12 rejected.",
  });
});

test("automatic answers that the limit withheld", () => {
  const withheldAnswers = [{ tenantId: "t", answers: 1_200 }];
  expect(read("automatic-answers", { withheldAnswers })).toEqual({
    rule: "automatic-answers",
    tenantId: "t",
    object: "",
    holds: true,
    value: 1_200,
    summary: "1,200 texts got no automatic answer within an hour, because the limit was reached.",
  });
});
