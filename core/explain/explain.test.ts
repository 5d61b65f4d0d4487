import { describe, expect, test } from "vitest";
import { evaluate } from "../gates/index.ts";
import { DROP_REASONS, HOLD_REASONS, SEND_JOB_STATUSES } from "../send/send-job.ts";
import { exampleAllowances, exampleFacts } from "../testing/example.ts";
import { describeStatus, type ExplainableVerdict, type ExplainContext, explainVerdict } from "./explain.ts";

const now = new Date("2026-11-23T13:40:00Z");
const MORNING = "2026-11-24T01:00:00Z";
const context: ExplainContext = {
  contactName: "Mia",
  recipientZones: ["Australia/Perth"],
  viewerZone: "Australia/Sydney",
  now,
};
const tell = (verdict: ExplainableVerdict, changes: Partial<ExplainContext> = {}) =>
  explainVerdict(verdict, { ...context, ...changes });
const hold = (reason: string, looked: ExplainableVerdict["looked"] = {}, until: string | Date = MORNING) =>
  tell({ kind: "hold", reason, until, looked });
const drop = (reason: string, looked: ExplainableVerdict["looked"] = {}) =>
  tell({ kind: "drop", reason, looked });

describe("suppression lists", () => {
  const listed = { list: "Federal list", register: "US-FTC", downloadedOn: "2026-11-20" };

  test("names the list, its day, and what would override it", () => {
    expect(drop("Do not contact", listed)).toBe(
      "Not sent: Mia is on the suppression list “Federal list” of 20 November 2026, which stops marketing. By its rule a consent whose wording is on record would override that.",
    );
    expect(drop("Do not contact", { ...listed, register: "ES-ROBINSON" })).toMatch(
      "By its rule an express consent",
    );
    expect(drop("Do not contact", { ...listed, register: "OTHER" })).toMatch(
      "No consent on record overrides that.",
    );
  });

  test("says that a list has expired, and what to do", () => {
    expect(hold("List expired", listed)).toBe(
      "Held: the suppression list “Federal list” of 20 November 2026 has expired, so nobody knows who is on it today. Upload a new one under Do not contact → Suppression lists, or choose to go on; checked again at 12:00 your time.",
    );
    expect(hold("List expired", { list: "x", downloadedOn: "soon" })).toMatch("of soon has expired");
    expect(hold("List expired", {})).toMatch("of an unknown day has expired");
  });
});

describe("quiet hours", () => {
  test("says the recipient's time, and when it goes in both zones", () => {
    const verdict = evaluate(exampleFacts(), exampleAllowances(), now);
    expect(tell(verdict)).toBe("Held: it is 21:40 for Mia in Perth. Goes at 09:00 their time, 12:00 yours.");
  });

  test("says a time once when both clocks show it, and the date when it is a day away", () => {
    expect(
      tell({ kind: "hold", reason: "Quiet hours", until: MORNING }, { viewerZone: "Australia/Perth" }),
    ).toBe("Held: it is 21:40 for Mia in Perth. Goes at 09:00, their time and yours.");
    expect(hold("Quiet hours", {}, "2026-12-01T01:00:00Z")).toBe(
      "Held: it is 21:40 for Mia in Perth. Goes at 09:00 on Tue 1 Dec their time, 12:00 on Tue 1 Dec yours.",
    );
  });

  test("says so when nobody knows where the person is", () => {
    expect(hold("Quiet hours", { zone: "Australia/Sydney", zones: 5 })).toBe(
      "Held: we do not know where Mia is, and it is 00:40 in Sydney. Goes at 12:00, Sydney time and yours, when it is day in all 5 possible zones.",
    );
  });

  test("says so when it is a public holiday there", () => {
    expect(hold("Quiet hours", { closedOn: "Sunday" }, "2026-12-01T01:00:00Z")).toMatch(
      /^Held: it is Sunday, \d\d:\d\d for Mia/,
    );
    expect(hold("Quiet hours", { closedOn: "Sunday", zone: "Australia/Sydney", zones: 5 })).toMatch(
      /and it is Sunday, \d\d:\d\d in Sydney/,
    );
    expect(hold("Quiet hours", { publicHoliday: true })).toBe(
      "Held: it is a public holiday for Mia in Perth. Goes at 09:00 their time, 12:00 yours.",
    );
  });

  test("says whose hours they are: the law's, or recommended ones", () => {
    expect(hold("Quiet hours", { rule: "US-FL" })).toBe(
      "Held: it is 21:40 for Mia in Perth. The law of Florida allows no texts then. Goes at 09:00 their time, 12:00 yours.",
    );
    expect(hold("Quiet hours", { rule: "SG" })).toMatch(
      "The recommended hours for Singapore allow no texts then.",
    );
    expect(hold("Quiet hours", { zone: "Australia/Sydney", zones: 5, rule: "AU" })).toMatch(
      "it is 00:40 in Sydney. The recommended hours for Australia allow no texts then. Goes at",
    );
    for (const rule of ["a rule of an older version", 7]) {
      expect(hold("Quiet hours", { rule })).toMatch("for Mia in Perth. Goes at");
    }
  });

  test("says so when the hours never open", () => {
    expect(hold("Quiet hours", { opens: false })).toMatch("never open for Mia");
  });
});

describe("other waits", () => {
  test.each([
    ["Paused", { paused: "tenant" }, "Held: all sending is paused. Goes once someone resumes it."],
    [
      "Paused",
      { paused: "restore" },
      "Held: the database was restored from a backup. Goes once an owner has seen what it lost and unlocks sending (System).",
    ],
    ["Paused", { paused: "campaign" }, "Held: this campaign is paused. Goes once someone resumes it."],
    [
      "Frequency cap",
      { perDay: 1, perWeek: 4 },
      "Held: Mia has reached the limit on texts (at most 1 in 24 hours, at most 4 in 7 days). Goes at 09:00 their time, 12:00 yours.",
    ],
    [
      "Frequency cap",
      { perDay: null, perWeek: 9, law: "US-OR", lawPerDay: 3 },
      "Held: Mia has reached the limit on texts (at most 3 in 24 hours by the law of Oregon, at most 9 in 7 days). Goes at 09:00 their time, 12:00 yours.",
    ],
    [
      "Frequency cap",
      { law: "US-OR" },
      "Held: Mia has reached the limit on texts (a cap of yours). Goes at 09:00 their time, 12:00 yours.",
    ],
    [
      "Frequency cap",
      {},
      "Held: Mia has reached the limit on texts (a cap of yours). Goes at 09:00 their time, 12:00 yours.",
    ],
    [
      "No sender",
      { country: "NZ" },
      "Held: no number of yours can text NZ. Add one; checked again at 12:00 your time.",
    ],
    [
      "No sender",
      { country: "AU", needsWayOut: true },
      "Held: nobody can reply to your sender name, and the text offers no other way to opt out. Put {{opt_out_link}} into the text, or add a number that can text AU; checked again at 12:00 your time.",
    ],
    [
      "No sender",
      {},
      "Held: no number of yours can text this country. Add one; checked again at 12:00 your time.",
    ],
    [
      "Warm-up",
      {},
      "Held: your numbers have sent all that their warm-up allows today. Goes at 09:00 their time, 12:00 yours.",
    ],
    [
      "Budget",
      { limit: "day", dailyLeftMicros: 20_000, monthlyLeftMicros: 9e9, priceMicros: 103_000 },
      "Held: today's budget does not cover it: US$0.02 is left and it costs US$0.10. Goes when it is raised, or resets at 09:00 their time, 12:00 yours.",
    ],
    [
      "Budget",
      { limit: "month", dailyLeftMicros: 9e9, monthlyLeftMicros: 0, priceMicros: 103_000 },
      "Held: this month's budget does not cover it: US$0.00 is left and it costs US$0.10. Goes when it is raised, or resets at 09:00 their time, 12:00 yours.",
    ],
    ...[[], [["dailyLeftMicros", 20_000]], [["priceMicros", 103_000]]].map(
      (looked): [string, ExplainableVerdict["looked"], string] => [
        "Budget",
        Object.fromEntries(looked),
        "Held: today's budget does not cover it. Goes when it is raised, or resets at 09:00 their time, 12:00 yours.",
      ],
    ),
  ])("%s %j", (reason, looked, sentence) => {
    expect(hold(reason, looked)).toBe(sentence);
  });

  test("short waits are in seconds and minutes", () => {
    const soon = (ms: number) => new Date(now.getTime() + ms);
    expect(hold("Rate limit", {}, soon(100))).toMatch("Goes in about 1 second.");
    expect(hold("Rate limit", {}, soon(89_001))).toMatch("Goes in about 2 minutes.");
    expect(hold("Carrier busy", {}, soon(3_000))).toMatch("Tried again in about 3 seconds.");
    expect(hold("Budget", { readable: false }, soon(60_000))).toBe(
      "Held: the budget could not be read, and without it nothing is sent. Checked again in about 60 seconds.",
    );
  });

  test("a hold that has ended is due", () => {
    expect(hold("Quiet hours", {}, now)).toBe(
      "Due: it was held (quiet hours) until 21:40 their time, 00:40 yours, and is checked again now.",
    );
  });
});

describe("refusals", () => {
  test.each([
    [
      "Invalid phone",
      { fault: "line-type", lineType: "FIXED_LINE" },
      "a number of this kind cannot receive texts (FIXED_LINE).",
    ],
    ["Invalid phone", { fault: "format" }, "not a complete international number."],
    ["Invalid phone", {}, "Not sent to Mia: the number cannot receive texts."],
    ["Consent", { fault: "not-enough-for-marketing", country: "US" }, "not enough for marketing there (US)."],
    ["Consent", {}, "Not sent to Mia: consent is missing."],
    ["Consent", { fault: "none" }, "Not sent to Mia: no consent is on record."],
    ["Consent", { fault: "unknown" }, "Not sent to Mia: the consent on record has no known basis."],
    ["Consent", { fault: "withdrawn" }, "Not sent to Mia: they withdrew their consent."],
    ["Consent", { fault: "expired" }, "Not sent to Mia: their consent has run out."],
    [
      "Consent",
      { fault: "other-purpose" },
      "Not sent to Mia: they agreed to texts for another purpose only.",
    ],
    [
      "Consent",
      { fault: "no-evidence", country: "US" },
      "Not sent to Mia: there is no proof of their consent on record, and the law there requires it (US).",
    ],
    [
      "Consent",
      { fault: "refused", refused: "marketing:Offers", country: "AU" },
      "Not sent to Mia: they don't want such texts (marketing:Offers). Their page shows what they still want.",
    ],
    [
      "Consent",
      { fault: "never-wrote", country: "US" },
      "Not sent to Mia: they never wrote, so this is no reply. Send a campaign to them instead.",
    ],
    ["Consent", { fault: "new" }, "Not sent to Mia: consent is missing. Record their consent on their page."],
    ["Invalid phone", { fault: "country" }, "Not sent to Mia: the number belongs to no country we know."],
    [
      "Invalid phone",
      { fault: "carrier" },
      "Not sent to Mia: the carrier says that the number does not work.",
    ],
    ["Duplicate", {}, "Not sent: Mia already gets this campaign, on this number or another of theirs."],
    [
      "Duplicate",
      { mergedInto: "an id" },
      "Not sent: this contact was merged into another, and campaigns text Mia on the preferred number only.",
    ],
    [
      "Frequency cap",
      {},
      "Not sent: Mia has reached the limit on texts, and this one expires before the next may go.",
    ],
    [
      "Content",
      { fault: "empty" },
      "Not sent: the text for Mia is empty, or longer than the carrier accepts (empty).",
    ],
    [
      "Content",
      { missingField: "first_name", missingFields: 1 },
      "Not sent: the text for Mia would have a gap, because first_name is blank. Give it a fallback: {{first_name|…}}.",
    ],
    ["No price", {}, "Not sent: there is no price for the country of Mia, and nothing is sent without one."],
    ["Canceled", {}, "Not sent: someone canceled it before it went to Mia."],
    ["Do not contact", { source: "STOP" }, "Not sent: Mia is on the do-not-contact list (STOP)."],
    [
      "Do not contact",
      { since: "2026-10-01T00:00:00.000Z" },
      "list since 08:00 on Thu 1 Oct their time, 10:00 on Thu 1 Oct yours.",
    ],
    ["Expired", { expiresAt: "2026-11-23T13:00:00.000Z" }, "Not sent: it expired at 21:00 their time"],
    ["Expired", { fault: "taken-back" }, "Not sent: Mia has lifted the opt-out."],
    ["Expired", { expiresAt: "not a date" }, "Not sent: it expired."],
    [
      "Expired",
      { expiresAt: MORNING, blockedFor: "Quiet hours" },
      "Not sent: it expires at 09:00 their time, 12:00 yours, before it could go (quiet hours).",
    ],
    [
      "Expired",
      { expiresAt: "2026-11-23T13:00:00Z", blockedFor: "Budget" },
      "it expired at 21:00 their time",
    ],
    ["Provider error", { code: 21610 }, "Not sent: the carrier refused the text to Mia (21610)."],
    ["Undelivered", { code: 30003 }, "Sent, but it did not reach Mia (30003)."],
  ])("%s %j", (reason, looked, sentence) => {
    expect(drop(reason, looked)).toContain(sentence);
  });
});

describe("a message that waits for its send time", () => {
  test.each([
    [{ wantedTime: "09:00" }, "Held: waits for 09:00 where they are. Goes at 09:00 their time, 12:00 yours."],
    [
      { wantedTime: "09:00", spreadMinutes: 180 },
      "Held: waits for 09:00 where they are, and for its turn in the spread over 3 hours. Goes at 09:00 their time, 12:00 yours.",
    ],
    [
      { spreadMinutes: 90 },
      "Held: waits for its turn in the spread over 90 minutes. Goes at 09:00 their time, 12:00 yours.",
    ],
    [{ spreadMinutes: 60 }, "Held: waits for its turn in the spread over 60 minutes."],
    [{}, "Held: waits for its time. Goes at 09:00 their time, 12:00 yours."],
    [
      { wantedTime: "09:00", zone: "Australia/Perth", zones: 5 },
      "Held: waits for 09:00 where they are. They may be in any of 5 time zones, so it waits for the last. Goes at 09:00 Perth time, 12:00 yours.",
    ],
  ])("%j", (looked, sentence) => {
    expect(hold("Send time", looked)).toContain(sentence);
  });

  test("says that the time had passed", () => {
    expect(drop("Send time passed", { wantedTime: "09:00" })).toBe(
      "Not sent: it was past 09:00 for Mia when the campaign launched, and the campaign skips people for whom it has passed.",
    );
  });
});

test("a trial and a full inbox say what ends the wait", () => {
  expect(drop("Trial mode", {})).toBe(
    "Not sent: it was launched in trial mode, which texts only the team's own numbers, and Mia is none of them.",
  );
  expect(hold("Trial mode", {})).toMatch(/Goes once somebody ends the trial in Settings\.$/);
  expect(hold("Inbox full", { limit: 1_200 })).toBe(
    "Held: more conversations wait for an answer in the inbox than your team takes (1,200). Goes once fewer do.",
  );
  expect(hold("Inbox full", {})).toMatch(/than your team takes\. Goes once/);
});

describe("waiting for the first part", () => {
  const part = { size: 60, rest: 10_341, watchMinutes: 30, decideAt: null, sentence: null };
  const waits = (evidence: object) => hold("First part", { ...part, ...evidence });

  test("says who goes first, until when, and why it is held", () => {
    expect(waits({ state: "sending" })).toBe(
      "Held: waits for the first part, like 10,340 others. 60 go first and are watched for 30 minutes.",
    );
    expect(waits({ state: "watching", decideAt: "2026-11-23T05:02:00Z" })).toMatch(
      /^Held: waits for the first part until .* your time, like 10,340 others\. The first 60 have gone and are watched\.$/,
    );
    expect(waits({ state: "held", sentence: "5 of 60 opted out: held until somebody decides." })).toBe(
      "Held: 5 of 60 opted out: held until somebody decides.",
    );
    expect(waits({ state: "open" })).toBe("Held: waited for the first part, and goes shortly.");
    expect(waits({ state: "sending", rest: 1 })).toMatch(/^Held: waits for the first part\. 60 go/);
    expect(hold("First part")).toBe("Held: waits for the first part of its campaign.");
  });

  test("and of an A/B test, how many are in it, until when, and why it is held", () => {
    const tests = (evidence: object) => waits({ step: "test", ...evidence });
    expect(tests({ state: "sending" })).toBe(
      "Held: waits for the A/B test, like 10,340 others. 60 get one of its texts, and 30 minutes after the last of them one text is chosen.",
    );
    expect(tests({ state: "watching", decideAt: "2026-11-23T05:02:00Z" })).toMatch(
      /^Held: waits for the A\/B test until .* your time, like 10,340 others\.$/,
    );
    expect(tests({ state: "held", sentence: "No text is better: held until somebody chooses." })).toBe(
      "Held: No text is better: held until somebody chooses.",
    );
    expect(tests({ state: "open" })).toBe("Held: waited for the A/B test, and goes shortly.");
  });
});

test("every reason has its own sentence", () => {
  const sentences = [
    ...HOLD_REASONS.map((reason) => hold(reason)),
    ...DROP_REASONS.map((reason) => drop(reason)),
  ];
  const fallbacks = [
    ...HOLD_REASONS.map((reason) => `Held: ${reason}.`),
    ...DROP_REASONS.map((reason) => `Not sent: ${reason}.`),
  ];
  for (const sentence of sentences) {
    expect(sentence).toMatch(/^(Held|Not sent|Sent, but)\b.*\.$/);
    expect(fallbacks).not.toContain(sentence);
    expect(sentence).not.toMatch(/undefined|null|NaN|\{|\}/);
  }
  expect(new Set(sentences).size).toBe(HOLD_REASONS.length + DROP_REASONS.length);
});

test("a message that goes", () => {
  expect(tell({ kind: "send", segments: 2, priceMicros: 103_000 })).toBe(
    "Goes now: every gate is open. 2 segments, US$0.10.",
  );
  expect(tell({ kind: "send", segments: 1, priceMicros: 51_500 })).toContain("1 segment,");
  expect(tell({ kind: "send" })).toBe("Goes now: every gate is open.");
});

test("money is in the account's currency, or in dollars where that is invalid", () => {
  const send: ExplainableVerdict = { kind: "send", segments: 2, priceMicros: 103_000 };
  expect(tell(send, { currency: "AUD" })).toContain("A$0.10.");
  expect(tell(send, { currency: "GBP", locale: "en-US" })).toContain("£0.10.");
  expect(tell(send, { currency: "dollars" })).toContain("US$0.10.");
  const looked = { limit: "day", dailyLeftMicros: 20_000, priceMicros: 103_000 };
  expect(tell({ kind: "hold", reason: "Budget", until: MORNING, looked }, { currency: "NZD" })).toContain(
    "NZ$0.02 is left and it costs NZ$0.10",
  );
});

describe("any content of a row gives a sentence", () => {
  test.each([
    [{ kind: "hold" }, "Held: no reason was recorded."],
    [{ kind: "hold", reason: "Quiet hours", until: null }, "Held: Quiet hours."],
    [{ kind: "hold", reason: "Quiet hours", until: "soon" }, "Held: Quiet hours."],
    [
      { kind: "hold", reason: "Strike", until: MORNING },
      "Held: Strike. Checked again at 09:00 their time, 12:00 yours.",
    ],
    [{ kind: "drop" }, "Not sent: no reason was recorded."],
    [{ kind: "drop", reason: "constructor", looked: null }, "Not sent: constructor."],
  ] as const)("%j", (verdict, sentence) => {
    expect(tell(verdict)).toBe(sentence);
  });

  test("a person without a name, invalid zones", () => {
    const verdict: ExplainableVerdict = {
      kind: "hold",
      reason: "Quiet hours",
      until: MORNING,
      looked: { zone: "Mars" },
    };
    expect(tell(verdict, { contactName: " ", recipientZones: ["Mars/Base"], viewerZone: "Venus" })).toBe(
      "Held: it is 13:40 for this person in UTC. Goes at 01:00, their time and yours.",
    );
  });

  test("the reader's own way of writing times", () => {
    expect(
      tell({ kind: "hold", reason: "Quiet hours", until: "2026-12-01T01:00:00Z" }, { locale: "de-DE" }),
    ).toContain("09:00 on Di., 1. Dez.");
  });
});

describe("a status in a few words", () => {
  test.each([
    ["queued", "Quiet hours", "Waiting: quiet hours"],
    ["queued", null, "Waiting"],
    ["failed", "Consent", "Not sent: consent"],
    ["failed", "Undelivered", "Not delivered"],
    ["failed", undefined, "Not sent"],
    ["delivered", "Quiet hours", "Delivered"],
    ["canceled", "Canceled", "Canceled"],
  ] as const)("%s, %s", (status, reason, words) => {
    expect(describeStatus(status, reason)).toBe(words);
  });

  test("each status has its own", () => {
    expect(new Set(SEND_JOB_STATUSES.map((status) => describeStatus(status))).size).toBe(
      SEND_JOB_STATUSES.length,
    );
  });
});

test("half a price, a lower-case currency and a day to the minute", () => {
  expect(tell({ kind: "send", segments: 2 })).toBe("Goes now: every gate is open.");
  expect(tell({ kind: "send", priceMicros: 2 })).toBe("Goes now: every gate is open.");
  for (const currency of ["AUDX", "XAUD", "aud"]) {
    expect(tell({ kind: "send", segments: 1, priceMicros: 51_500 }, { currency })).toContain("US$0.05");
  }
  const inADay = new Date(now.getTime() + 86_400_000);
  expect(hold("Quiet hours", {}, new Date(inADay.getTime() - 1))).not.toContain("Nov");
  expect(hold("Quiet hours", {}, inADay)).toContain("21:40 on Tue 24 Nov");
  expect(
    tell({ kind: "hold", reason: "Quiet hours", until: MORNING }, { recipientZones: ["America/New_York"] }),
  ).toContain("in New York");
  expect(drop("Expired", { expiresAt: now.toISOString(), blockedFor: "Budget" })).toContain("it expired at");
  expect(drop("Undelivered", { code: null })).toBe("Sent, but it did not reach Mia.");
  expect(drop("Expired", { expiresAt: 5 })).toBe("Not sent: it expired.");
});
