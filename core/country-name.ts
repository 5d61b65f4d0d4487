import { isSupportedCountry } from "libphonenumber-js/max";

/** Names and abbreviations that files use for the countries with a price; ISO codes need no entry. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ australia: "AU", aus: "AU", aust: "AU", "new zealand": "NZ", nzl: "NZ", aotearoa: "NZ" },
    ...{
      "united states": "US",
      "united states of america": "US",
      usa: "US",
      america: "US",
      canada: "CA",
      can: "CA",
    },
    ...{
      "united kingdom": "GB",
      uk: "GB",
      "great britain": "GB",
      gbr: "GB",
      england: "GB",
      scotland: "GB",
      wales: "GB",
    },
    ...{
      "northern ireland": "GB",
      ireland: "IE",
      irl: "IE",
      france: "FR",
      fra: "FR",
      india: "IN",
      ind: "IN",
    },
    ...{
      singapore: "SG",
      sgp: "SG",
      "hong kong": "HK",
      hkg: "HK",
      japan: "JP",
      jpn: "JP",
      spain: "ES",
      esp: "ES",
    },
    ...{
      italy: "IT",
      ita: "IT",
      switzerland: "CH",
      che: "CH",
      austria: "AT",
      aut: "AT",
      germany: "DE",
      deu: "DE",
    },
    ...{
      denmark: "DK",
      sweden: "SE",
      norway: "NO",
      finland: "FI",
      portugal: "PT",
      poland: "PL",
      brazil: "BR",
    },
    ...{ philippines: "PH", nigeria: "NG", thailand: "TH", taiwan: "TW", "south korea": "KR", greece: "GR" },
  }),
);

/** ISO 3166-1 alpha-2 of a country as a file names it; null when it is not known. */
export function countryOfName(name: string): string | null {
  const plain = name.trim().replace(/\./g, "").toLowerCase();
  const code = plain.toUpperCase();
  return NAMES.get(plain) ?? (isSupportedCountry(code) ? code : null);
}
