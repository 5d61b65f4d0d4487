import presets from "../data/quiet-hours-presets.json" with { type: "json" };
import { holidayDays } from "./public-holidays.ts";
import { closedOn, type Schedule } from "./quiet-hours.ts";
import type { HolidayRow, HoursRow } from "./rule-inputs.ts";
import { type DayHours, normalWeek, type WeekSchedule } from "./week-schedule.ts";

/** A rule of law or practice: when marketing texts may go in a jurisdiction, and how sure we are. */
export interface HoursRule {
  /** Unique: "US-FL". */
  jurisdiction: string;
  /** In English: "Florida". */
  name: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** State or province code; null for the whole country; "unknown" for people whose state is not known. */
  region: string | null;
  /** A statute always applies. Guidance applies unless an owner chooses otherwise for that country. */
  basis: "statute" | "guidance";
  week: WeekSchedule;
  /** The hours on public holidays: the same as on other days, these, or none (null). */
  holidays: "as usual" | DayHours;
  /** How many texts a number may get in 24 hours; null: no cap. */
  capPerDay: number | null;
  law: string;
  /** A public page. */
  source: string;
  /** When somebody last read the source: "YYYY-MM-DD". */
  checked: string;
  confidence: string;
  note?: string;
  /** Whether it is the default of a country that nobody has looked up. */
  isDefault: boolean;
  /** The version by which the platform's operator set it; absent: it is shipped. */
  version?: string;
  /** Public holidays that the platform's operator set for its country; absent: those shipped. */
  holidayRows?: readonly HolidayRow[];
}

type Row = Omit<HoursRow, "country" | "note"> & { country: string | null; note?: string | undefined };

/** A country's own hours in place of those shipped, and the version that set them. */
export interface OwnHours {
  rows: readonly HoursRow[];
  version: string;
}

/** Rules of hours of every country. It never changes: a change makes another book. */
export interface HoursBook {
  /** Every rule, without the defaults of countries that have none. */
  rules: readonly HoursRule[];
  /** Rules of public holidays by country, in place of those shipped. */
  holidays: ReadonlyMap<string, readonly HolidayRow[]>;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const UNKNOWN_REGION = "unknown";

const rows = presets.rows as unknown as readonly Row[];
const defaultRow = rows.find(({ country }) => country === null)!;

/** The hours of `core/data`. */
export const SHIPPED_HOURS: HoursBook = {
  rules: rows
    .filter((row) => row !== defaultRow)
    .map((row) => ruleFrom(row, { country: row.country!, isDefault: false })),
  holidays: new Map(),
};

/** Returns the shipped rules of a country as the data have them, to be changed and entered again. */
export const shippedHoursRows = (country: string): readonly HoursRow[] =>
  rows.filter((row) => row.country === country) as readonly HoursRow[];

/** Returns the shipped hours with those that the platform's operator set for some countries in their place. */
export function hoursBookWith(
  own: ReadonlyMap<string, OwnHours>,
  holidays: ReadonlyMap<string, readonly HolidayRow[]>,
): HoursBook {
  if (own.size === 0 && holidays.size === 0) return SHIPPED_HOURS;
  const shipped = SHIPPED_HOURS.rules.filter(({ country }) => !own.has(country));
  const set = [...own.values()].flatMap(({ rows, version }) =>
    rows.map((row) => ruleFrom(row, { country: row.country, isDefault: false, version })),
  );
  const rules = [...shipped, ...set].map((rule) => withHolidays(rule, holidays));
  return { rules, holidays };
}

function withHolidays(rule: HoursRule, holidays: HoursBook["holidays"]): HoursRule {
  const holidayRows = holidays.get(rule.country);
  return holidayRows ? { ...rule, holidayRows } : rule;
}

/** Returns every rule of the table, without the defaults of countries that have none. */
export function hoursRules(book: HoursBook = SHIPPED_HOURS): readonly HoursRule[] {
  return book.rules;
}

/** What a book answered already, because every message asks. */
interface Answers {
  places: Map<string, readonly HoursRule[]>;
  defaults: Map<string, HoursRule>;
}
const answersOf = new WeakMap<HoursBook, Answers>();
const PLACES_MAX = 1_000;

function answers(book: HoursBook): Answers {
  const known = answersOf.get(book);
  if (known) return known;
  const none: Answers = { places: new Map(), defaults: new Map() };
  answersOf.set(book, none);
  return none;
}

/**
 * Returns the rules of a country and of a region there. A country without any rule has the default one. Without a
 * region: those of the whole country, and the one for people of unknown state.
 */
export function rulesAt(
  country: string,
  region: string | null = null,
  book: HoursBook = SHIPPED_HOURS,
): readonly HoursRule[] {
  const place = `${country} ${region ?? ""}`;
  const { places } = answers(book);
  const known = places.get(place);
  if (known) return known;
  const ofCountry = book.rules.filter((rule) => rule.country === country);
  const found =
    ofCountry.length > 0
      ? ofCountry.filter((rule) => rule.region === null || rule.region === (region ?? UNKNOWN_REGION))
      : [defaultRule(country, book)];
  // Bounded, because places come from outside.
  if (places.size < PLACES_MAX) places.set(place, found);
  return found;
}

/** Returns the strictest cap per 24 hours that any rule of the book has; null: none has one. */
export function leastLawCap(book: HoursBook = SHIPPED_HOURS): number | null {
  const caps = book.rules.flatMap(({ capPerDay }) => (capPerDay === null ? [] : [capPerDay]));
  return caps.length === 0 ? null : Math.min(...caps);
}

const countryNames = new Intl.DisplayNames("en", { type: "region", fallback: "code" });
/** Returns the English name of a country by its code; another text unchanged. */
export function countryName(country: string): string {
  return /^[A-Z]{2}$/.test(country) ? countryNames.of(country)! : country;
}

/** Returns the same rule for a country each time, because schedules are compared by identity. */
function defaultRule(country: string, book: HoursBook): HoursRule {
  const { defaults } = answers(book);
  const known = defaults.get(country);
  if (known) return known;
  const name = countryName(country);
  const made = ruleFrom({ ...defaultRow, name, jurisdiction: country }, { country, isDefault: true });
  const rule = withHolidays(made, book.holidays);
  if (defaults.size < PLACES_MAX) defaults.set(country, rule);
  return rule;
}

const schedules = new WeakMap<HoursRule, Schedule>();
const ruleOfSchedule = new WeakMap<Schedule, HoursRule>();

/**
 * Returns the hours of a rule for the gates, also on the public holidays of its country (and region) if it says so. A
 * rule gives the same object each time.
 */
export function scheduleOf(rule: HoursRule): Schedule {
  const known = schedules.get(rule);
  if (known) return known;
  const { holidays, country, region, week, holidayRows } = rule;
  const schedule: Schedule =
    holidays === "as usual" ? week : closedOn(week, holidayDays(country, region, holidayRows), holidays);
  schedules.set(rule, schedule);
  ruleOfSchedule.set(schedule, rule);
  return schedule;
}

/** Returns the shipped rule of that name, as stored with a decision; null if there is none any more. */
export function ruleNamed(jurisdiction: string): HoursRule | null {
  const known = SHIPPED_HOURS.rules.find((rule) => rule.jurisdiction === jurisdiction);
  if (known) return known;
  return /^[A-Z]{2}$/.test(jurisdiction) ? rulesAt(jurisdiction)[0]! : null;
}

/** Returns the rule whose hours these are; null for hours that an organisation or a campaign chose. */
export function ruleOf(schedule: Schedule): HoursRule | null {
  return ruleOfSchedule.get(schedule) ?? null;
}

function ruleFrom(row: Row, of: Pick<HoursRule, "country" | "isDefault" | "version">): HoursRule {
  const { hours, holidays, capPerDay = null, note, ...rest } = row;
  return {
    ...rest,
    ...(note !== undefined && { note }),
    ...of,
    week: weekFrom(hours),
    holidays: holidays === "as usual" ? holidays : hoursFrom(holidays),
    capPerDay,
  };
}

function weekFrom(hours: Readonly<Record<string, string>>): WeekSchedule {
  const week: DayHours[] = DAYS.map(() => null);
  for (const [days, text] of Object.entries(hours)) {
    const [first, last = first] = days.split("-");
    week.fill(hoursFrom(text), DAYS.indexOf(first!), DAYS.indexOf(last!) + 1);
  }
  return normalWeek(week);
}

/** "09:00-12:00, 14:00-18:00"; "closed" is no hours. */
function hoursFrom(text: string): DayHours {
  if (text === "closed") return null;
  return text.split(", ").map((window) => {
    const [open, close] = window.split("-");
    return { open: open!, close: close! };
  });
}
