import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleAllowances, exampleFacts, exampleSender, EXAMPLE_NOW as now } from "../testing/example.ts";
import { type Allowances, evaluate, GATE_NAMES, GATES, type GateName, type MessageFacts } from "./index.ts";

const NIGHT = new Date("2026-11-23T13:40:00Z");
const later = (minutes: number, from = now) => new Date(from.getTime() + minutes * 60_000);

/** Facts that make each gate say no. Of several, the first gate in the order decides. */
const BREAK: Record<GateName, (facts: MessageFacts, allowances: Allowances) => void> = {
  "kill-switch": (facts) => {
    facts.killSwitch = { tenantPausedAt: now, campaignPausedAt: null };
  },
  phone: (facts) => {
    facts.phone = { ...facts.phone, lineType: "FIXED_LINE" };
  },
  "do-not-contact": (facts) => {
    facts.doNotContact = { since: now, source: "STOP" };
  },
  consent: (facts) => {
    facts.consents = [];
  },
  frequency: (facts) => {
    facts.frequency = { ...facts.frequency, alreadyInCampaign: true };
  },
  expiry: (facts) => {
    facts.expiry = { expiresAt: now };
  },
  "send-time": (facts) => {
    facts.sendTime = {
      ...{ at: later(30), zone: "Australia/Perth", zones: 1, hasPassed: false },
      wanted: { date: "2026-11-23", time: "12:30", passed: "skip" },
    };
  },
  "quiet-hours": (facts) => {
    facts.quietHours = { ...facts.quietHours, zones: ["America/New_York"] };
  },
  sender: (_facts, allowances) => {
    allowances.senders = allowances.senders.map((sender) => ({ ...sender, country: "XX" }));
  },
  rate: (_facts, allowances) => {
    allowances.tenantTokens = 0;
  },
  budget: (_facts, allowances) => {
    allowances.budget.dailyLeftMicros = 0;
  },
};

describe("the order", () => {
  test("is the order of GATE_NAMES", () => {
    expect(GATES.map(({ name }) => name)).toEqual(GATE_NAMES);
  });

  test("decides: the first gate that refuses is named, and nothing is taken", () => {
    fc.assert(
      fc.property(fc.subarray([...GATE_NAMES], { minLength: 1 }), (broken) => {
        const facts = exampleFacts();
        const allowances = exampleAllowances();
        for (const name of broken) BREAK[name](facts, allowances);
        const before = structuredClone(allowances);
        const verdict = evaluate(facts, allowances, now);
        expect(verdict).toMatchObject({ gate: broken[0] });
        expect(allowances).toEqual(before);
      }),
    );
  });
});

describe("a message that may go", () => {
  test("takes its share, so that the next message sees what is left", () => {
    const allowances = exampleAllowances({ senders: [exampleSender({ warmUpLeft: 2 })] });
    expect(evaluate(exampleFacts(), allowances, now)).toEqual({
      kind: "send",
      senderId: "sender-1",
      segments: 2,
      priceMicros: 103_000,
    });
    expect(allowances.senders[0]).toMatchObject({ tokens: 8, warmUpLeft: 1 });
    expect(allowances.tenantTokens).toBe(98);
    expect(allowances.budget).toMatchObject({ dailyLeftMicros: 9_897_000, monthlyLeftMicros: 99_897_000 });
  });

  test("may be longer than its bucket, and is paid back before the next", () => {
    const allowances = exampleAllowances({ senders: [exampleSender({ tokens: 1, segmentsPerSecond: 1 })] });
    expect(evaluate(exampleFacts({ segments: 8 }), allowances, now)).toMatchObject({ kind: "send" });
    expect(evaluate(exampleFacts({ segments: 1 }), allowances, now)).toMatchObject({
      reason: "Rate limit",
      until: new Date(now.getTime() + 8_000),
    });
  });

  test("goes from the number its contact knows", () => {
    const senders = [exampleSender({ id: "a" }), exampleSender({ id: "b", tokens: 5 })];
    const allowances = exampleAllowances({ senders });
    expect(evaluate(exampleFacts({ stickySenderId: "b" }), allowances, now)).toMatchObject({ senderId: "b" });
  });
});

describe("a hold that ends too late", () => {
  const atNight = (expiresAt: Date) =>
    evaluate(exampleFacts({ expiry: { expiresAt } }), exampleAllowances(), NIGHT);
  const morning = new Date("2026-11-24T01:00:00Z");

  test("is a refusal now, with its reason", () => {
    expect(atNight(morning)).toMatchObject({
      kind: "drop",
      gate: "expiry",
      reason: "Expired",
      looked: {
        zone: "Australia/Perth",
        blockedBy: "quiet-hours",
        blockedFor: "Quiet hours",
        until: morning.toISOString(),
        expiresAt: morning.toISOString(),
      },
    });
    expect(atNight(later(1, morning))).toMatchObject({ kind: "hold", gate: "quiet-hours", until: morning });
  });

  test("is refused by the cap itself for frequency", () => {
    const frequency = { alreadyInCampaign: false, recentSubmissions: [now], perDay: 1, perWeek: null };
    const facts = exampleFacts({ frequency, expiry: { expiresAt: later(60) } });
    expect(evaluate(facts, exampleAllowances(), now)).toMatchObject({ kind: "drop", gate: "frequency" });
  });

  test("is not a refusal while paused: the message stays queued, and is checked before it expires", () => {
    const paused = { tenantPausedAt: now, campaignPausedAt: null };
    const ask = (expiresAt: Date) =>
      evaluate(exampleFacts({ killSwitch: paused, expiry: { expiresAt } }), exampleAllowances(), now);
    expect(ask(later(0.5))).toMatchObject({ kind: "hold", reason: "Paused", until: later(0.5) });
    expect(ask(later(2))).toMatchObject({ kind: "hold", reason: "Paused", until: later(1) });
    expect(ask(later(-1))).toMatchObject({ kind: "hold", reason: "Paused", until: later(1) });
  });
});

describe("always", () => {
  const maybe = fc.option(fc.integer({ min: -600, max: 20_000 }).map((minutes) => later(minutes)));
  const anyFacts: fc.Arbitrary<MessageFacts> = fc.record({
    purpose: fc.constantFrom("marketing" as const, "transactional" as const),
    killSwitch: fc.record({
      tenantPausedAt: fc.oneof(
        { weight: 9, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constant(now) },
      ),
      campaignPausedAt: fc.constant(null),
    }),
    phone: fc.record({
      e164: fc.constant("+61491570006"),
      country: fc.constantFrom("AU", "AU", "AU", "NZ", null),
      lineType: fc.constantFrom("MOBILE", "MOBILE", "MOBILE", "FIXED_LINE"),
      invalidReason: fc.constant(null),
    }),
    doNotContact: fc.constantFrom(null, null, null, { since: now, source: "STOP" }),
    consents: fc.array(
      fc.record({ basis: fc.constantFrom("express", "inferred", "transactional"), expiresAt: maybe }),
      { maxLength: 3 },
    ) as fc.Arbitrary<MessageFacts["consents"]>,
    frequency: fc.record({
      alreadyInCampaign: fc.constantFrom(false, false, false, true),
      recentSubmissions: fc.array(
        fc.integer({ min: 0, max: 10_000 }).map((minutes) => later(-minutes)),
        { maxLength: 3 },
      ),
      perDay: fc.constantFrom(null, 2, 3),
      perWeek: fc.constantFrom(null, 3, 4),
    }),
    expiry: fc.record({ expiresAt: maybe }),
    quietHours: fc.record({
      schedules: fc.constant(exampleFacts().quietHours.schedules),
      zones: fc.subarray(["Australia/Perth", "Australia/Sydney", "Europe/London"], { minLength: 1 }),
      zoneSource: fc.constant("unknown" as const),
      overrideReason: fc.constantFrom(null, "owner"),
    }),
    segments: fc.integer({ min: 1, max: 12 }),
    priceMicros: fc.option(fc.integer({ min: 0, max: 2_000_000 }), { freq: 9 }),
  });

  const anyAllowances: fc.Arbitrary<Allowances> = fc.record({
    senders: fc.array(
      fc.record({
        id: fc.uuid(),
        phoneE164: fc.constant("+61491570156"),
        country: fc.constantFrom("AU", "AU", "NZ"),
        tokens: fc.double({ min: -10, max: 40, noNaN: true }),
        segmentsPerSecond: fc.constantFrom(0, 0.2, 1, 10),
        warmUpLeft: fc.option(fc.integer({ min: 0, max: 5 })),
        warmUpResetsAt: fc.constantFrom(later(-5), later(600)),
      }),
      { maxLength: 4 },
    ),
    tenantTokens: fc.double({ min: -10, max: 60, noNaN: true }),
    tenantSegmentsPerSecond: fc.constantFrom(0, 10, 300),
    budget: fc.record({
      readable: fc.constantFrom(true, true, true, false),
      dailyLeftMicros: fc.integer({ min: 0, max: 5_000_000 }),
      monthlyLeftMicros: fc.integer({ min: 0, max: 9_000_000 }),
      dayResetsAt: fc.constantFrom(later(-5), later(600)),
      monthResetsAt: fc.constant(later(9_000)),
    }),
  });

  test("a batch stays within budget, tokens and warm-up; refusals take nothing; holds end later", () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { maxLength: 30 }), anyAllowances, (batch, allowances) => {
        const start = structuredClone(allowances);
        let spentMicros = 0;
        const segmentsBySender = new Map<string, { sent: number; messages: number; last: number }>();
        for (const facts of batch) {
          const before = structuredClone(allowances);
          const verdict = evaluate(facts, allowances, now);
          if (verdict.kind !== "send") expect(allowances).toEqual(before);
          if (verdict.kind === "hold") expect(verdict.until.getTime()).toBeGreaterThan(now.getTime());
          if (verdict.kind === "hold" && facts.expiry.expiresAt && facts.expiry.expiresAt > now) {
            expect(verdict.until.getTime()).toBeLessThanOrEqual(facts.expiry.expiresAt.getTime());
          }
          if (verdict.kind !== "send") continue;
          spentMicros += verdict.priceMicros;
          const tally = segmentsBySender.get(verdict.senderId) ?? { sent: 0, messages: 0, last: 0 };
          tally.sent += verdict.segments;
          tally.messages += 1;
          tally.last = verdict.segments;
          segmentsBySender.set(verdict.senderId, tally);
        }
        expect(spentMicros).toBeLessThanOrEqual(start.budget.dailyLeftMicros);
        expect(spentMicros).toBeLessThanOrEqual(start.budget.monthlyLeftMicros);
        for (const sender of start.senders) {
          const tally = segmentsBySender.get(sender.id);
          if (!tally) continue;
          expect(tally.sent - tally.last).toBeLessThanOrEqual(sender.tokens - 1 + 1e-9);
          expect(tally.messages).toBeLessThanOrEqual(sender.warmUpLeft ?? Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("the same facts give the same verdict", () => {
    fc.assert(
      fc.property(anyFacts, anyAllowances, (facts, allowances) => {
        const again = structuredClone(allowances);
        expect(evaluate(facts, allowances, now)).toEqual(evaluate(facts, again, now));
      }),
    );
  });
});
