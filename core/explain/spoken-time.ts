import { formatMicros } from "../price/money.ts";

/** What it takes to write times in the recipient's zone and in the reader's. */
export interface Clocks {
  recipientZone: string;
  viewerZone: string;
  now: Date;
  locale?: string;
  /** ISO 4217; that of the account. Default USD. */
  currency?: string;
}

/** A British reader's 24-hour clock, where the reader's own locale is not known. */
const DEFAULT_LOCALE = "en-GB";
const DAY_MS = 86_400_000;

/** Returns "09:00 their time, 12:00 yours", with the date when it is a day or more away. */
export function spokenMoment(at: Date, clocks: Clocks): string {
  const theirs = spokenTime(at, clocks.recipientZone, clocks);
  const yours = spokenTime(at, clocks.viewerZone, clocks);
  return theirs === yours ? `${theirs}, their time and yours` : `${theirs} their time, ${yours} yours`;
}

/** Returns the time in one zone: "21:40", or "21:40 on Tue, 1 Dec" when it is a day or more from now. */
export function spokenTime(at: Date, zone: string, { now, locale = DEFAULT_LOCALE }: Clocks): string {
  const time = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
  if (Math.abs(at.getTime() - now.getTime()) < DAY_MS) return time;
  const day = { timeZone: zone, weekday: "short", day: "numeric", month: "short" } as const;
  return `${time} on ${new Intl.DateTimeFormat(locale, day).format(at)}`;
}

/** Returns the time left until then: "3 seconds", "2 minutes". */
export function spokenWait(at: Date, now: Date): string {
  const seconds = Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1_000));
  if (seconds < 90) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** "US$0.10", in the reader's locale and the account's currency. */
export function spokenMoney(micros: number, { locale = DEFAULT_LOCALE, currency = "USD" }: Clocks): string {
  return formatMicros(micros, /^[A-Z]{3}$/.test(currency) ? currency : "USD", locale);
}

/** "Australia/Perth" is Perth, "America/Argentina/Buenos_Aires" is Buenos Aires. */
export function cityOf(zone: string): string {
  return zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
}
