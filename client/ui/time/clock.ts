import { createSignal } from "solid-js";

const [second, setSecond] = createSignal(new Date());
setInterval(() => setSecond(new Date()), 1000);

const [minute, setMinute] = createSignal(new Date());
setInterval(() => setMinute(new Date()), 20_000);

/** The current time, updated every second, for countdowns. */
export const thisSecond = second;

/** The current time, updated every 20 seconds, for "3 minutes ago". */
export const thisMinute = minute;

/** Returns the current wall clock of a zone, such as "14:05". */
export const wallClockIn = (zone: string): string =>
  new Intl.DateTimeFormat(undefined, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(thisMinute());
