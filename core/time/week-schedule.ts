/** Hours when a message may go, on the recipient's wall clock: from `open` until just before `close`. */
export type DayWindow = { open: string; close: string };

/** The hours of one day: one window, several in order without overlap, or null for none. */
export type DayHours = DayWindow | readonly DayWindow[] | null;

/** Seven days, Monday first; null is a day on which nothing may go. */
export type WeekSchedule = readonly DayHours[];

const MIDNIGHT = "24:00";
const DAYS = 7;

/** Returns the windows of a day, earliest first. */
export function windowsOf(day: DayHours | undefined): readonly DayWindow[] {
  if (!day) return [];
  return isList(day) ? day : [day];
}

/**
 * Returns the week in its one stored form: windows in order, those that touch or overlap joined, and a window over
 * midnight split at midnight into the next day. `close` at or before `open` means the next day.
 */
export function normalWeek(days: readonly DayHours[]): WeekSchedule {
  const week: DayWindow[][] = days.map(() => []);
  for (const [index, day] of days.entries()) {
    for (const { open, close } of windowsOf(day)) {
      if (open < close) {
        week[index]!.push({ open, close });
        continue;
      }
      week[index]!.push({ open, close: MIDNIGHT });
      if (close > "00:00") week[(index + 1) % DAYS]!.push({ open: "00:00", close });
    }
  }
  return week.map((windows) => dayOf(joined(windows)));
}

/** Returns the hours that are in both days. */
export function overlapOf(one: DayHours | undefined, other: DayHours | undefined): DayHours {
  const both = windowsOf(one).flatMap((window) =>
    windowsOf(other).flatMap((limit) => {
      const open = window.open > limit.open ? window.open : limit.open;
      const close = window.close < limit.close ? window.close : limit.close;
      return open < close ? [{ open, close }] : [];
    }),
  );
  return dayOf(joined(both));
}

/** Returns a day in words: "09:00–12:00 and 14:00–18:00"; null without hours. */
export function dayWords(day: DayHours | undefined): string | null {
  const windows = windowsOf(day).map(({ open, close }) => `${open}–${close}`);
  return windows.length === 0 ? null : windows.join(" and ");
}

function isList(day: DayWindow | readonly DayWindow[]): day is readonly DayWindow[] {
  return Array.isArray(day);
}

function dayOf(windows: readonly DayWindow[]): DayHours {
  return windows.length > 1 ? windows : (windows[0] ?? null);
}

function joined(windows: readonly DayWindow[]): DayWindow[] {
  const result: DayWindow[] = [];
  for (const window of [...windows].sort((a, b) => (a.open < b.open ? -1 : 1))) {
    const last = result.at(-1);
    if (!last || window.open > last.close) result.push({ ...window });
    else if (window.close > last.close) last.close = window.close;
  }
  return result;
}
