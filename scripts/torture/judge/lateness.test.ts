import { expect, it } from "vitest";
import type { Attempt, Evidence, HandOver } from "./evidence.ts";
import { tooLateFor } from "./lateness.ts";

const LIMIT = 1_000_000;

/** A request that began and arrived so long after the limit (ms; null: its sender died without a note). */
function late(
  times: { began: number | null; arrived: number; claimed?: number },
  freezes: { from: number; until: number }[] = [],
): number | null {
  const claimedAt = LIMIT + (times.claimed ?? -300);
  const attempt = { startedAt: times.began === null ? null : LIMIT + times.began, claimedAt };
  const evidence = { attempts: new Map([["a", attempt as Attempt]]), world: { freezes } };
  const handOver = { attemptId: "a", at: LIMIT + times.arrived } as HandOver;
  return tooLateFor(evidence as unknown as Evidence, handOver, LIMIT);
}

it("lets pass what began in time and was on its way for a while", () => {
  expect(late({ began: -200, arrived: -190 })).toBeNull();
  expect(late({ began: -1, arrived: 900 })).toBeNull();
});

it("does not let pass what began after the limit, however it was held up", () => {
  expect(late({ began: 50, arrived: 60 })).toBe(50);
  const freeze = { from: LIMIT - 500, until: LIMIT + 40 };
  expect(late({ began: 50, arrived: 60 }, [freeze])).toBe(50);
});

it("believes no note that the arrival contradicts, unless the process stood still meanwhile", () => {
  expect(late({ began: -10, arrived: 4_000 })).toBe(4_000);
  expect(late({ began: -10, arrived: 4_000 }, [{ from: LIMIT - 20, until: LIMIT + 3_990 }])).toBeNull();
});

it("bounds a request without a note by its claim", () => {
  expect(late({ began: null, claimed: -300, arrived: 100 })).toBeNull();
  expect(late({ began: null, claimed: 10, arrived: 300 })).toBe(260);
});
