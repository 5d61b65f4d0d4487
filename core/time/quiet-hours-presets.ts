import presets from "../data/quiet-hours-presets.json" with { type: "json" };
import { holidayDays } from "./public-holidays.ts";
import { closedOn, type Schedule, type WeekSchedule } from "./quiet-hours.ts";

/** One row of law or practice: the hours for marketing in a jurisdiction, and how sure we are. */
export interface QuietHoursPreset {
  jurisdiction: string;
  /** ISO 3166-1 alpha-2; null for the row of all countries without one. */
  country: string | null;
  /** State or province code; null for the whole country. */
  region: string | null;
  /** A statute always applies on top of other hours; `offered` rows can be chosen. */
  basis: "statute" | "offered";
  law: string;
  confidence: string;
  note?: string;
  /** Whether the row also closes public holidays of its country (and region); "closed" only with a country. */
  publicHolidays: "closed" | "none";
  schedule: WeekSchedule;
}

const rows = presets.rows as readonly QuietHoursPreset[];

/**
 * Returns the rows for a location: the statutes that always apply (a country's and its region's), and the offered
 * ones. A country without a row is offered the general one. A country's offered rows do not depend on the region.
 * Presets are for marketing: messages that a person asked for (a code, a delivery) are exempt in every row.
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
 * Returns the hours of a row for the gates: closed on the public holidays of its country (and region) if the row says
 * so and we know them (AU, NZ, US, GB, CA; for other countries only the hours). A row gives the same object each
 * time. Without a region an Australian row closes only the national days, like its industry standard.
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

/** A cache, because every message needs it; bounded, because locations come from outside. */
const statutes = new Map<string, readonly Schedule[]>();
const LOCATIONS_MAX = 1_000;

/** Returns the schedules of the statutes there. They apply beside the tenant's and the campaign's. */
export function statuteSchedules(country: string, region?: string | null): readonly Schedule[] {
  const location = `${country} ${region ?? ""}`;
  const known = statutes.get(location);
  if (known) return known;
  const found = presetsFor(country, region).statute.map(presetSchedule);
  if (statutes.size < LOCATIONS_MAX) statutes.set(location, found);
  return found;
}
