import { describe, expect, test } from "vitest";
import { SHIPPED_BOOK } from "../law/rule-book.ts";
import { exampleCandidate } from "../testing/example-contact.ts";
import { DEFAULT_SCHEDULE, everyDay } from "../time/quiet-hours.ts";
import { type ReplayCase, type RulesThen, replayDecision } from "./replay.ts";
import type { SendingRules } from "./sending-rules.ts";
import { decisionsOf, factsToStore, type StoredDecision } from "./stored-decision.ts";
import { decisionsIn, type StoredMessage } from "./stored-message.ts";
import { addMessage, emptyTally } from "./tally.ts";

/** Monday noon in Perth, and 21:40. */
const NOON = new Date("2026-11-23T04:00:00Z");
const NIGHT = new Date("2026-11-23T13:40:00Z");
const MORNING = new Date("2026-11-24T01:00:00Z");
const PERTH = { zone: "Australia/Perth", zoneSource: "stated" as const };
const FACTS = {
  rules: 1,
  law: 0,
  recent: 0,
  line: "MOBILE",
  ...PERTH,
  state: null,
  postcode: null,
  address: null,
  wrote: null,
  consent: null,
};

const sent = (at = NOON): StoredDecision => ({ kind: "send", at, facts: FACTS });
const heldAtNight = (): StoredDecision => ({
  ...{ kind: "hold", gate: "quiet-hours", reason: "Quiet hours", at: NIGHT, until: MORNING, facts: FACTS },
});
const inForce = (changes: Partial<RulesThen> = {}): RulesThen => ({
  book: SHIPPED_BOOK,
  ...{ timezone: "Australia/Perth", country: "AU", quietHours: DEFAULT_SCHEDULE, destinationHours: {} },
  ...{ trustTenantZone: false, capPerDay: null, capPerWeek: null, sendingHoursLimit: null, ...changes },
});
const item = (changes: Partial<ReplayCase> = {}): ReplayCase => ({
  decision: sent(),
  person: { phoneE164: "+61491570006", country: "AU" },
  campaign: {
    ...{ kind: "campaign", purpose: "marketing", topic: null, quietHours: null },
    ...{ quietHoursOverrideReason: null, expiresAt: null, confirmsOptOutOf: null },
  },
  inForce: inForce(),
  recentSubmissions: [],
  wasSent: true,
  ...changes,
});
const night = (changes: Partial<ReplayCase> = {}) =>
  item({ decision: heldAtNight(), wasSent: false, ...changes });
const LATE: Partial<SendingRules> = { quietHours: everyDay("09:00", "22:00") };
const AFTERNOON: Partial<SendingRules> = { quietHours: everyDay("13:00", "21:00") };

describe("a decision under other rules", () => {
  test("is unchanged by the rules that decided", () => {
    expect(replayDecision(item(), {})).toEqual({ kind: "unchanged" });
    expect(replayDecision(night(), {})).toEqual({ kind: "unchanged" });
  });

  test("would have been held, until the new hours open", () => {
    const until = new Date("2026-11-23T05:00:00Z");
    expect(replayDecision(item(), AFTERNOON)).toEqual({ kind: "held", reason: "Quiet hours", until });
  });

  test("would have been refused, where a cap is full and the message expires first", () => {
    const capped = item({
      decision: { ...sent(), facts: { ...FACTS, recent: 1 } },
      recentSubmissions: [new Date(NOON.getTime() - 3_600_000)],
      campaign: { ...item().campaign, expiresAt: new Date(NOON.getTime() + 3_600_000) },
    });
    expect(replayDecision(capped, { capPerDay: 1 })).toEqual({
      kind: "held",
      reason: "Frequency cap",
      until: null,
    });
  });

  test("would have been let through, or held otherwise", () => {
    expect(replayDecision(night(), LATE)).toEqual({ kind: "let-through", reason: "Quiet hours" });
    expect(replayDecision(night(), AFTERNOON)).toEqual({ kind: "otherwise" });
  });

  test("that waited for its sender, rate or budget passed the rules, and was not sent", () => {
    const waits = item({
      ...{ decision: { ...sent(), kind: "hold", gate: "budget", reason: "Budget" }, wasSent: false },
    });
    expect(replayDecision(waits, {})).toEqual({ kind: "unchanged" });
    expect(replayDecision(waits, AFTERNOON)).toEqual({ kind: "otherwise" });
  });

  test("that came too late for its budget is not the rules' refusal; one that came too late for the hours is", () => {
    const expiresAt = new Date("2026-11-23T20:00:00Z");
    const campaign = { ...item().campaign, expiresAt };
    const tooLate = (decision: Partial<StoredDecision>, at: Date) =>
      item({
        ...{ campaign, wasSent: false },
        decision: { ...sent(at), kind: "drop", gate: "expiry", reason: "Expired", ...decision },
      });
    expect(replayDecision(tooLate({ looked: { blockedBy: "budget" } }, NOON), {})).toEqual({
      kind: "unchanged",
    });
    const byHours = tooLate({ looked: { blockedBy: "quiet-hours" } }, NIGHT);
    expect(replayDecision(byHours, {})).toEqual({ kind: "unchanged" });
    expect(replayDecision(byHours, LATE)).toEqual({ kind: "let-through", reason: "Expired" });
    const itself = tooLate({}, expiresAt);
    expect(replayDecision(itself, LATE)).toEqual({ kind: "unchanged" });
  });

  test("of a gate before the rules is the same under any rules", () => {
    const refused = (gate: StoredDecision["gate"], reason: string): StoredDecision => ({
      ...{ ...sent(), kind: "drop", gate, reason },
    });
    const before = [
      refused("consent", "Consent"),
      refused("content", "Content"),
      refused("frequency", "Duplicate"),
      refused("send-time", "Send time passed"),
    ];
    for (const decision of [...before, refused(undefined, "?")]) {
      expect(replayDecision(item({ decision, wasSent: false }), AFTERNOON)).toEqual({ kind: "unchanged" });
    }
  });

  test("is unknown where the facts do not give what happened", () => {
    const asleep = item({ decision: sent(NIGHT) });
    expect(replayDecision(asleep, LATE)).toEqual({ kind: "unknown", reason: "differs" });
    const forgotten = night({ decision: { ...heldAtNight(), until: undefined } });
    expect(replayDecision(forgotten, LATE)).toEqual({ kind: "unknown", reason: "differs" });
    const nameless = night({ decision: { ...heldAtNight(), reason: undefined } });
    expect(replayDecision(nameless, LATE)).toEqual({ kind: "unknown", reason: "differs" });
    const lost = item({ decision: { ...sent(), facts: { ...FACTS, recent: 2 } } });
    expect(replayDecision(lost, LATE)).toEqual({ kind: "unknown", reason: "history" });
  });

  test("keeps an invalid zone as UTC, as a claim does", () => {
    const broken = item({ inForce: inForce({ timezone: "Nowhere", trustTenantZone: true }) });
    expect(replayDecision(broken, {})).toEqual({ kind: "unchanged" });
  });
});

describe("stored facts", () => {
  test("leave out what is null, and come back as they were", () => {
    const reply = { frequency: frequency([]), isReply: true };
    expect(factsToStore(exampleCandidate(), reply, 3)).toEqual({ rules: 3, line: "MOBILE" });
    const wroteAt = new Date("2026-11-23T03:00:00Z");
    const known = exampleCandidate({
      ...{ timezone: "Australia/Perth", timezoneSource: "stated", state: "WA", postcode: "6000" },
      ...{ addressCountry: "NZ", wroteAt },
    });
    const book = { ...SHIPPED_BOOK, revision: 7 };
    const full = factsToStore(known, { frequency: frequency([NOON]), book, purpose: "service" }, 3);
    const verdict = JSON.parse(JSON.stringify({ kind: "send", at: NOON, facts: full }));
    expect(decisionsOf(verdict)).toEqual([
      {
        ...{ kind: "send", at: NOON },
        facts: {
          ...{ rules: 3, recent: 1, line: "MOBILE", ...PERTH, state: "WA", postcode: "6000", address: "NZ" },
          ...{ law: 7, wrote: wroteAt, consent: null },
        },
      },
    ]);
  });

  test("have what is on record of the consent, where a country's law decides about it", () => {
    const stored = (candidate: Parameters<typeof exampleCandidate>[0]) => {
      const facts = factsToStore(exampleCandidate(candidate), { frequency: frequency([]) }, 3);
      const verdict = JSON.parse(JSON.stringify({ kind: "send", at: NOON, facts }));
      return decisionsOf(verdict)![0]!.facts.consent;
    };
    const summary = { given: [{ basis: "inferred", at: "2026-01-01" }] };
    expect(stored({ consentBasis: "inferred", consentSummary: JSON.stringify(summary) })).toEqual({
      ...{ basis: "inferred", ends: null, summary },
    });
    expect(stored({ consentBasis: "express", consentExpiresAt: NIGHT })).toMatchObject({
      ...{ basis: "express", ends: NIGHT },
    });
  });

  test("of an older version of the program are none", () => {
    expect(decisionsOf({ kind: "send", at: NOON, looked: {} })).toBeNull();
    expect(decisionsOf(null)).toBeNull();
  });
});

const frequency = (recentSubmissions: Date[]) => ({
  ...{ alreadyInCampaign: false, recentSubmissions, perDay: null, perWeek: null },
});

describe("the decisions of a message", () => {
  const WINDOW = {
    since: new Date("2026-11-01"),
    from: new Date("2026-11-10"),
    until: new Date("2026-11-30"),
  };
  const message = (changes: Partial<StoredMessage> = {}): StoredMessage => ({
    ...{ id: "1", campaignId: "c", phoneE164: "+61491570006", country: "AU", status: "sent", sentBefore: 0 },
    ...{ tenantId: "t", segments: 1, priceMicros: 50_000 },
    ...{ verdict: { ...sent(), earlier: [heldAtNight()] }, changedAt: NOON, ...changes },
  });
  const kinds = (changes: Partial<StoredMessage>, window = WINDOW) =>
    decisionsIn(message(changes), window).map((found) =>
      found.kind === "unknown" ? found.reason : found.decision.kind,
    );

  test("are its earlier holds and its last decision, within the time", () => {
    expect(kinds({})).toEqual(["hold", "send"]);
    expect(kinds({}, { ...WINDOW, since: NOON, until: NIGHT })).toEqual(["hold"]);
    expect(decisionsIn(message(), { ...WINDOW, from: NOON }).map(({ counts }) => counts)).toEqual([
      true,
      false,
    ]);
  });

  test("do not have one that was given back unsent", () => {
    expect(kinds({ status: "queued" })).toEqual(["hold"]);
    expect(kinds({ status: "canceled", verdict: heldAtNight() })).toEqual(["hold"]);
  });

  test("are unknown where a person was erased, a message was sent again, or an older version decided", () => {
    expect(kinds({ phoneE164: "erased:1", verdict: null })).toEqual(["erased"]);
    expect(kinds({ phoneE164: "erased:1", changedAt: new Date("2026-10-01") })).toEqual([]);
    expect(kinds({ sentBefore: 2 })).toEqual(["sent-again", "sent-again", "hold", "send"]);
    expect(kinds({ verdict: { kind: "send" } })).toEqual(["before"]);
    expect(kinds({ verdict: null })).toEqual(["before"]);
    expect(kinds({ verdict: null, status: "queued" })).toEqual([]);
    // A launch writes until when it waits for its send time: nothing has decided yet.
    expect(kinds({ verdict: { kind: "hold", gate: "send-time" }, status: "queued" })).toEqual([]);
  });
});

describe("a tally", () => {
  const held = { kind: "held", reason: "Quiet hours", until: null } as const;
  const through = { kind: "let-through", reason: "Frequency cap" } as const;
  const add = (tally = emptyTally(), campaignId = "c", country: string | null = "AU") => {
    const outcomes = [through, through, held, { kind: "otherwise" }, { kind: "unchanged" }] as const;
    addMessage(tally, {
      ...{ id: campaignId, campaignId, country },
      outcomes: outcomes.map((outcome) => ({ outcome, counts: true })),
    });
    return tally;
  };

  test("counts a message once as held and once as let through", () => {
    expect(add()).toMatchObject({
      ...{ held: 1, letThrough: 1, decisions: 5, otherwise: 1, samples: { held: ["c"], letThrough: ["c"] } },
      byReason: { "Quiet hours": { held: 1, letThrough: 0 }, "Frequency cap": { held: 0, letThrough: 1 } },
      ...{ byCountry: { AU: { held: 1, letThrough: 1 } }, byCampaign: { c: { held: 1, letThrough: 1 } } },
    });
    expect(add(emptyTally(), "c", null).byCountry).toHaveProperty("unknown");
  });

  test("leaves out what an earlier tally has counted, also its repetition", () => {
    const tally = emptyTally();
    const outcomes = [
      { outcome: held, counts: false },
      { outcome: held, counts: true },
      { outcome: { kind: "unknown", reason: "erased" } as const, counts: true },
      { outcome: { kind: "unknown", reason: "erased" } as const, counts: false },
    ];
    addMessage(tally, { id: "1", campaignId: "c", country: "AU", outcomes });
    expect(tally).toMatchObject({ held: 0, decisions: 2, unknown: { erased: 1 } });
    addMessage(tally, { id: "2", campaignId: "c", country: "AU", outcomes });
    expect(tally.unknown).toEqual({ erased: 2 });
  });

  test("stays small: a hundred campaigns and ten samples", () => {
    const tally = emptyTally();
    for (let n = 0; n < 130; n += 1) add(tally, `campaign-${n}`);
    add(tally, "campaign-0");
    expect(Object.keys(tally.byCampaign)).toHaveLength(100);
    expect(tally.byCampaign["campaign-0"]).toEqual({ held: 2, letThrough: 2 });
    expect(tally.otherCampaigns).toEqual({ held: 30, letThrough: 30 });
    expect(tally.samples.held).toHaveLength(10);
  });
});
