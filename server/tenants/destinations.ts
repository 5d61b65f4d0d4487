import { lawCountries } from "@smscrm/core/law/country-law";
import { type DestinationChoice, recommendedApply } from "@smscrm/core/time/destination-hours";
import {
  countryName,
  type HoursBook,
  type HoursRule,
  hoursRules,
  rulesAt,
} from "@smscrm/core/time/quiet-hours-presets";
import type { Settings } from "@smscrm/db/tenants/settings";

/** A country where texts may go, and the hours that apply there. */
interface Destination {
  country: string;
  name: string;
  /** Whether it is the organisation's own country. */
  isHome: boolean;
  /** What somebody chose; null: nothing yet, so the default holds. */
  choice: DestinationChoice | null;
  recommendedApply: boolean;
  /** Of the whole country. */
  rules: DestinationRule[];
  /** Of its states and provinces. */
  regions: DestinationRule[];
}

export interface Destinations {
  destinations: Destination[];
  /** Every other country, by name. */
  others: { country: string; name: string }[];
}

type DestinationRule = Pick<
  HoursRule,
  | "jurisdiction"
  | "name"
  | "basis"
  | "week"
  | "holidays"
  | "capPerDay"
  | "law"
  | "source"
  | "checked"
  | "isDefault"
>;

/** Returns the organisation's own country first, then those of its numbers, of its choices and those asked for. */
export function destinationsOf(
  settings: Pick<Settings, "country" | "destinationHours">,
  numbers: readonly { country: string; status: string }[],
  asked: readonly string[],
  hours: HoursBook,
): Destinations {
  const { country: home, destinationHours } = settings;
  const inUse = numbers.filter(({ status }) => status === "active").map(({ country }) => country);
  const abroad = new Set([...inUse, ...Object.keys(destinationHours), ...asked]);
  abroad.delete(home);
  const shownCountries = [home, ...[...abroad].sort()];
  const others = lawCountries()
    .filter((country) => !shownCountries.includes(country))
    .map((country) => ({ country, name: countryName(country) }))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
  return { destinations: shownCountries.map((country) => destination(country, settings, hours)), others };
}

function destination(
  country: string,
  settings: Pick<Settings, "country" | "destinationHours">,
  hours: HoursBook,
): Destination {
  return {
    country,
    name: countryName(country),
    isHome: country === settings.country,
    choice: settings.destinationHours[country] ?? null,
    recommendedApply: recommendedApply(settings, country),
    rules: rulesAt(country, null, hours)
      .filter(({ region }) => region === null)
      .map(shown),
    regions: hoursRules(hours)
      .filter((rule) => rule.country === country && rule.region !== null)
      .map(shown),
  };
}

function shown(rule: HoursRule): DestinationRule {
  const { jurisdiction, name, basis, week, holidays, capPerDay, law, source, checked, isDefault } = rule;
  return { jurisdiction, name, basis, week, holidays, capPerDay, law, source, checked, isDefault };
}
