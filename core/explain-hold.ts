import type { Looked } from "./gates/gate.ts";
import type { HoldReason } from "./send-job.ts";
import { type Clocks, cityOf, spokenMoment, spokenMoney, spokenTime, spokenWait } from "./spoken-time.ts";

/** What a sentence about a waiting message is made of. */
export interface HoldTelling {
  who: string;
  until: Date;
  looked: Looked;
  clocks: Clocks;
  /** How many zones the person may be in. */
  zoneCount: number;
}

/** One sentence or two for each reason to wait: what is in the way, and when it goes or what to do. */
export const HOLD_SENTENCES: Readonly<Record<HoldReason, (telling: HoldTelling) => string>> = {
  Paused: ({ looked }) =>
    looked.paused === "restore"
      ? "Held: the database was restored from a backup. Goes once an owner has seen what it lost and unlocks sending (System)."
      : `Held: ${looked.paused === "campaign" ? "this campaign" : "all sending"} is paused. Goes once somebody resumes it.`,
  "Frequency cap": (telling) =>
    `Held: ${telling.who} has had enough texts for now (${caps(telling.looked)}). ${goes(telling)}`,
  "Quiet hours": quietHours,
  "No sender": noSender,
  "Warm-up": (telling) =>
    `Held: your numbers have sent all that their warm-up allows today. ${goes(telling)}`,
  "Rate limit": ({ until, clocks }) =>
    `Held: waiting its turn, your numbers send only so many segments a second. Goes in about ${spokenWait(until, clocks.now)}.`,
  Budget: budget,
  "Carrier busy": ({ until, clocks }) =>
    `Held: the carrier asked us to slow down. Tried again in about ${spokenWait(until, clocks.now)}.`,
};

function noSender({ looked, until, clocks }: HoldTelling): string {
  const country = looked.country ?? "this country";
  const what =
    looked.needsWayOut === true
      ? `your sender name cannot be answered, and the text offers no other way to opt out. Add a number that can text ${country}`
      : `no number of yours can text ${country}. Add one`;
  return `Held: ${what}; looked at again at ${spokenTime(until, clocks.viewerZone, clocks)} your time.`;
}

function quietHours(telling: HoldTelling): string {
  const { who, looked, clocks, zoneCount } = telling;
  if (looked.opens === false) return `Held: the quiet hours never open for ${who}. Change them to let it go.`;
  const time = spokenTime(clocks.now, clocks.recipientZone, clocks);
  const place = cityOf(clocks.recipientZone);
  if (zoneCount > 1) {
    return `Held: we do not know where ${who} is, and it is ${time} in ${place}. Goes at ${spokenMoment(telling.until, clocks).replace("their time", `${place} time`)}, when it is day in all ${zoneCount} possible zones.`;
  }
  const what = looked.publicHoliday === true ? "a public holiday" : time;
  return `Held: it is ${what} for ${who} in ${place}. ${goes(telling)}`;
}

function budget(telling: HoldTelling): string {
  const { looked, until, clocks } = telling;
  if (looked.readable === false) {
    return `Held: the budget could not be read, and without it nothing is sent. Looked at again in about ${spokenWait(until, clocks.now)}.`;
  }
  const left = looked.limit === "month" ? looked.monthlyLeftMicros : looked.dailyLeftMicros;
  const period = looked.limit === "month" ? "this month's" : "today's";
  const money =
    typeof left === "number" && typeof looked.priceMicros === "number"
      ? `: ${spokenMoney(left, clocks)} is left and it costs ${spokenMoney(looked.priceMicros, clocks)}`
      : "";
  return `Held: ${period} budget does not cover it${money}. Goes when it is raised, or resets at ${spokenMoment(until, clocks)}.`;
}

function caps({ perDay, perWeek }: Looked): string {
  const parts = [
    typeof perDay === "number" ? `at most ${perDay} in 24 hours` : "",
    typeof perWeek === "number" ? `at most ${perWeek} in 7 days` : "",
  ];
  return parts.filter((part) => part !== "").join(", ") || "a cap of yours";
}

function goes({ until, clocks }: HoldTelling): string {
  return `Goes at ${spokenMoment(until, clocks)}.`;
}
