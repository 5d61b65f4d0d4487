import { createSignal } from "solid-js";

const [second, setSecond] = createSignal(new Date());
setInterval(() => setSecond(new Date()), 1000);

const [minute, setMinute] = createSignal(new Date());
setInterval(() => setMinute(new Date()), 20_000);

/** The present moment, renewed each second; for countdowns. */
export const thisSecond = second;

/** The present moment, renewed three times a minute; for "3 minutes ago". */
export const thisMinute = minute;

/** The present wall clock of a zone, "14:05", for people who think of somebody there. */
export const wallClockIn = (zone: string): string =>
  new Intl.DateTimeFormat(undefined, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(thisMinute());
