import type { Schedule } from "./quiet-hours.ts";
import { type HoursBook, type HoursRule, rulesAt, SHIPPED_HOURS, scheduleOf } from "./quiet-hours-presets.ts";

/** Which hours an owner chose for texts to a country: the recommended ones on top of its own, or only its own. */
export type DestinationChoice = "recommended" | "own";

export const DESTINATION_CHOICES = ["recommended", "own"] as const satisfies readonly DestinationChoice[];

/** The choices by country, ISO 3166-1 alpha-2. A country without one has the default: see `recommendedApply`. */
export type DestinationHours = Readonly<Record<string, DestinationChoice>>;

/** What an organisation's settings say about hours. */
export interface HoursSettings {
  /** Where the organisation is. */
  country: string;
  quietHours: Schedule;
  /** Absent: no choices. */
  destinationHours?: DestinationHours;
  /** The platform's limit, which nothing of the organisation can pass. Absent or null: none. */
  sendingHoursLimit?: Schedule | null;
  /** The rules in force; absent: those shipped. */
  book?: { readonly hours: HoursBook };
}

/** A country, and a state or province there where one is known, whose rules apply to a person. */
export interface Place {
  country: string;
  region: string | null;
}

/**
 * Whether a country's recommended hours apply beside the organisation's own. For its own country they are its own
 * choice, made when it set its hours; for any other country they apply until an owner chooses otherwise.
 */
export function recommendedApply(
  { country: home, destinationHours }: Pick<HoursSettings, "country" | "destinationHours">,
  country: string,
): boolean {
  const choice = destinationHours && Object.hasOwn(destinationHours, country) && destinationHours[country];
  if (choice === "recommended" || choice === "own") return choice === "recommended";
  return country !== home;
}

/**
 * Returns the hours that a message to these places must all respect: the organisation's, the campaign's, the law's,
 * the recommended ones where they apply, and the platform's limit. Claim, preflight, forecast and dashboard all ask
 * this. Recommended hours are for marketing only.
 */
export function hoursFor(
  settings: HoursSettings,
  campaign: Schedule | null,
  places: readonly Place[],
  { marketing = true }: { marketing?: boolean } = {},
): Schedule[] {
  const schedules: Schedule[] = [settings.quietHours];
  const hours = settings.book?.hours;
  if (campaign) schedules.push(campaign);
  for (const { country, region } of places) {
    const { statutes, recommended } = lawAt(country, region, hours);
    addTo(schedules, statutes);
    if (marketing && recommended.length > 0 && recommendedApply(settings, country)) {
      addTo(schedules, recommended);
    }
  }
  if (settings.sendingHoursLimit) schedules.push(settings.sendingHoursLimit);
  return schedules;
}

/** Two states of one country share its own rules. */
function addTo(schedules: Schedule[], others: readonly Schedule[]): void {
  for (const other of others) if (!schedules.includes(other)) schedules.push(other);
}

/** How many texts a number may get in 24 hours by the law of these places, and by which rule; null: no cap. */
export function lawCapAt(places: readonly Place[], hours: HoursBook = SHIPPED_HOURS): LawCap | null {
  let strictest: LawCap | null = null;
  for (const { country, region } of places) {
    for (const cap of lawAt(country, region, hours).caps) {
      if (!strictest || cap.perDay < strictest.perDay) strictest = cap;
    }
  }
  return strictest;
}

/** A cap of the law, and the rule that sets it. */
export interface LawCap {
  perDay: number;
  /** The rule's name, as `ruleNamed` knows it. */
  rule: string;
  /** The rule itself, if the platform's operator set it. */
  own?: HoursRule;
}

interface Law {
  statutes: readonly Schedule[];
  recommended: readonly Schedule[];
  caps: readonly LawCap[];
}

/** A cache, because every message needs it; bounded, because places come from outside. */
const lawByBook = new WeakMap<HoursBook, Map<string, Map<string, Law>>>();
const COUNTRIES_MAX = 300;
const REGIONS_MAX = 100;

function lawAt(country: string, region: string | null, hours: HoursBook = SHIPPED_HOURS): Law {
  let lawByPlace = lawByBook.get(hours);
  if (!lawByPlace) {
    lawByPlace = new Map();
    lawByBook.set(hours, lawByPlace);
  }
  let byRegion = lawByPlace.get(country);
  const known = byRegion?.get(region ?? "");
  if (known) return known;
  const law = lawFrom(rulesAt(country, region, hours));
  if (!byRegion) {
    byRegion = new Map();
    if (lawByPlace.size < COUNTRIES_MAX) lawByPlace.set(country, byRegion);
  }
  if (byRegion.size < REGIONS_MAX) byRegion.set(region ?? "", law);
  return law;
}

function lawFrom(rules: readonly HoursRule[]): Law {
  const ofBasis = (basis: HoursRule["basis"]) => rules.filter((rule) => rule.basis === basis);
  return {
    statutes: ofBasis("statute").map(scheduleOf),
    recommended: ofBasis("guidance").map(scheduleOf),
    caps: ofBasis("statute").flatMap((rule) => {
      const { capPerDay: perDay, jurisdiction } = rule;
      return perDay === null ? [] : [{ perDay, rule: jurisdiction, ...(rule.version && { own: rule }) }];
    }),
  };
}
