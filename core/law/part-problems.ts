import { isZoneOf, zonesOf } from "../time/time-zone.ts";
import type { PartInput } from "./rule-parts.ts";

/** The most characters of a part as JSON; the database has the same limit in bytes, with room for other scripts. */
const CHARACTERS_MAX = 60_000;

/**
 * Returns what is wrong with a part of a country's rules beyond its shape, one sentence each; empty: nothing. `validFrom`
 * is when it begins.
 */
export function partProblems(input: PartInput, validFrom: Date, now: Date): string[] {
  const { country, checkedOn } = input;
  const problems: string[] = [];
  // A day later, because it may be tomorrow where the author is.
  if (Date.parse(checkedOn) > now.getTime() + 86_400_000)
    problems.push(`The source can't have been read on ${checkedOn}: that day is still to come.`);
  if (JSON.stringify(input.body).length > CHARACTERS_MAX)
    problems.push(`This part has more than ${CHARACTERS_MAX} characters. Leave out what is not needed.`);
  if (countriesOf(input).some((other) => other !== country))
    problems.push(`This part also names other countries. Give each country its own: here ${country} alone.`);
  return [...problems, ...ofPart(input, validFrom)];
}

function countriesOf(input: PartInput): readonly string[] {
  switch (input.part) {
    case "price":
      return [...input.body.rates, ...(input.body.carrierFees ?? [])].map(({ country }) => country);
    case "hours":
      return input.body.map(({ country }) => country);
    case "consent":
      return input.body.countries;
    case "sender":
    case "wording":
      return [input.body.country];
    default:
      return [];
  }
}

function ofPart(input: PartInput, validFrom: Date): string[] {
  switch (input.part) {
    case "price":
      return futurePrices(input, validFrom);
    case "hours":
      return hoursProblems(input);
    case "states":
      return statesProblems(input);
    default:
      return [];
  }
}

type Of<Part extends PartInput["part"]> = Extract<PartInput, { part: Part }>;

/** A claim takes the newest price, so a later one must be a later version. */
function futurePrices({ body }: Of<"price">, validFrom: Date): string[] {
  const day = validFrom.toISOString().slice(0, 10);
  const later = [...body.rates, ...(body.carrierFees ?? [])].find(
    ({ effectiveFrom }) => effectiveFrom !== null && effectiveFrom > day,
  );
  return later
    ? [
        `A price begins on ${later.effectiveFrom}, after the change itself. Enter it as a change that begins then.`,
      ]
    : [];
}

function hoursProblems({ country, body }: Of<"hours">): string[] {
  const names = body.map(({ jurisdiction }) => jurisdiction);
  return [
    ...(new Set(names).size < names.length ? ["Two rules have the same name. Name each differently."] : []),
    ...(names.some((name) => !name.startsWith(country))
      ? [`The name of each rule must begin with ${country}.`]
      : []),
    ...(body.every(({ region }) => region !== null)
      ? ["Add a rule for the whole country: people whose state is not known have none."]
      : []),
  ];
}

function statesProblems({ country, body }: Of<"states">): string[] {
  const names = Object.entries(body).flatMap(([code, { name }]) => [...new Set([code, name.toUpperCase()])]);
  const foreign = Object.values(body)
    .flatMap(({ zones }) => zones)
    .find((zone) => !isZoneOf(country, zone));
  return [
    ...(new Set(names).size < names.length ? ["Two states have the same name or code."] : []),
    ...(foreign
      ? [`${foreign} is no time zone of ${country}. Choose one of ${zonesOf(country).join(", ")}.`]
      : []),
  ];
}
