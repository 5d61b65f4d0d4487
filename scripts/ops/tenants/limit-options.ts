import { hoursWords, type TenantLimits } from "@smscrm/core/platform/limits";
import { everyDay, weekSchedule } from "@smscrm/core/time/quiet-hours";
import { OpsRefusal } from "../context.ts";

/** The options of `pnpm ops tenant limits`: an amount, or "none" to lift the limit. */
export interface LimitOptions {
  "daily-budget"?: string;
  "monthly-budget"?: string;
  rate?: string;
  numbers?: string;
  uploads?: string;
  "sending-hours"?: string;
}

const NONE = "none";
const GIB = 1024 ** 3;

/** Returns the limits that the options change. Throws a refusal that names the option and its form. */
export function readLimitOptions(options: LimitOptions): Partial<TenantLimits> {
  const change: Partial<TenantLimits> = {};
  const read = <K extends keyof TenantLimits>(
    option: keyof LimitOptions,
    key: K,
    parse: (text: string) => TenantLimits[K] | undefined,
    form: string,
  ) => {
    const text = options[option]?.trim();
    if (text === undefined) return;
    const value = text === NONE ? (null as TenantLimits[K]) : parse(text);
    if (value === undefined) throw new OpsRefusal(`--${option} must be ${form}, or none.`);
    change[key] = value;
  };
  read(
    "daily-budget",
    "dailyBudgetCents",
    cents,
    "an amount in the organisation's currency, such as 100 or 99.50",
  );
  read(
    "monthly-budget",
    "monthlyBudgetCents",
    cents,
    "an amount in the organisation's currency, such as 2000",
  );
  read("rate", "segmentsPerSecond", (text) => whole(text, 1, 10_000), "segments per second, from 1 to 10000");
  read("numbers", "sendingNumbers", (text) => whole(text, 0, 100_000), "a whole number, such as 5");
  read("uploads", "uploadBytesPerDay", bytes, "gigabytes in 24 hours, such as 1 or 0.5");
  read("sending-hours", "sendingHours", hours, "the earliest and latest local time, such as 09:00-21:00");
  return change;
}

function cents(text: string): number | undefined {
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(text)) return undefined;
  const [units = "0", fraction = ""] = text.split(".");
  return Number(units) * 100 + Number(fraction.padEnd(2, "0"));
}

function whole(text: string, min: number, max: number): number | undefined {
  const value = Number(text);
  return /^\d{1,6}$/.test(text) && value >= min && value <= max ? value : undefined;
}

function bytes(text: string): number | undefined {
  return /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Math.round(Number(text) * GIB) : undefined;
}

function hours(text: string): TenantLimits["sendingHours"] | undefined {
  const [open = "", close = ""] = text.split("-");
  const parsed = weekSchedule.safeParse(everyDay(open, close));
  return parsed.success ? parsed.data : undefined;
}

/** Returns a line for each limit, in words. */
export function limitLines(limits: TenantLimits, currency: string): string[] {
  const money = (amount: number) => `${(amount / 100).toFixed(2)} ${currency}`;
  const line = <T>(name: string, value: T | null, words: (value: T) => string) =>
    `  ${name.padEnd(20)} ${value === null ? "no limit" : words(value)}`;
  return [
    line("daily budget", limits.dailyBudgetCents, money),
    line("monthly budget", limits.monthlyBudgetCents, money),
    line("segments per second", limits.segmentsPerSecond, String),
    line("numbers and names", limits.sendingNumbers, String),
    line("uploads in 24 hours", limits.uploadBytesPerDay, (size) => `${+(size / GIB).toFixed(3)} GB`),
    line("sending hours", limits.sendingHours, hoursWords),
  ];
}
