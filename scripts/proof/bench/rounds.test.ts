import { expect, test } from "vitest";
import { readOptions } from "./options.ts";
import { isMissed, ratioLine, tableOf } from "./report.ts";
import { alternate, figureOf, ratioOf, roundsOf, spreadOf } from "./rounds.ts";

test("contenders are measured in turn, and each round starts with another one", async () => {
  const order: string[] = [];
  const contender = (name: string) => ({
    name,
    measure: async () => {
      order.push(name);
      return { perSecond: 1 };
    },
  });
  const samples = await alternate(["a", "b", "c"].map(contender), { rounds: 3, seconds: 60 }, () => {});
  expect(order.join("")).toBe("abcbcacab");
  expect(samples.get("b")).toHaveLength(3);
});

test("a round that would end too late does not start; the first one always does", async () => {
  const measure = async () => {
    await new Promise((done) => setTimeout(done, 20));
    return { perSecond: 1 };
  };
  const some = await alternate([{ name: "a", measure }], { rounds: 3, seconds: 0.01 }, () => {});
  expect(roundsOf(some)).toBe(1);
});

const samples = new Map([
  ["ours", [{ perSecond: 50 }, { perSecond: 10 }, { perSecond: 90 }]],
  ["bare", [{ perSecond: 100 }, { perSecond: 40 }, { perSecond: 100 }]],
]);

test("a ratio is computed within each round, so that a slow round is slow for both", () => {
  expect(ratioOf(samples, "ours", "bare")).toEqual({ median: 0.5, least: 0.25, most: 0.9 });
  expect(figureOf(samples, "ours")).toEqual({ median: 50, least: 10, most: 90 });
  expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5);
});

test("a goal is missed by the median alone, and the table says so", () => {
  const met = ratioLine(samples, "ours", "bare", { atLeast: 0.5 }, 0.6);
  const missed = ratioLine(samples, "ours", "bare", { atLeast: 0.51 });
  expect([isMissed(met), isMissed(missed), isMissed({ ...met, goal: { atMost: 0.4 } })]).toEqual([
    false,
    true,
    true,
  ]);
  const table = tableOf({ bench: "send", about: "3 rounds", samples: {}, lines: [met, missed] });
  expect(table).toMatch(/ours ÷ bare +0\.50 × +0\.25 – 0\.90 +≥ 0\.5 met \(next 0\.6\)/);
  expect(table).toMatch(/≥ 0\.51 MISSED/);
});

test("an unknown option is one sentence; no name means all benches but the long one", () => {
  expect(readOptions(["sned"])).toMatch(/no bench "sned"/);
  expect(readOptions(["--rounds", "0"])).toMatch(/--rounds must be a whole number from 1 on/);
  expect(readOptions(["import", "--rows", "5000"])).toMatchObject({ benches: ["import"], rows: 5_000 });
  expect(readOptions([])).toMatchObject({ benches: ["send", "webhook", "import", "follow"], json: null });
});
