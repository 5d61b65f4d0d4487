import { z } from "zod";

/**
 * A first part of a frozen audience goes, and the rest waits for a decision. Each message has a draw, a number that a hash
 * of campaign and contact gives. A campaign stores up to which draw its messages may go (`open_draws`), and this number only
 * grows. The claim compares the two, so nothing else lets a message of the rest out.
 */

/** Draws are whole numbers from 0 to this, as a PostgreSQL `integer` holds them. */
export const DRAW_MAX = 2 ** 31 - 1;

/**
 * Where the due times of waiting messages begin: their draw in milliseconds after it. So the index by due time also finds
 * those up to a draw, and the dispatcher never sees one that waits. No campaign is due then.
 */
export const WAITING_FROM_MS = Date.UTC(9000, 0, 1);

/** Returns the due time of a message that waits for the first part. */
export const waitingDueAt = (draw: number): Date => new Date(WAITING_FROM_MS + draw);

/** A part of fewer people says nothing about anybody else. */
const FIRST_PART_MIN = 50;

/** The first part goes in this time, from the last of its own send times, or a person decides. Covers a closed weekend. */
export const SENT_WITHIN_HOURS = 72;

/** A few go first, and the rest goes by itself unless they fail, opt out or complain more than usual. */
export const canaryInput = z.strictObject({
  /** The share of the audience that goes first. It is at least `FIRST_PART_MIN` people. */
  percent: z
    .int("Give a whole number of percent.")
    .min(1, "Send to at least 1 % first.")
    .max(50, "Send to at most 50 % first."),
  /** How long the first part is watched, from when the last of its messages has gone. */
  watchMinutes: z
    .int("Give whole minutes.")
    .min(5, "Watch for at least 5 minutes.")
    .max(24 * 60, "Watch for at most 24 hours (1,440 minutes)."),
});
export type Canary = z.output<typeof canaryInput>;

/** Returns how many people a share of an audience is: at least `FIRST_PART_MIN`, or everybody where there are fewer. */
export function partSize(audience: number, percent: number): number {
  return Math.min(audience, Math.max(FIRST_PART_MIN, Math.ceil((audience * percent) / 100)));
}

/** canary: a few who go first. test: those who get one of several texts, before one is chosen. */
export type FirstPartStep = "canary" | "test";

/**
 * waiting: an earlier part goes first. sending: its messages go. watching: they have gone. held: a person decides. open: the
 * rest goes, or has gone. over: the campaign ended before.
 */
export type FirstPartState = "waiting" | "sending" | "watching" | "held" | "open" | "over";

/** The states in which a person may decide. */
export const UNDECIDED_STATES = ["sending", "watching", "held"] as const satisfies FirstPartState[];
