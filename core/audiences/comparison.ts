import { wallMs } from "../time/wall-clock.ts";
import type { Comparison } from "./definition.ts";

/** When and where it is asked: days are those of the organisation's time zone. */
export interface AudienceClock {
  now: Date;
  /** IANA name. */
  zone: string;
}

export const DAY_MS = 86_400_000;

/** The statuses of a message that the carrier has, or may have. */
export const SENT_STATUSES: readonly string[] = ["sent", "delivered", "unknown"];

/** Capitals of A to Z don't matter. Other letters are compared as they are, as the database does. */
export const plain = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

type DateTest = Extract<Comparison, { is: "from" | "until" | "last-days" | "next-days" }>;

const FIRST_DATE = "0000-00-00";
const LAST_DATE = "9999-99-99";

/** Returns the first and the last date, as `YYYY-MM-DD`, for which a test of a date holds. */
export function datesOf(test: DateTest, clock: AudienceClock): [string, string] {
  if (test.is === "from") return [test.date, LAST_DATE];
  if (test.is === "until") return [FIRST_DATE, test.date];
  const today = dateIn(clock.zone, clock.now);
  const other = addDays(today, test.is === "next-days" ? test.days : -test.days);
  return test.is === "next-days" ? [today, other] : [other, today];
}

/** Returns the date in a zone. */
const dateIn = (zone: string, at: Date): string =>
  new Date(wallMs(zone, at.getTime())).toISOString().slice(0, 10);

/** Returns a later date. */
export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
