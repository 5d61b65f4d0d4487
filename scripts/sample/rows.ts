import { inventAustralianPlace, inventPerson } from "./people.ts";
import type { Random } from "./random.ts";
import {
  AU_LANDLINE_AREAS,
  AU_LANDLINE_EXCHANGES,
  AU_MOBILES,
  AU_SERVICE_NUMBERS,
  GB_DRAMA_PREFIX,
  NZ_CLOSED_PREFIX,
  US_AREAS,
} from "./reserved-numbers.ts";
import { AU_SPELLINGS, US_SPELLINGS } from "./spellings.ts";

export const HEADER = ["Mobile", "First Name", "Surname", "E-mail", "Post code", "State", "Tags", "Notes"];

/** Rows of each kind; together 10,000. The comment is the import's result. */
const PLAN = {
  /** Contacts, unless their number repeats. */
  usMobiles: 8300,
  /** Every Australian number in every spelling: the first of each is a contact, the others repeat it. */
  auMobiles: AU_MOBILES.length * AU_SPELLINGS.length,
  /** The same American again, in another spelling. */
  usAgain: 180,
  /** Landline. */
  auLandlines: 280,
  /** Toll-free or special number. */
  auServices: 70,
  /** Not valid in its country. */
  nzClosed: 90,
  gbDrama: 110,
  tooShort: 40,
  tooLong: 30,
  /** Spreadsheet damage. */
  damaged: 90,
  /** No phone number. */
  empty: 70,
  /** Not a number. */
  junk: 50,
  /** Too many columns. */
  tooWide: 20,
  /** Unclosed quote. */
  unclosed: 10,
};

/** One line of the file: cells to be quoted as needed, or text that is damaged on purpose. */
export type SampleRow = { cells: string[] } | { raw: string };

const DAMAGE = ["4.12E+08", "4.91570006E+8", "6,14916E+10", "########", "#N/A", "#VALUE!", "4.9157E+8"];
const JUNK = [
  "n/a",
  "ask her mother",
  "0491570006 or 0491570156",
  "someone@example.com",
  "=1+1",
  "1300 FLOWERS",
  "-",
  "?",
];

/** Returns all rows in the order of the file. */
export function sampleRows(random: Random): SampleRow[] {
  let serial = 0;
  const person = () => inventPerson(random, ++serial);
  const row = (phone: string, postcode = "", state = ""): SampleRow => {
    const { firstName, lastName, email, tags, notes } = person();
    return { cells: [phone, firstName, lastName, email, postcode, state, tags, notes] };
  };
  const times = (count: number, make: (index: number) => SampleRow) =>
    Array.from({ length: count }, (_, n) => make(n));
  const digits = (count: number) => String(random.below(10 ** count)).padStart(count, "0");

  const americans = random.shuffle(
    US_AREAS.flatMap((area) => hundred((n) => ({ area, national: `${area.areaCode}55501${n}` }))),
  );
  const american = ({ area, national }: (typeof americans)[number]) => {
    const tells = random.below(3);
    return row(random.pick(US_SPELLINGS)(national), tells === 0 ? area.zip : "", tells < 2 ? area.state : "");
  };
  const australian = (national: string, spell: (n: string) => string) =>
    row(spell(national), ...inventAustralianPlace(random));

  return random.shuffle([
    ...americans.slice(0, PLAN.usMobiles).map(american),
    ...AU_MOBILES.flatMap((national) => AU_SPELLINGS.map((spell) => australian(national, spell))),
    ...americans.slice(0, PLAN.usAgain).map(american),
    ...times(PLAN.auLandlines, () => {
      const exchange = random.pick(AU_LANDLINE_EXCHANGES);
      return row(
        `(0${random.pick(AU_LANDLINE_AREAS)}) ${exchange} ${digits(4)}`,
        ...inventAustralianPlace(random),
      );
    }),
    ...times(PLAN.auServices, () =>
      row(random.pick(AU_SERVICE_NUMBERS).replace(/^(\d{4})(\d{3})/, "$1 $2 ")),
    ),
    ...times(PLAN.nzClosed, () => row(`+64 ${NZ_CLOSED_PREFIX} ${digits(3)} ${digits(3)}`)),
    ...times(PLAN.gbDrama, () =>
      row(`+44 ${GB_DRAMA_PREFIX.slice(0, 4)} ${GB_DRAMA_PREFIX.slice(4)}${digits(3)}`),
    ),
    ...times(PLAN.tooShort, () => row(`04${digits(random.below(4))}`)),
    ...times(PLAN.tooLong, () => row(`0${random.pick(AU_MOBILES)}${digits(8)}`)),
    ...times(PLAN.damaged, () => row(random.pick(DAMAGE))),
    ...times(PLAN.empty, () => row(random.pick(["", " ", "''"]), "3000", "VIC")),
    ...times(PLAN.junk, () => row(random.pick(JUNK))),
    ...times(PLAN.tooWide, () => ({
      cells: [...cellsOf(row(`0${random.pick(AU_MOBILES)}`)), "", "a ninth cell"],
    })),
    ...times(PLAN.unclosed, () => ({
      raw: `0${random.pick(AU_MOBILES)},"${person().firstName || "Jo"},Unclosed,,2000,NSW,,`,
    })),
  ]);
}

const hundred = <T>(make: (lastTwo: string) => T) =>
  Array.from({ length: 100 }, (_, n) => make(String(n).padStart(2, "0")));

const cellsOf = (row: SampleRow) => ("cells" in row ? row.cells : [row.raw]);
