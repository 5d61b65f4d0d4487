import { type CountryCode, getExampleNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";

/** Returns a valid mobile number of a country in E.164, for tests of many countries. */
export const exampleMobile = (country: string): string =>
  getExampleNumber(country as CountryCode, examples)!.number;
