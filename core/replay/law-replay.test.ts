import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RuleVersion, ruleBookAt, SHIPPED_BOOK } from "../law/rule-book.ts";
import type { PartBodies, RulePart } from "../law/rule-parts.ts";
import { messagePriceMicros } from "../price/pricing.ts";
import { ALWAYS_OPEN } from "../time/quiet-hours.ts";
import {
  addLawMessage,
  emptyLawTally,
  isReplayed,
  ORGANISATIONS_MAX,
  type Priced,
  replayUnderLaw,
} from "./law-replay.ts";
import { pastBooks } from "./past-books.ts";
import type { ReplayCase } from "./replay.ts";
import type { StoredDecision } from "./stored-decision.ts";

/** Monday 11:00 in Nairobi. */
const LATE_MORNING = new Date("2026-11-23T08:00:00Z");
const SOURCE = "https://ca.go.ke/rules";
const HOURS: PartBodies["hours"] = [
  {
    ...{ jurisdiction: "KE", name: "Kenya", country: "KE", region: null, basis: "statute" },
    ...{ hours: { "mon-sun": "12:00-16:00" }, holidays: "as usual", law: "Rules", source: SOURCE },
    ...{ checked: "2026-11-20", confidence: "a test" },
  },
];
const CONSENT: PartBodies["consent"] = {
  ...{ countries: ["KE"], rule: "express", evidence: "required", events: null, law: "An act" },
  ...{ source: SOURCE, checkedOn: "2026-11-20", confidence: "low" },
};
const PRICE = (micros: number): PartBodies["price"] => ({
  rates: [{ country: "KE", direction: "outbound", effectiveFrom: null, microsPerSegment: micros }],
});

function version<Part extends RulePart>(
  part: Part,
  body: PartBodies[Part] | null,
  { revision = 1, validFrom = LATE_MORNING } = {},
): RuleVersion {
  const read = { source: SOURCE, checkedOn: "2026-11-20", note: null };
  return { id: `v${revision}`, country: "KE", part, body, ...read, validFrom, revision } as RuleVersion;
}
const bookOf = (...versions: RuleVersion[]) => ruleBookAt(versions, LATE_MORNING);

const SEND: StoredDecision = {
  ...{ kind: "send", at: LATE_MORNING },
  facts: {
    ...{ rules: 1, law: 0, recent: 0, line: "MOBILE", zone: null, zoneSource: "unknown", state: null },
    ...{ postcode: null, address: null, wrote: null },
    consent: { basis: "express", ends: null, summary: undefined },
  },
};
const refused = (gate: StoredDecision["gate"], reason: string): Partial<ReplayCase & Priced> => ({
  decision: { ...SEND, kind: "drop", gate, reason },
  wasSent: false,
});
const item = (changes: Partial<ReplayCase & Priced> = {}): ReplayCase & Priced => ({
  decision: SEND,
  person: { phoneE164: "+254712345678", country: "KE" },
  campaign: {
    ...{ kind: "campaign", purpose: "marketing", topic: null, quietHours: null, signedUpAt: null },
    ...{ quietHoursOverrideReason: null, expiresAt: null, confirmsOptOutOf: null, requested: null },
  },
  inForce: {
    ...{ timezone: "Africa/Nairobi", country: "KE", quietHours: ALWAYS_OPEN, destinationHours: {} },
    ...{ trustTenantZone: false, capPerDay: null, capPerWeek: null, sendingHoursLimit: null },
    book: SHIPPED_BOOK,
  },
  recentSubmissions: [],
  wasSent: true,
  ...{ segments: 2, priceMicros: null, ...changes },
});
const outcomeOf = (part: RulePart, book: Parameters<typeof replayUnderLaw>[2], of = item()) =>
  replayUnderLaw(of, part, book).outcome;

describe("a decision under another rule of a country", () => {
  test("is held by hours that are closed then", () => {
    const until = new Date("2026-11-23T09:00:00Z");
    expect(outcomeOf("hours", bookOf(version("hours", HOURS)))).toEqual({
      ...{ kind: "held", reason: "Quiet hours", until },
    });
    expect(outcomeOf("hours", SHIPPED_BOOK)).toEqual({ kind: "unchanged" });
  });

  test("is refused by a law of consent that needs evidence, and let through by one that does not", () => {
    const strict = bookOf(version("consent", CONSENT));
    expect(outcomeOf("consent", strict)).toEqual({ kind: "held", reason: "Consent", until: null });
    const dropped = item({ ...refused("consent", "Consent"), inForce: { ...item().inForce, book: strict } });
    expect(outcomeOf("consent", strict, dropped)).toEqual({ kind: "unchanged" });
    expect(outcomeOf("consent", SHIPPED_BOOK, dropped)).toEqual({ kind: "let-through", reason: "Consent" });
    // With closed hours it would have waited: it goes neither way.
    const closed = { ...strict, hours: bookOf(version("hours", HOURS)).hours };
    const asleep = item({ ...dropped, inForce: { ...item().inForce, book: closed } });
    expect(outcomeOf("consent", { ...closed, consent: SHIPPED_BOOK.consent }, asleep)).toEqual({
      kind: "otherwise",
    });
  });

  test("keeps a summary of consents as it was", () => {
    const given = [{ basis: "express", at: "2026-01-01", how: "Web form" }];
    const consent = { basis: "express", ends: null, summary: { given } } as const;
    const known = item({ decision: { ...SEND, facts: { ...SEND.facts, consent } } });
    expect(outcomeOf("consent", bookOf(version("consent", CONSENT)), known)).toEqual({ kind: "unchanged" });
  });

  test("of consent is unknown where none was stored, and the same for what is not marketing", () => {
    const strict = bookOf(version("consent", CONSENT));
    const before = item({ decision: { ...SEND, facts: { ...SEND.facts, consent: null } } });
    expect(outcomeOf("consent", strict, before)).toEqual({ kind: "unknown", reason: "before" });
    for (const other of [{ purpose: "service" }, { kind: "reply" }] as const) {
      const campaign = { ...before.campaign, ...other };
      expect(outcomeOf("consent", strict, item({ ...before, campaign }))).toEqual({ kind: "unchanged" });
    }
    const { purpose: _, ...unnamed } = before.campaign;
    expect(outcomeOf("consent", strict, item({ ...before, campaign: unnamed })).kind).toBe("unknown");
    const stopped = item(refused("do-not-contact", "Do not contact"));
    expect(outcomeOf("consent", strict, stopped)).toEqual({ kind: "unchanged" });
  });

  test("of a price costs what the new one says, or is refused without one", () => {
    const [old, next] = [bookOf(version("price", PRICE(100))), bookOf(version("price", PRICE(300)))];
    const sent = item({ priceMicros: 200, inForce: { ...item().inForce, book: old } });
    expect(replayUnderLaw(sent, "price", next)).toEqual({
      ...{ outcome: { kind: "unchanged" }, cost: { fromMicros: 200, toMicros: 600 } },
    });
    expect(outcomeOf("price", SHIPPED_BOOK, sent)).toEqual({ kind: "held", reason: "No price", until: null });
    expect(outcomeOf("price", next, { ...sent, priceMicros: 199 })).toEqual({
      ...{ kind: "unknown", reason: "differs" },
    });
    expect(outcomeOf("price", next, { ...sent, segments: null }).kind).toBe("unknown");
    const unpriced = item(refused("budget", "No price"));
    expect(outcomeOf("price", next, unpriced)).toEqual({ kind: "let-through", reason: "No price" });
    expect(outcomeOf("price", SHIPPED_BOOK, unpriced)).toEqual({ kind: "unchanged" });
    const other = item(refused("do-not-contact", "Do not contact"));
    expect(replayUnderLaw(other, "price", next)).toEqual({ outcome: { kind: "unchanged" }, cost: null });
    expect(messagePriceMicros({ country: "KE", segments: 2 })).toBeNull();
  });

  test("can't be replayed for senders and wording", () => {
    expect(["price", "consent", "states", "replies"].every((part) => isReplayed(part as RulePart))).toBe(
      true,
    );
    expect(["sender", "wording"].some((part) => isReplayed(part as RulePart))).toBe(false);
  });
});

describe("the figures of a country", () => {
  const unchanged = { kind: "unchanged" } as const;
  const cost = { fromMicros: 100, toMicros: 150 };

  test("have organisations and money, and what an earlier tally counted is not counted again", () => {
    const tally = emptyLawTally();
    addLawMessage(tally, "a", [
      { outcome: { kind: "let-through", reason: "Quiet hours" }, counts: true, cost: null },
      { outcome: unchanged, counts: true, cost },
    ]);
    addLawMessage(tally, "a", [{ outcome: unchanged, counts: true, cost }]);
    addLawMessage(tally, "b", [{ outcome: unchanged, counts: false, cost }]);
    expect(tally).toMatchObject({ decisions: 3, held: 0, letThrough: 1, organisations: ["a"] });
    expect(tally.cost).toEqual({ messages: 2, fromMicros: 200, toMicros: 300 });
  });

  test("stay small", () => {
    const tally = emptyLawTally();
    for (let n = 0; n < 250; n += 1)
      addLawMessage(tally, `t${n}`, [{ outcome: unchanged, counts: true, cost: null }]);
    expect(tally.organisations).toHaveLength(ORGANISATIONS_MAX);
  });
});

describe("the rules of the past", () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));

  test("are those shipped where none was ever set", () => {
    expect(pastBooks([])(null, at(1))).toBe(SHIPPED_BOOK);
  });

  test("are those that a claim knew, whatever had begun by then", () => {
    const first = version("price", PRICE(100), { revision: 1, validFrom: at(1) });
    const second = version("price", PRICE(200), { revision: 2, validFrom: at(2) });
    const books = pastBooks([first, second]);
    const price = (revision: number | null, hour: number) =>
      messagePriceMicros({ country: "KE", segments: 1 }, books(revision, at(hour)).rateCard);
    expect([price(2, 3), price(1, 3), price(0, 3)]).toEqual([200, 100, null]);
    expect([price(null, 3), price(null, 1), price(null, 0)]).toEqual([200, 100, null]);
    expect(books(2, at(3))).toBe(books(2, at(4)));
    // Only the latest ones are kept.
    const kept = books(2, at(3));
    for (let revision = 3; revision < 40; revision += 1) books(revision, at(3));
    expect(books(2, at(3))).not.toBe(kept);
    expect(books(2, at(3))).toEqual(kept);
  });

  test("keep every other part where one is another one, and take the shipped one for a withdrawal", () => {
    const set = [
      version("price", PRICE(100), { validFrom: at(1) }),
      version("hours", HOURS, { validFrom: at(1) }),
    ];
    const proposed = version("price", PRICE(300), { revision: 9 });
    const book = pastBooks(set, [proposed])(1, at(2));
    expect(book.own.price.get("KE")!.body.rates[0]!.microsPerSegment).toBe(300);
    expect(book.own.hours.size).toBe(1);
    expect(pastBooks(set, [version("price", null)])(1, at(2)).own.price.size).toBe(0);
    expect(pastBooks([], [proposed])(null, at(2)).own.price.size).toBe(1);
  });

  test("are the same however they are asked for, and as the claim's own", () => {
    const versions = fc.array(
      fc.record({ revision: fc.nat(30), hour: fc.nat(20), micros: fc.integer({ min: 1, max: 99 }) }),
      {
        maxLength: 12,
      },
    );
    const asked = fc.array(fc.record({ revision: fc.option(fc.nat(30)), hour: fc.nat(24) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(versions, asked, (rows, times) => {
        const made = rows.map(({ revision, hour, micros }) =>
          version("price", PRICE(micros), { revision, validFrom: at(hour) }),
        );
        const books = pastBooks(made);
        for (const { revision, hour } of times) {
          const known = made.filter((one) => revision === null || one.revision <= revision);
          const price = ({ rateCard }: typeof SHIPPED_BOOK) =>
            messagePriceMicros({ country: "KE", segments: 1 }, rateCard);
          expect(price(books(revision, at(hour)))).toBe(price(ruleBookAt(known, at(hour))));
        }
      }),
    );
  });
});
