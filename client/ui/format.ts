/** Numbers, money and times as the viewer's own locale writes them. `locale` is an argument for tests only. */
const MICROS_PER_UNIT = 1_000_000;

export function formatCount(count: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** "1 contact", "2,000 contacts". */
export function countOf(count: number, one: string, many = `${one}s`, locale?: string): string {
  return `${formatCount(count, locale)} ${count === 1 ? one : many}`;
}

/** Micros of a currency. Amounts under one unit keep four decimals: a segment costs less than a cent. */
export function formatMoney(micros: number, currency: string, locale?: string): string {
  const small = micros !== 0 && Math.abs(micros) < MICROS_PER_UNIT;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    maximumFractionDigits: small ? 4 : 2,
  }).format(micros / MICROS_PER_UNIT);
}

/** A share from 0 to 1. Only a whole is "100%", only nothing is "0%". */
export function formatShare(share: number, locale?: string): string {
  const bounded = share > 0 && share < 0.01 ? 0.01 : share > 0.99 && share < 1 ? 0.99 : share;
  return new Intl.NumberFormat(locale, { style: "percent" }).format(bounded);
}

export function formatBytes(bytes: number, locale?: string): string {
  const steps = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(3, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: steps[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

/** "45 s", "3 min", "2 h 5 min", "3 days". */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (durationMs < 1000) return "under a second";
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

export type Precision = "minute" | "second" | "millisecond" | "day";

/** A moment on the wall clock of `zone` (the viewer's when absent). Today's needs no date. */
export function formatMoment(
  at: Date,
  now: Date,
  precision: Precision,
  zone?: string,
  locale?: string,
): string {
  const day = new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: "short" });
  const isToday = day.format(at) === day.format(now);
  const isThisYear = at.getUTCFullYear() === now.getUTCFullYear();
  const date: Intl.DateTimeFormatOptions = {
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
  };
  const clock: Intl.DateTimeFormatOptions = {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(precision === "minute" ? {} : { second: "2-digit" }),
    ...(precision === "millisecond" ? { fractionalSecondDigits: 3 } : {}),
  };
  const parts = precision === "day" ? date : isToday ? clock : { ...date, ...clock };
  return new Intl.DateTimeFormat(locale, { timeZone: zone, ...parts }).format(at);
}

/** Only the clock, for what stands under its day. */
export function formatClock(at: Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** "Wednesday, 25 November", with the year where it is not this one. */
export function formatDay(at: Date, now = new Date(), locale?: string): string {
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", ...year }).format(
    at,
  );
}

/** The full moment with its zone named, for a title. */
export function formatFullMoment(at: Date, zone?: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(at);
}

/** "3 minutes ago", "in 2 hours". */
export function formatAgo(at: Date, now: Date, locale?: string): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 45) return relative.format(seconds, "second");
  if (size < 45 * 60) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 22 * 3600) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** An E.164 number in groups that people read, where its country's habit is simple; else as it is. */
export function formatPhone(e164: string): string {
  const groups =
    /^(\+61)(4\d\d)(\d{3})(\d{3})$/.exec(e164) ??
    /^(\+61)([2378])(\d{4})(\d{4})$/.exec(e164) ??
    /^(\+1)(\d{3})(\d{3})(\d{4})$/.exec(e164) ??
    /^(\+64)(2\d)(\d{3})(\d{3,5})$/.exec(e164) ??
    /^(\+44)(7\d{3})(\d{3})(\d{3})$/.exec(e164);
  return groups ? groups.slice(1).join(" ") : e164;
}

/** A contact's name, or the number where nobody knows one. */
export function nameOf(contact: {
  firstName: string | null;
  lastName: string | null;
  phone: string;
}): string {
  const name = [contact.firstName, contact.lastName].filter(Boolean).join(" ");
  return name === "" ? formatPhone(contact.phone) : name;
}

/** "AU" as "Australia". */
export function countryName(code: string | null, locale: string | undefined = undefined): string {
  if (!code) return "Unknown country";
  try {
    return new Intl.DisplayNames(locale === undefined ? [] : [locale], { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
