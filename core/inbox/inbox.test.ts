import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everyDay } from "../time/quiet-hours.ts";
import { conversationTag } from "./conversation-tag.ts";
import { mentionedIn } from "./mentions.ts";
import { nextInTurn, type RoutingRule, routeOf, routingRules } from "./routing.ts";
import { readSnooze, snoozeChoices } from "./snooze.ts";
import { workingSeconds } from "./working-time.ts";

const TEAM = "10000000-0000-4000-8000-000000000001";
const ANN = "20000000-0000-4000-8000-000000000001";
const rule = (...words: string[]): RoutingRule => ({ words, teamId: TEAM, userId: null });
const others: RoutingRule = { words: [], teamId: null, userId: ANN };

describe("a routing rule", () => {
  it.each([
    ["I want a refund, please", "refund", true],
    ["REFUND!", "refund", true],
    ["no refunds", "refund", false],
    ["Crème brûlée?", "creme brulee", true],
    ["Is this a gift-card?", "gift card", true],
    ["a card as a gift", "gift card", false],
    ["明天可以预约吗", "预约", true],
    ["", "refund", false],
  ])("for %j with the word %j: %s", (text, word, matches) => {
    expect(routeOf(text, [rule(word)]) !== null).toBe(matches);
  });

  it("comes in order, and the one for all others last", () => {
    expect(routeOf("refund for my gift", [others, rule("gift"), rule("refund")])).toEqual(rule("gift"));
    expect(routeOf("hello", [others, rule("gift")])).toEqual(others);
    expect(routeOf("hello", [])).toBeNull();
  });

  it("is refused with no word in it, with two aims or none, and twice for all others", () => {
    const fault = (rules: unknown[]) => routingRules.safeParse(rules).error?.issues[0]?.message;
    expect(fault([rule("refund"), others])).toBeUndefined();
    expect(fault([rule("?!")])).toBe("Write a word with letters or digits.");
    expect(fault([{ ...rule("a"), userId: ANN }])).toBe("Choose a team or a member.");
    expect(fault([{ ...rule("a"), teamId: null }])).toBe("Choose a team or a member.");
    expect(fault([others, others])).toMatch(/Only one rule/);
    expect(fault([rule("a".repeat(41))])).toMatch(/at most 40/);
    expect(fault([rule(...Array<string>(31).fill("a"))])).toMatch(/at most 30/);
    expect(fault(Array(51).fill(rule("a")))).toMatch(/at most 50/);
  });
});

describe("taking turns", () => {
  it("gives the next to who has waited longest, and to nobody if none takes any", () => {
    const at = (ms: number) => new Date(ms);
    expect(nextInTurn([])).toBeNull();
    expect(
      nextInTurn([
        { userId: "a", turnAt: at(2) },
        { userId: "b", turnAt: at(1) },
      ]),
    ).toBe("b");
    expect(
      nextInTurn([
        { userId: "b", turnAt: null },
        { userId: "a", turnAt: null },
      ]),
    ).toBe("a");
    expect(
      nextInTurn([
        { userId: "a", turnAt: null },
        { userId: "b", turnAt: null },
      ]),
    ).toBe("a");
  });

  it("differs by at most one after any number of conversations", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 40 }), (members, turns) => {
        const takers = Array.from({ length: members }, (_, n) => ({
          ...{ userId: `member ${n}`, turnAt: null as Date | null, given: 0 },
        }));
        for (let turn = 1; turn <= turns; turn += 1) {
          const next = takers.find(({ userId }) => userId === nextInTurn(takers))!;
          next.turnAt = new Date(turn);
          next.given += 1;
        }
        const given = takers.map((taker) => taker.given);
        expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a mention", () => {
  const members = [
    { id: "1", name: "Ann" },
    { id: "2", name: "Ann Lee" },
    { id: "3", name: "Bo" },
    { id: "4", name: "bo" },
    { id: "5", name: " " },
  ];
  it.each([
    ["@Ann please look", ["1"]],
    ["ask @ann lee.", ["2"]],
    ["@Annabel", []],
    ["ann@Ann", []],
    ["@Bo and @Ann", ["3", "4", "1"]],
    ["@", []],
    ["no one", []],
  ])("in %j means %j", (note, ids) => expect(mentionedIn(note, members)).toEqual(ids));
});

describe("a tag", () => {
  it("has one form, and no comma or line break", () => {
    expect(conversationTag.parse("  VIP   Guest ")).toBe("vip guest");
    for (const bad of ["", " ", "a,b", "a\u0007b", "x".repeat(41)])
      expect(conversationTag.safeParse(bad).success, bad).toBe(false);
  });
});

describe("a snooze", () => {
  const SYDNEY = "Australia/Sydney";
  const now = new Date("2026-11-30T06:00:00Z");
  it("is read on the wall clock of the zone", () => {
    expect(readSnooze("2026-12-01T09:00", SYDNEY, now)).toEqual({
      ...{ ok: true, until: new Date("2026-11-30T22:00:00Z") },
    });
  });
  it.each([
    ["tomorrow", /such as/],
    ["2026-02-30T09:00", /such as/],
    ["2026-13-01T09:00", /such as/],
    ["2026-11-30T09:00", /still to come/],
    ["2028-01-01T09:00", /within a year/],
    // The clocks of Sydney go from 02:00 to 03:00.
    ["2027-10-03T02:30", /skips/],
  ])("of %j is refused", (local, fault) => {
    expect(readSnooze(local, SYDNEY, now)).toMatchObject({ ok: false, fault: expect.stringMatching(fault) });
  });
  it("to a time that the clock shows twice ends the first time that is still to come", () => {
    const until = (at: string) => readSnooze("2027-04-04T02:30", SYDNEY, new Date(at));
    expect(until("2027-04-03T00:00:00Z")).toMatchObject({ until: new Date("2027-04-03T15:30:00Z") });
    expect(until("2027-04-03T16:00:00Z")).toMatchObject({ until: new Date("2027-04-03T16:30:00Z") });
  });
  it("has choices that are still to come", () => {
    // Monday, 17:00 in Sydney.
    expect(snoozeChoices(SYDNEY, now)).toEqual([
      { label: "In 3 hours", local: "2026-11-30T20:00" },
      { label: "Tomorrow at 9:00", local: "2026-12-01T09:00" },
      { label: "Monday at 9:00", local: "2026-12-07T09:00" },
    ]);
  });
});

describe("working time", () => {
  const hours = everyDay("09:00", "17:00").map((day, n) => (n > 4 ? null : day));
  const between = (from: string, to: string, week = hours as typeof hours | null) =>
    workingSeconds(week, "UTC", new Date(from), new Date(to));
  it("counts the hours in which the team works", () => {
    // Friday 16:30 to Monday 09:10.
    expect(between("2026-11-27T16:30:00Z", "2026-11-30T09:10:00Z")).toBe(40 * 60);
    expect(between("2026-11-28T10:00:00Z", "2026-11-28T11:00:00Z")).toBe(0);
    expect(between("2026-11-27T10:00:00Z", "2026-11-27T10:05:00Z")).toBe(300);
    expect(between("2026-11-27T10:05:00Z", "2026-11-27T10:00:00Z")).toBe(0);
  });
  it("is all time without hours, or with hours that never end, and none if no day opens", () => {
    const day = ["2026-11-28T10:00:00Z", "2026-11-29T10:00:00Z"] as const;
    expect(between(...day, null)).toBe(86_400);
    expect(between(day[1], day[0], null)).toBe(0);
    expect(between(...day, everyDay("00:00", "24:00") as never)).toBe(86_400);
    expect(between(...day, Array(7).fill(null))).toBe(0);
  });
});
