import { z } from "zod";

const DAY = "(?:mon|tue|wed|thu|fri|sat|sun)";
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const dayKey = z
  .string()
  .regex(new RegExp(`^${DAY}(?:-${DAY})?$`), "Name the days as mon-fri or sun.")
  .refine((key) => {
    const [first, last = first] = key.split("-");
    return DAYS.indexOf(first!) <= DAYS.indexOf(last!);
  }, "Name the days in order, Monday first.");

const TIME = "(?:(?:[01]\\d|2[0-3]):[0-5]\\d|24:00)";
const WINDOW = `${TIME}-${TIME}`;
const windows = z
  .string()
  .regex(new RegExp(`^${WINDOW}(?:, ${WINDOW})?$`), "Write hours as 09:00-12:00, 14:00-18:00.")
  .refine(areInOrder, "The hours must lie in one day, the earlier first, and must not overlap.");

/** One rule of hours of a country, with the page that says so. `core/data/quiet-hours-presets.json` explains the fields. */
export const hoursRuleInput = z.strictObject({
  /** Unique: "KE", "US-FL", or "FR (recommended)". */
  jurisdiction: z
    .string()
    .regex(/^[A-Z]{2}(?:-(?:[A-Z0-9]{1,6}|unknown))?(?: \([a-z ]{2,30}\))?$/, "Name it as KE or US-FL."),
  name: z.string().trim().min(2).max(100),
  country: z.string().regex(/^[A-Z]{2}$/),
  region: z
    .string()
    .regex(/^(?:[A-Z0-9]{1,6}|unknown)$/)
    .nullable(),
  basis: z.enum(["statute", "guidance"]),
  hours: z.record(dayKey, windows).refine((hours) => {
    const named = Object.keys(hours).flatMap(daysOf);
    return named.length > 0 && named.length === new Set(named).size;
  }, "Name at least one day with hours, and each day once."),
  holidays: z.union([z.enum(["closed", "as usual"]), windows]),
  capPerDay: z.int().min(1).max(100).optional(),
  law: z.string().trim().min(3, "Name the law or the practice.").max(500),
  source: z
    .url({ protocol: /^https$/, error: "Give the public page that says so, beginning with https://." })
    .max(500),
  checked: z.iso.date("Write the day on which you read the source as 2026-11-29."),
  confidence: z.string().trim().min(3).max(300),
  note: z.string().trim().min(3).max(1000).optional(),
});
export type HoursRow = z.output<typeof hoursRuleInput>;

function daysOf(key: string): string[] {
  const [first, last = first] = key.split("-");
  return DAYS.slice(DAYS.indexOf(first!), DAYS.indexOf(last!) + 1);
}

function areInOrder(text: string): boolean {
  const times = text.split(/, |-/);
  return times.every((time, at) => at === 0 || time > times[at - 1]!);
}

const MONTH_DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])";
const WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const on = new RegExp(`^(?:${MONTH_DAY}|easter[+-]\\d{1,3}|${WEEKDAY} from ${MONTH_DAY})$`);
const region = z.string().regex(/^[A-Z0-9]{1,6}$/, "A region is its code, such as NSW.");
const year = z.int().min(1900).max(2100);
const days = z.int().min(-6).max(6);

/** One rule of a country's public holidays. `core/data/public-holidays.json` explains the fields. */
export const holidayRowInput = z
  .strictObject({
    name: z.string().trim().min(2, "Give the holiday a name.").max(100),
    on: z
      .string()
      .regex(on, "Write the day as 12-25, easter+1, or monday from 06-01.")
      .refine((text) => !isNoDay(text), "There is no such day.")
      .optional(),
    dates: z.array(z.iso.date("Write each date as 2026-12-25.")).min(1).max(200).optional(),
    substitute: z.strictObject({ saturday: days.optional(), sunday: days.optional() }).optional(),
    moves: z.boolean().optional(),
    only: z.array(region).min(1).max(100).optional(),
    except: z.array(region).min(1).max(100).optional(),
    from: year.optional(),
    until: year.optional(),
    note: z.string().trim().max(300).optional(),
  })
  .refine(
    (row) => (row.on === undefined) !== (row.dates === undefined),
    "A holiday needs either a rule (on) or its dates, not both.",
  );
export type HolidayRow = z.output<typeof holidayRowInput>;

/** A day that no year has, such as 02-30. 29 February is one. */
function isNoDay(text: string): boolean {
  const day = text.slice(-5);
  if (text.startsWith("easter")) return false;
  const date = new Date(`2024-${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(5, 10) !== day;
}

/** The states or provinces of a country by code, with the zones that each lies in. `core/data/state-zones.json` has such. */
export const stateZonesInput = z
  .record(
    z.string().regex(/^[A-Z0-9]{1,6}$/, "A state has a code of capital letters and figures, such as NSW."),
    z.strictObject({
      name: z.string().trim().min(2).max(100),
      /** IANA names, the one where most people live first. */
      zones: z.array(z.string().max(64)).min(1).max(20),
    }),
  )
  .refine((states) => Object.keys(states).length > 0, "Name at least one state.");
export type StateZones = z.output<typeof stateZonesInput>;
