/**
 * Telephone numbers that regulators assign to nobody, so that the sample can text nobody. `README.md` beside this
 * file has the sources.
 */

/** ACMA, numbers for creative works: the only reserved Australian mobiles. National, without the zero. */
export const AU_MOBILES = (
  "491570006 491570156 491570157 491570158 491570159 491570110 491570313 491570737 491571266 491571491 " +
  "491571804 491572549 491572665 491572983 491573770 491573087 491574118 491574632 491575254 491575789 " +
  "491576398 491576801 491577426 491577644 491578957 491578148 491578888 491579212 491579760 491579455"
).split(" ");

/** ACMA: 5550 and 7010 are reserved completely in each area. */
export const AU_LANDLINE_AREAS = ["2", "3", "7", "8"] as const;
export const AU_LANDLINE_EXCHANGES = ["5550", "7010"] as const;

/** ACMA: freephone and local rate. */
export const AU_SERVICE_NUMBERS =
  "1800160401 1800975707 1800975708 1800975709 1800975710 1800975711 1300975707 1300975708 1300975709 1300975710 1300975711".split(
    " ",
  );

/**
 * Ofcom, numbers for drama: 07700 900000 to 900999. libphonenumber knows that they are unassigned, so they are
 * refused.
 */
export const GB_DRAMA_PREFIX = "7700900";

/** Telecom New Zealand's 025, closed in 2007 and unassigned since: also refused. New Zealand reserves no numbers. */
export const NZ_CLOSED_PREFIX = "25";

/**
 * The North American plan reserves 555-0100 to 555-0199 of every area code for fiction. Area codes of US states with
 * one time zone or several, and the state's postal code with a ZIP code there.
 */
export const US_AREAS: readonly { areaCode: string; state: string; zip: string; city: string }[] = [
  ["201", "NJ", "07302", "Jersey City"],
  ["202", "DC", "20001", "Washington"],
  ["203", "CT", "06510", "New Haven"],
  ["205", "AL", "35203", "Birmingham"],
  ["206", "WA", "98101", "Seattle"],
  ["207", "ME", "04101", "Portland"],
  ["212", "NY", "10001", "New York"],
  ["213", "CA", "90012", "Los Angeles"],
  ["214", "TX", "75201", "Dallas"],
  ["215", "PA", "19103", "Philadelphia"],
  ["216", "OH", "44113", "Cleveland"],
  ["217", "IL", "62701", "Springfield"],
  ["218", "MN", "55802", "Duluth"],
  ["225", "LA", "70801", "Baton Rouge"],
  ["228", "MS", "39501", "Gulfport"],
  ["229", "GA", "31701", "Albany"],
  ["239", "FL", "33901", "Fort Myers"],
  ["240", "MD", "20850", "Rockville"],
  ["248", "MI", "48084", "Troy"],
  ["252", "NC", "27834", "Greenville"],
  ["253", "WA", "98402", "Tacoma"],
  ["254", "TX", "76701", "Waco"],
  ["262", "WI", "53140", "Kenosha"],
  ["281", "TX", "77002", "Houston"],
  ["301", "MD", "20814", "Bethesda"],
  ["302", "DE", "19801", "Wilmington"],
  ["303", "CO", "80202", "Denver"],
  ["304", "WV", "25301", "Charleston"],
  ["305", "FL", "33130", "Miami"],
  ["307", "WY", "82001", "Cheyenne"],
  ["309", "IL", "61602", "Peoria"],
  ["312", "IL", "60602", "Chicago"],
  ["313", "MI", "48226", "Detroit"],
  ["314", "MO", "63101", "St. Louis"],
  ["315", "NY", "13202", "Syracuse"],
  ["317", "IN", "46204", "Indianapolis"],
  ["318", "LA", "71101", "Shreveport"],
  ["319", "IA", "52401", "Cedar Rapids"],
  ["330", "OH", "44308", "Akron"],
  ["334", "AL", "36104", "Montgomery"],
  ["336", "NC", "27401", "Greensboro"],
  ["337", "LA", "70501", "Lafayette"],
  ["339", "MA", "01901", "Lynn"],
  ["360", "WA", "98225", "Bellingham"],
  ["401", "RI", "02903", "Providence"],
  ["402", "NE", "68102", "Omaha"],
  ["404", "GA", "30303", "Atlanta"],
  ["405", "OK", "73102", "Oklahoma City"],
  ["406", "MT", "59601", "Helena"],
  ["407", "FL", "32801", "Orlando"],
  ["408", "CA", "95113", "San José"],
  ["410", "MD", "21202", "Baltimore"],
  ["412", "PA", "15222", "Pittsburgh"],
  ["413", "MA", "01103", "Springfield"],
  ["414", "WI", "53202", "Milwaukee"],
  ["415", "CA", "94103", "San Francisco"],
  ["423", "TN", "37402", "Chattanooga"],
  ["425", "WA", "98004", "Bellevue"],
  ["501", "AR", "72201", "Little Rock"],
  ["502", "KY", "40202", "Louisville"],
  ["503", "OR", "97204", "Portland"],
  ["504", "LA", "70112", "New Orleans"],
  ["505", "NM", "87102", "Albuquerque"],
  ["512", "TX", "78701", "Austin"],
  ["515", "IA", "50309", "Des Moines"],
  ["518", "NY", "12207", "Albany"],
  ["559", "CA", "93721", "Fresno"],
  ["573", "MO", "65101", "Jefferson City"],
  ["602", "AZ", "85003", "Phoenix"],
  ["601", "MS", "39201", "Jackson"],
  ["603", "NH", "03301", "Concord"],
  ["605", "SD", "57104", "Sioux Falls"],
  ["612", "MN", "55401", "Minneapolis"],
  ["614", "OH", "43215", "Columbus"],
  ["615", "TN", "37203", "Nashville"],
  ["617", "MA", "02108", "Boston"],
  ["619", "CA", "92101", "San Diego"],
  ["701", "ND", "58102", "Fargo"],
  ["702", "NV", "89101", "Las Vegas"],
  ["703", "VA", "22201", "Arlington"],
  ["713", "TX", "77002", "Houston"],
  ["801", "UT", "84101", "Salt Lake City"],
  ["802", "VT", "05401", "Burlington"],
  ["803", "SC", "29201", "Columbia"],
  ["804", "VA", "23219", "Richmond"],
  ["808", "HI", "96813", "Honolulu"],
  ["816", "MO", "64106", "Kansas City"],
  ["907", "AK", "99501", "Anchorage"],
  ["913", "KS", "66101", "Kansas City"],
  ["919", "NC", "27601", "Raleigh"],
].map(([areaCode = "", state = "", zip = "", city = ""]) => ({ areaCode, state, zip, city }));
