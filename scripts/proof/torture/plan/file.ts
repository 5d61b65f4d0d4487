import type { Person, TestTenant } from "./tenants.ts";

/** A contact file as people upload it, and the people in it. */
export interface ContactFile {
  csv: string;
  /** Everyone whose number is in a cell; those whom the file says not to text are refused. */
  people: Person[];
}

/** How many rows of each kind. */
const ROWS = 12;
const ZONE = "Australia/Sydney";
const BRUSSELS = "Europe/Brussels";

/**
 * Returns the nth file of a tenant, with numbers of its own. A spreadsheet damaged some cells, and others are beside
 * a country that does not exist: misread, each is a stranger's number.
 */
export function contactFile({ part }: TestTenant, nth: number): ContactFile {
  return part === "night-files" ? fileWithUtc(nth) : fileWithDamage(nth);
}

const HEADER = "Mobile,First name,Country,Time zone,Accepts SMS Marketing";
const digits = (nth: number, at: number) => String(100_000 + nth * 100 + at).slice(-6);
const row = (...cells: string[]) => cells.map((cell) => (cell.includes(",") ? `"${cell}"` : cell)).join(",");

function fileWithDamage(nth: number): ContactFile {
  const lines = [HEADER];
  const people: Person[] = [];
  const spelled = (phone: string, zone: string, refused = false) => people.push({ phone, zone, refused });
  for (let at = 0; at < ROWS; at += 1) {
    const six = digits(nth, at);
    lines.push(row(`+61470${six}`, "Ann", "Australia", "", "yes"));
    spelled(`+61470${six}`, ZONE);
    // The leading zero and the country are lost, two decimals were added.
    lines.push(row(`21${six}.00`, "Ann", "New Zealand", "", "yes"));
    spelled(`+6421${six}`, "Pacific/Auckland");
    lines.push(row(`21${six},00`, "Ann", "New Zealand", "", "yes"));
    lines.push(row(`6.147E+10`, "Ann", "Australia", "", "yes"));
    lines.push(row(`0476 ${six.slice(0, 3)} ${six.slice(3)}`, "Ann", "Atlantis", "", "yes"));
    lines.push(row(`0475${six}`, "Ann", "Belgium", "", "yes"));
    spelled(`+32475${six}`, BRUSSELS);
    lines.push(row(`0472${six}`, "Ann", "", "", "no"));
    spelled(`+61472${six}`, ZONE, true);
  }
  return { csv: `${lines.join("\n")}\n`, people };
}

/** Another program wrote its own zone, or one that disagrees with the number. The number's country counts too. */
function fileWithUtc(nth: number): ContactFile {
  const lines = [HEADER];
  const people: Person[] = [];
  for (let at = 0; at < ROWS; at += 1) {
    const six = digits(nth, at);
    const zone = ["UTC", "Etc/UTC", "GMT", "+00:00", "Europe/London", "Africa/Abidjan"][at % 6]!;
    lines.push(row(`+61473${six}`, "Ann", "Australia", zone, "yes"));
    people.push({ phone: `+61473${six}`, zone: ZONE, refused: false });
  }
  return { csv: `${lines.join("\n")}\n`, people };
}
