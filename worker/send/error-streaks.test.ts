import { expect, test } from "vitest";
import type { HandOver } from "../carrier/carrier.ts";
import { ErrorStreaks } from "./error-streaks.ts";
import { outcomeOf } from "./outcome.ts";

const outcome = (handOver: HandOver) => outcomeOf("attempt", handOver, new Date(), new Date());
const misconfigured = outcome({ kind: "refused", httpStatus: 400, code: 21606 });
const otherwise = outcome({ kind: "refused", httpStatus: 400, code: 21212 });
const fine = outcome({ kind: "accepted", httpStatus: 201, sid: "SM", status: "queued" });

test("the fifth equal configuration error in a row pauses, one at a time or all at once", () => {
  const streaks = new ErrorStreaks();
  const paused = Array.from({ length: 6 }, () => streaks.note("a", misconfigured));
  expect(paused).toEqual([false, false, false, false, true, false]);
});

test("a success or another code begins anew", () => {
  for (const between of [fine, otherwise]) {
    const streaks = new ErrorStreaks();
    for (let time = 0; time < 4; time += 1) streaks.note("a", misconfigured);
    expect(streaks.note("a", between)).toBe(false);
    expect(streaks.note("a", misconfigured)).toBe(false);
  }
});

test("campaigns neither add to nor hide each other's errors", () => {
  const streaks = new ErrorStreaks();
  for (let time = 0; time < 4; time += 1) {
    expect(streaks.note("a", misconfigured)).toBe(false);
    expect(streaks.note("b", time % 2 ? misconfigured : fine)).toBe(false);
  }
  expect(streaks.note("a", misconfigured)).toBe(true);
});
