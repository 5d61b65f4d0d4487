import type { Random } from "./random.ts";

const FIRST =
  "Olivia Noah Amelia Oliver Isla Jack Mia William Ava Henry Grace Leo Charlotte Theodore Zoë José Chloé Siobhán Björn Łukasz Nguyễn Thảo Māia Hēmi Renée François 小明 美咲 Мария Yusuf Aaliyah D’Arcy Anne-Marie Mary Jo Tane Ioane Priya Arjun Mei Wei Kofi Amara".split(
    " ",
  );
const LAST =
  "Smith Jones Williams Brown Wilson Taylor Nguyen O'Brien O’Connor van_der_Berg de_Souza Müller García Þórsdóttir Le Tran Singh Kaur Papadopoulos Kowalska Ngata Tāmati Wang Li Zhang Kim Patel Abdullah MacDonald Fitz-Gerald Østergård".split(
    " ",
  );
const TAGS = ["vip", "newsletter", "lapsed", "vip, newsletter", "lapsed; newsletter"];
const NOTES = [
  "Prefers evenings",
  "Asked about sizes 8, 9 and 10",
  'Says "call me Jo"',
  "Two lines:\nrings the bell twice",
  "Windows newline\r\nand a comma, too",
  "Semi; colons; everywhere",
  "👋🏽 loves emoji ✨",
  "“Curly quotes” – and dashes",
  '=HYPERLINK("http://example.com","click")',
  "+1 for the tea",
  "-",
  "@home most days",
  "\tstarts with a tab",
];

/** Places of Australian mobiles, with the zone that the postcode or the state gives; some give none. */
const AU_PLACES: readonly [postcode: string, state: string][] = [
  ["2000", "NSW"],
  ["3000", "VIC"],
  ["4000", "QLD"],
  ["5000", "SA"],
  ["6000", "WA"],
  ["7000", "TAS"],
  ["0800", "NT"],
  ["800", "NT"],
  ["2600", "ACT"],
  ["", "Victoria"],
  ["2880", ""],
  ["", ""],
];

export interface Person {
  firstName: string;
  lastName: string;
  email: string;
  tags: string;
  notes: string;
}

/**
 * Invents a person. Names are missing, accented, spaced or in capitals, as in real lists. Addresses are at
 * example.com.
 */
export function inventPerson(random: Random, serial: number): Person {
  const firstName = random.chance(0.06) ? "" : spoiled(random, random.pick(FIRST));
  const lastName = random.chance(0.05) ? "" : spoiled(random, random.pick(LAST).replaceAll("_", " "));
  return {
    firstName,
    lastName,
    email: random.chance(0.7) ? `person${serial}@example.com` : random.chance(0.1) ? "not an address" : "",
    tags: random.chance(0.35) ? random.pick(TAGS) : "",
    notes: random.chance(0.25) ? random.pick(NOTES) : "",
  };
}

export const inventAustralianPlace = (random: Random) => random.pick(AU_PLACES);

function spoiled(random: Random, name: string): string {
  if (random.chance(0.03)) return name.toUpperCase();
  if (random.chance(0.03)) return ` ${name}  `;
  if (random.chance(0.01)) return `=${name}`;
  return random.chance(0.01) ? `${name} 🎉` : name;
}
