/** These functions use the viewer's locale. Only tests pass `locale`. */
const MICROS_PER_UNIT = 1_000_000;

export function formatCount(count: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** Returns "1 contact" or "2,000 contacts". */
export function countOf(count: number, one: string, many = `${one}s`, locale?: string): string {
  return `${formatCount(count, locale)} ${count === 1 ? one : many}`;
}

/** Formats micros of a currency. Amounts under one unit keep four decimals, because a segment costs less than a cent. */
export function formatMoney(micros: number, currency: string, locale?: string): string {
  const small = micros !== 0 && Math.abs(micros) < MICROS_PER_UNIT;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    maximumFractionDigits: small ? 4 : 2,
  }).format(micros / MICROS_PER_UNIT);
}

/** Formats a share from 0 to 1. Only 1 is "100%" and only 0 is "0%". */
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

/** Returns "45 s", "3 min", "2 h 5 min" or "3 days". */
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

/** Formats a time in `zone`, or in the viewer's zone. Times of today have no date. */
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

/** Formats only the clock, for lists that are grouped by day. */
export function formatClock(at: Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** Returns "Wednesday, 25 November", with the year if it is not this year. */
export function formatDay(at: Date, now = new Date(), locale?: string): string {
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", ...year }).format(
    at,
  );
}

/** Formats the full time with the name of its zone, for a title. */
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

/** Returns "3 minutes ago" or "in 2 hours". */
export function formatAgo(at: Date, now: Date, locale?: string): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 45) return relative.format(seconds, "second");
  if (size < 45 * 60) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 22 * 3600) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** The part of a masked number that is shown: the reference after it is for the server. */
const shownPart = (phone: string) => phone.split("#", 1)[0]!;

/**
 * Formats an E.164 number, also a masked one, in the groups of its country. Countries without a simple pattern show as
 * they are.
 */
export function formatPhone(phone: string): string {
  if (phone.startsWith("erased:")) return "Erased person";
  const e164 = shownPart(phone);
  const groups =
    /^(\+61)(4[\d•]{2})([\d•]{3})([\d•]{3})$/.exec(e164) ??
    /^(\+61)([2378])([\d•]{4})([\d•]{4})$/.exec(e164) ??
    /^(\+1)([\d•]{3})([\d•]{3})([\d•]{4})$/.exec(e164) ??
    /^(\+64)(2[\d•])([\d•]{3})([\d•]{3,5})$/.exec(e164) ??
    /^(\+44)(7[\d•]{3})([\d•]{3})([\d•]{3})$/.exec(e164);
  return groups ? groups.slice(1).join(" ") : e164;
}

/** Returns a contact's name, or the number if there is no name. */
export function nameOf(contact: {
  firstName: string | null;
  lastName: string | null;
  phone: string;
}): string {
  const name = [contact.firstName, contact.lastName].filter(Boolean).join(" ");
  return name === "" ? formatPhone(contact.phone) : name;
}

/** Returns "Australia" for "AU". */
export function countryName(code: string | null, locale: string | undefined = undefined): string {
  if (!code) return "Unknown country";
  try {
    return new Intl.DisplayNames(locale === undefined ? [] : [locale], { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
