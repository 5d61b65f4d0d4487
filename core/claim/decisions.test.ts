import { describe, expect, test } from "vitest";
import { waitingDueAt } from "../campaigns/first-part/first-part.ts";
import { type CampaignRules, compileCampaign } from "../gates/message-facts.ts";
import { exampleAllowances, exampleSender } from "../testing/example.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../testing/example-contact.ts";
import { everyDay, type WeekSchedule } from "../time/quiet-hours.ts";
import { decide } from "./decisions.ts";
import type { ClaimJob, ClaimTenant } from "./facts.ts";

/** Monday noon in Perth. */
const NOW = new Date("2026-11-23T04:00:00Z");
const MINUTE_MS = 60_000;
const after = (ms: number) => new Date(NOW.getTime() + ms);
const ALL_DAY = everyDay("00:00", "24:00");

const tenant = (changes: Partial<ClaimTenant> = {}): ClaimTenant => ({
  now: NOW,
  ...exampleTenant({ quietHours: everyDay("09:00", "20:00") }),
  knowsItsDay: true,
  segmentsPerSecond: 100,
  dailyBudgetCents: "1000",
  monthlyBudgetCents: "1000",
  dailySpentCents: "0",
  dailyReservedCents: "0",
  monthlySpentCents: "0",
  monthlyReservedCents: "0",
  localDay: "2026-11-23",
  localMonth: "2026-11-01",
  rateTokens: 100,
  rateTokensAt: NOW,
  ...changes,
});
const job = (changes: Partial<ClaimJob> = {}): ClaimJob => ({
  jobId: "job",
  campaignId: "campaign",
  attempts: 0,
  askedNumberId: null,
  ...exampleCandidate({ timezone: "Australia/Perth", timezoneSource: "stated" }),
  ...changes,
});
const compiled = (changes: Partial<CampaignRules> = {}) => compileCampaign(exampleCampaign(changes));

function decisions(
  jobs: readonly Partial<ClaimJob>[],
  {
    of = {},
    campaigns = { campaign: {} },
    wroteAt,
    allowances = {},
  }: {
    of?: Partial<ClaimTenant>;
    campaigns?: Record<string, Partial<CampaignRules>>;
    wroteAt?: Date;
    allowances?: Parameters<typeof exampleAllowances>[0];
  } = {},
) {
  const rules = new Map(Object.entries(campaigns).map(([id, changes]) => [id, compiled(changes)]));
  const writings = new Map(wroteAt ? [[job().phoneE164, wroteAt]] : []);
  return decide(tenant(of), jobs.map(job), rules, writings, exampleAllowances(allowances));
}
const decision = (changes: Partial<ClaimJob> = {}, options: Parameters<typeof decisions>[1] = {}) =>
  decisions([changes], options)[0]!;

describe("a campaign with a first part", () => {
  const campaigns = { campaign: { firstPart: { openDraws: 7 } } };

  test("sends the draws that are open, and puts the rest where a decision finds it", () => {
    expect(decision({ draw: 7 }, { campaigns }).verdict.kind).toBe("send");
    const { verdict, dueAt } = decision({ draw: 8 }, { campaigns });
    expect(verdict).toMatchObject({ kind: "hold", gate: "send-time", reason: "First part" });
    expect(dueAt).toEqual(waitingDueAt(8));
  });

  test("checks a message without a draw again", () => {
    const { verdict, dueAt } = decision({}, { campaigns });
    expect(verdict).toMatchObject({ kind: "hold", reason: "First part" });
    expect(dueAt).toEqual(after(15 * MINUTE_MS));
  });
});

describe("a message that may go", () => {
  test("goes until the person's window closes", () => {
    const { verdict, endsAt, dueAt, message } = decision();
    expect(verdict).toMatchObject({ kind: "send", senderId: "sender-1" });
    expect(endsAt).toEqual(new Date("2026-11-23T12:00:00Z"));
    expect(dueAt).toBeNull();
    expect(message.text).toBe("Hello");
  });

  test("goes until it expires, where that is sooner", () => {
    const soon = after(MINUTE_MS);
    expect(decision({}, { campaigns: { campaign: { expiresAt: soon } } }).endsAt).toEqual(soon);
    const late = after(24 * 60 * MINUTE_MS);
    expect(decision({}, { campaigns: { campaign: { expiresAt: late } } }).endsAt).toEqual(
      new Date("2026-11-23T12:00:00Z"),
    );
  });

  test("has no end where an owner sends outside quiet hours", () => {
    const overridden = { quietHoursOverrideReason: "Storm warning" };
    expect(decision({}, { campaigns: { campaign: overridden } }).endsAt).toBeNull();
    const blank = { quietHoursOverrideReason: "  " };
    expect(decision({}, { campaigns: { campaign: blank } }).endsAt).not.toBeNull();
  });

  test("has only its expiry for an end where no window closes", () => {
    const expiresAt = after(MINUTE_MS);
    const rules = { quietHoursOverrideReason: "Storm warning", expiresAt };
    expect(decision({}, { campaigns: { campaign: rules } }).endsAt).toEqual(expiresAt);
  });
});

describe("the last second", () => {
  test("of a window is past: nothing starts in it", () => {
    const of = (ms: number) => ({ of: { now: new Date(Date.parse("2026-11-23T12:00:00Z") - ms) } });
    expect(decision({}, of(1_000)).verdict.kind).toBe("send");
    expect(decision({}, of(999)).verdict).toMatchObject({ kind: "hold", gate: "quiet-hours" });
  });

  test("before an expiry is past", () => {
    const expiring = (ms: number) => ({ campaigns: { campaign: { expiresAt: after(ms) } } });
    expect(decision({}, expiring(1_000)).verdict.kind).toBe("send");
    expect(decision({}, expiring(999)).verdict).toMatchObject({ kind: "drop", reason: "Expired" });
  });
});

describe("an answer", () => {
  const reply = { campaigns: { campaign: { kind: "reply" } as const } };
  const NIGHT = new Date("2026-11-23T15:00:00Z");

  test("may go into the night for an hour after the person wrote", () => {
    const wroteAt = new Date(NIGHT.getTime() - 10 * MINUTE_MS);
    const { verdict, endsAt } = decision({}, { ...reply, of: { now: NIGHT }, wroteAt });
    expect(verdict.kind).toBe("send");
    expect(endsAt).toEqual(new Date(NIGHT.getTime() + 50 * MINUTE_MS));
  });

  test("goes until the later of the window's end and its hour", () => {
    expect(decision({}, { ...reply, wroteAt: after(-MINUTE_MS) }).endsAt).toEqual(
      new Date("2026-11-23T12:00:00Z"),
    );
    const evening = new Date("2026-11-23T11:50:00Z");
    expect(decision({}, { ...reply, of: { now: evening }, wroteAt: evening }).endsAt).toEqual(
      new Date("2026-11-23T12:50:00Z"),
    );
  });

  test("goes to nobody who did not write, whatever their consent", () => {
    expect(decision({ consentBasis: "express" }, { ...reply, of: { now: NIGHT } }).verdict).toMatchObject({
      kind: "drop",
      gate: "consent",
      looked: { fault: "never-wrote" },
    });
  });

  test("prefers the number that was texted to the one that the person knows", () => {
    const allowances = { senders: [exampleSender({ id: "known" }), exampleSender({ id: "asked" })] };
    const known = { stickySenderId: "known" };
    expect(decision(known, { allowances }).verdict).toMatchObject({ senderId: "known" });
    const asked = { ...known, askedNumberId: "asked" };
    const options = { allowances: { senders: [...allowances.senders] } };
    expect(decision(asked, options).verdict).toMatchObject({ senderId: "asked" });
  });
});

describe("a text that can't be sent to anyone", () => {
  test("is refused before the gates", () => {
    const { verdict, dueAt } = decision(
      {},
      { of: { sendingPausedAt: NOW }, campaigns: { campaign: { body: "Hi {{first_name}}" } } },
    );
    expect(verdict).toMatchObject({ kind: "drop", gate: "content", reason: "Content" });
    expect(dueAt).toBeNull();
  });
});

describe("two campaigns that ask for one person in one claim", () => {
  const campaigns = { one: {}, two: {} };
  test("count what the first of them gets for the second's cap", () => {
    const [first, second] = decisions([{ campaignId: "one" }, { campaignId: "two" }], {
      campaigns,
      of: { capPerDay: 1 },
    });
    expect(first!.verdict.kind).toBe("send");
    expect(second!.verdict).toMatchObject({ kind: "hold", gate: "frequency" });
  });

  test("count each that goes, and what went before", () => {
    const before = after(-60 * MINUTE_MS);
    const kinds = decisions(
      ["one", "two", "one"].map((campaignId) => ({ campaignId, recentSubmissions: [before] })),
      { campaigns, of: { capPerDay: 3 } },
    ).map(({ verdict }) => verdict.kind);
    expect(kinds).toEqual(["send", "send", "hold"]);
  });

  test("count nothing for another person, nor what was held", () => {
    const [, other] = decisions([{ campaignId: "one" }, { campaignId: "two", phoneE164: "+61491570156" }], {
      campaigns,
      of: { capPerDay: 1 },
    });
    expect(other!.verdict.kind).toBe("send");
  });
});

describe("messages that wait for their windows", () => {
  const NIGHT = new Date("2026-11-23T15:00:00Z");
  const OPENS = new Date("2026-11-24T01:00:00Z");
  const short: WeekSchedule = everyDay("09:00", "12:00");

  test("are due when these open, those first whose window closes first", () => {
    const waiting = decisions([{ campaignId: "long" }, { campaignId: "short" }, { campaignId: "short" }], {
      of: { now: NIGHT },
      campaigns: { long: {}, short: { quietHours: short } },
    });
    expect(waiting.map(({ verdict }) => verdict)).toMatchObject(
      Array(3).fill({ kind: "hold", gate: "quiet-hours", until: OPENS }),
    );
    const offsets = waiting.map(({ dueAt }) => dueAt!.getTime() - OPENS.getTime());
    expect(offsets[0]).toBe(458);
    expect(offsets[2]).toBe(offsets[1]);
  });

  test("are due at their time where another gate holds them", () => {
    const { verdict, dueAt } = decision({}, { of: { sendingPausedAt: NOW } });
    expect(verdict).toMatchObject({ kind: "hold", gate: "kill-switch" });
    expect(dueAt).toEqual((verdict as { until: Date }).until);
  });
});

describe("messages that wait for the same numbers' rate", () => {
  const dueMs = (options: Parameters<typeof decisions>[1], jobs: Partial<ClaimJob>[] = [{}, {}, {}]) =>
    decisions(jobs, options).map(({ dueAt, verdict }) => {
      expect(verdict).toMatchObject({ kind: "hold", gate: "rate" });
      return dueAt!.getTime() - NOW.getTime();
    });

  test("are due one after the other, at the rate of their country's numbers", () => {
    const senders = [
      exampleSender({ tokens: 0, segmentsPerSecond: 2 }),
      exampleSender({ tokens: 0, segmentsPerSecond: 2 }),
      exampleSender({ country: "US", tokens: 0, segmentsPerSecond: 50 }),
    ];
    expect(dueMs({ allowances: { senders } })).toEqual([500, 750, 1_000]);
  });

  test("are due at the tenant's rate where that is the lower one", () => {
    const rate = { tenantTokens: 0, tenantSegmentsPerSecond: 1 };
    expect(dueMs({ of: {}, allowances: rate })).toEqual([1_000, 2_000, 3_000]);
  });

  test("are all due at once where nothing flows", () => {
    const senders = [exampleSender({ tokens: 0, segmentsPerSecond: 0 })];
    expect(dueMs({ allowances: { senders } })).toEqual([MINUTE_MS, MINUTE_MS, MINUTE_MS]);
  });

  test("wait apart by country", () => {
    const senders = [
      exampleSender({ tokens: 0, segmentsPerSecond: 2 }),
      exampleSender({ country: "NZ", tokens: 0, segmentsPerSecond: 2 }),
    ];
    const abroad = { country: "NZ", phoneE164: "+64211234567" };
    expect(dueMs({ of: { quietHours: ALL_DAY }, allowances: { senders } }, [{}, abroad])).toEqual([500, 500]);
  });
});
