import presets from "./data/quiet-hours-presets.json" with { type: "json" };
import { holidayDays } from "./public-holidays.ts";
import { closedOn, type Schedule, type WeekSchedule } from "./quiet-hours.ts";

/** One row of law or practice: in which hours marketing may be sent there, and how sure we are. */
export interface QuietHoursPreset {
  jurisdiction: string;
  /** ISO 3166-1 alpha-2; null for the row that serves where nothing is known. */
  country: string | null;
  /** State or province code; null for the whole country. */
  region: string | null;
  /** A statute always applies on top of other hours; the rest is offered to choose from. */
  basis: "statute" | "offered";
  law: string;
  confidence: string;
  note?: string;
  /** Whether the row also closes public holidays of its country (and region); "closed" only with a country. */
  publicHolidays: "closed" | "none";
  schedule: WeekSchedule;
}

/** Which edition of the table decided: to be kept with what it decided. */
export const PRESETS_VERSION: string = presets.version;

const rows = presets.rows as readonly QuietHoursPreset[];

/**
 * The rows for a place: those that always apply (a country's and its region's) and those that may be chosen.
 * Without its own row a country is offered the general one. A country's offered rows do not depend on the region.
 * Presets are for marketing: what the person asked for (a code, a delivery) is exempt in every row.
 */
export function presetsFor(
  country: string,
  region?: string | null,
): { statute: QuietHoursPreset[]; offered: QuietHoursPreset[] } {
  const here = rows.filter(
    (row) => row.country === country && (row.region === null || row.region === region),
  );
  const found = here.length > 0 ? here : rows.filter((row) => row.country === null);
  return {
    statute: found.filter((row) => row.basis === "statute"),
    offered: found.filter((row) => row.basis === "offered"),
  };
}

/**
 * The hours of a row as the gates use them: closed on the public holidays of its country (and region) where it says
 * so and we know them (AU, NZ, US, GB, CA; for other countries the hours alone). The same object for a row each
 * time. Without a region an Australian row closes the national days only, as its industry standard does.
 */
export function presetSchedule(preset: QuietHoursPreset): Schedule {
  const known = schedules.get(preset);
  if (known) return known;
  const days = preset.publicHolidays === "closed" ? holidayDays(preset.country!, preset.region) : NONE;
  const schedule = days.size > 0 ? closedOn(preset.schedule, days) : preset.schedule;
  schedules.set(preset, schedule);
  return schedule;
}

const NONE: ReadonlySet<number> = new Set();
const schedules = new WeakMap<QuietHoursPreset, Schedule>();

/** Answers kept, because every message asks; bounded, because places come from outside. */
const statutes = new Map<string, readonly Schedule[]>();
const MOST_PLACES = 1_000;

/** The schedules of the statutes there, ready to stand beside the tenant's and the campaign's. */
export function statuteSchedules(country: string, region?: string | null): readonly Schedule[] {
  const place = `${country} ${region ?? ""}`;
  const known = statutes.get(place);
  if (known) return known;
  const found = presetsFor(country, region).statute.map(presetSchedule);
  if (statutes.size < MOST_PLACES) statutes.set(place, found);
  return found;
}
