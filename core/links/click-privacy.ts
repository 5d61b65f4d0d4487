import law from "../data/click-privacy.json" with { type: "json" };

/** Whose clicks are kept: nobody's, those of recipients where no law asks for consent, or everybody's. */
export const PERSON_CLICKS = ["nobody", "by-law", "everybody"] as const;
export type PersonClicks = (typeof PERSON_CLICKS)[number];

/** Countries whose law asks for consent before it is recorded who opened a link. */
const CLICK_CONSENT_COUNTRIES: ReadonlySet<string> = new Set(law.rules.flatMap(({ countries }) => countries));

/**
 * Whether it may be recorded that this person clicked. Otherwise their link is the same as everybody's, and its clicks are
 * counted without a person. A country that is not known counts as one whose law asks.
 */
export function keepsPerson(
  setting: PersonClicks,
  { country, addressCountry }: { country: string | null; addressCountry?: string | null },
): boolean {
  if (setting !== "by-law") return setting === "everybody";
  const places = [country, addressCountry ?? country];
  return places.every((place) => place !== null && !CLICK_CONSENT_COUNTRIES.has(place));
}
