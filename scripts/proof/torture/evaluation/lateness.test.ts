import { expect, it } from "vitest";
import type { Attempt, Evidence, Submission } from "./evidence.ts";
import { tooLateFor } from "./lateness.ts";

const LIMIT = 1_000_000;

/**
 * Returns how late a request is that began and arrived this long after the limit (ms; null: its sender died without a
 * record).
 */
function late(
  times: { began: number | null; arrived: number; claimed?: number },
  freezes: { from: number; until: number }[] = [],
): number | null {
  const claimedAt = LIMIT + (times.claimed ?? -300);
  const attempt = { startedAt: times.began === null ? null : LIMIT + times.began, claimedAt };
  const evidence = { attempts: new Map([["a", attempt as Attempt]]), environment: { freezes } };
  const submission = { attemptId: "a", at: LIMIT + times.arrived } as Submission;
  return tooLateFor(evidence as unknown as Evidence, submission, LIMIT);
}

it("allows a request that began in time and was delayed on its way", () => {
  expect(late({ began: -200, arrived: -190 })).toBeNull();
  expect(late({ began: -1, arrived: 900 })).toBeNull();
});

it("refuses a request that began after the limit, whatever delayed it", () => {
  expect(late({ began: 50, arrived: 60 })).toBe(50);
  const freeze = { from: LIMIT - 500, until: LIMIT + 40 };
  expect(late({ began: 50, arrived: 60 }, [freeze])).toBe(50);
});

it("ignores a record that the arrival contradicts, unless the process was frozen in between", () => {
  expect(late({ began: -10, arrived: 4_000 })).toBe(4_000);
  expect(late({ began: -10, arrived: 4_000 }, [{ from: LIMIT - 20, until: LIMIT + 3_990 }])).toBeNull();
});

it("bounds a request without a record by its claim", () => {
  expect(late({ began: null, claimed: -300, arrived: 100 })).toBeNull();
  expect(late({ began: null, claimed: 10, arrived: 300 })).toBe(260);
});
