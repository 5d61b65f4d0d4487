/** The hours when a message may go, on the recipient's wall clock: from `open` until just before `close`. */
export type DayWindow = { open: string; close: string };

/** Seven days, Monday first; null is a day on which nothing may go. */
export type WeekSchedule = readonly (DayWindow | null)[];
