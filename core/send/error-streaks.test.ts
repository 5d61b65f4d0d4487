import { expect, test } from "vitest";
import { ErrorStreaks } from "./error-streaks.ts";
import { type CarrierAnswer, outcomeOf } from "./submission-outcome.ts";

const outcome = (answer: CarrierAnswer) => outcomeOf("attempt", answer, new Date(), new Date());
const misconfigured = outcome({ kind: "refused", httpStatus: 400, code: 21606 });
const otherwise = outcome({ kind: "refused", httpStatus: 400, code: 21212 });
const fine = outcome({ kind: "accepted", httpStatus: 201, sid: "SM", status: "queued" });

test("the fifth equal configuration error in a row pauses, one at a time or all at once", () => {
  const streaks = new ErrorStreaks();
  const paused = Array.from({ length: 6 }, () => streaks.note("a", misconfigured));
  expect(paused).toEqual([false, false, false, false, true, false]);
});

test("a success or another code restarts the count", () => {
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

test("remembers a thousand campaigns, and forgets the one that failed longest ago", () => {
  const streaks = new ErrorStreaks();
  for (const campaignId of ["first", "second"]) {
    for (let time = 0; time < 4; time += 1) streaks.note(campaignId, misconfigured);
  }
  for (let other = 0; other < 999; other += 1) streaks.note(`other ${other}`, misconfigured);
  expect(streaks.note("second", misconfigured)).toBe(true);
  expect(streaks.note("first", misconfigured)).toBe(false);
});
