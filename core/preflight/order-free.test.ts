import { describe, expect, test } from "vitest";
import { exampleAllowances, exampleFacts, exampleSender } from "../testing/example.ts";
import { orderFreeVerdicts } from "./order-free.ts";

const NOW = new Date("2026-11-23T04:00:00Z");
const group = (count: number, changes: Parameters<typeof exampleFacts>[0] = {}) => ({
  count,
  message: { facts: exampleFacts({ segments: 1, priceMicros: 100, ...changes }), refusal: null },
});
const money = (dailyLeftMicros: number, monthlyLeftMicros = 1e9) => {
  const allowances = exampleAllowances({ senders: [exampleSender({ tokens: Number.POSITIVE_INFINITY })] });
  allowances.tenantTokens = Number.POSITIVE_INFINITY;
  allowances.budget = { ...allowances.budget, dailyLeftMicros, monthlyLeftMicros };
  return allowances;
};
const kinds = (verdicts: ReturnType<typeof orderFreeVerdicts>) => verdicts?.map(({ kind }) => kind) ?? null;

describe("groups of messages that are alike", () => {
  test("take what all of their messages need", () => {
    const allowances = money(1_000);
    expect(kinds(orderFreeVerdicts([group(10)], allowances, NOW))).toEqual(["send"]);
    expect(allowances.budget).toMatchObject({ dailyLeftMicros: 0, monthlyLeftMicros: 1e9 - 1_000 });
  });

  test.each([
    ["the day's money", money(999)],
    ["the month's money", money(1e9, 999)],
  ])("have no common verdict where %s ends among them, and take nothing", (_, allowances) => {
    const before = structuredClone(allowances);
    expect(orderFreeVerdicts([group(10)], allowances, NOW)).toBeNull();
    expect(allowances).toEqual(before);
  });

  test("have none where a warm-up ends among them", () => {
    const allowances = money(1e9);
    allowances.senders[0]!.warmUpLeft = 9;
    expect(orderFreeVerdicts([group(10)], allowances, NOW)).toBeNull();
    allowances.senders[0]!.warmUpLeft = 10;
    expect(kinds(orderFreeVerdicts([group(10)], allowances, NOW))).toEqual(["send"]);
    expect(kinds(orderFreeVerdicts([group(10)], allowances, NOW))).toEqual(["hold"]);
  });

  test("are all held where nothing is left for one of them", () => {
    const allowances = money(99);
    expect(kinds(orderFreeVerdicts([group(10)], allowances, NOW))).toEqual(["hold"]);
    expect(allowances.budget.dailyLeftMicros).toBe(99);
  });

  test("are held for the same time, or the order decides", () => {
    // The dear one waits for the day; once the cheap ones have used up the month's money, it would wait for that.
    const allowances = money(150, 300);
    const groups = [group(1), group(1, { priceMicros: 250 })];
    expect(orderFreeVerdicts(groups, allowances, NOW)).toBeNull();
  });

  test("are dropped whatever is left", () => {
    const refused = { count: 3, message: { ...group(1).message, refusal: { characters: 0 } } };
    expect(kinds(orderFreeVerdicts([refused], money(0), NOW))).toEqual(["drop"]);
  });
});
