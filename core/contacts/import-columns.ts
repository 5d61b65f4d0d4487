import {
  type ConsentColumn,
  consentColumnKind,
  isOtherChannel,
  isSurelyConsent,
  readConsentValue,
  saysOptedOut,
} from "./consent-columns.ts";
import { normalisePhone } from "./phone.ts";

/** The fields that a column of a contact file can hold. `full_name` is split where there are no separate columns. */
export const IMPORT_FIELDS = [
  "phone",
  "first_name",
  "last_name",
  "full_name",
  "email",
  "postcode",
  "state",
  "city",
  "country",
  "timezone",
  "tags",
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Column number (from 0) of each field; `custom` maps the tenant's own fields. */
export type ImportMapping = Partial<Record<ImportField, number>> & {
  custom?: Record<string, number>;
  /** Columns that say who does not want to be texted. */
  consent?: ConsentColumn[];
  /** Columns that look like opt-outs, but the operator confirmed that they are not. */
  ignored?: number[];
};

const MAX_IMPORT_COLUMNS = 200;

/** Headings that files use, compared without case, spaces and signs. The first listed spelling wins over later ones. */
const HEADINGS: Readonly<Record<ImportField, string>> = {
  phone:
    "mobile mobilenumber mobilephone mobileno mobilephonenumber mob mobno cell cellphone cellnumber cellphonenumber " +
    "phone phonenumber phoneno phonemobile phonee164 msisdn sms smsnumber telephone telephonenumber tel telno " +
    "contactnumber contactno number to handy portable telefon telefono whatsapp phone1 phone1value primaryphone",
  first_name:
    "firstname first fname givenname given givennames forename christianname preferredname prefname nickname vorname prenom",
  last_name: "lastname last lname surname familyname family secondname sname nachname nomdefamille",
  full_name: "fullname name contactname contact displayname customername membername customer member person",
  email: "email emailaddress mail emailaddr primaryemail emailid email1 emailvalue",
  postcode: "postcode postalcode zip zipcode pcode postal plz codepostal pincode",
  state: "state province region stateprovince statecode territory county stateterritory",
  city: "city suburb town locality cityname citytown suburbtown suburbcity ville ort",
  country: "country countrycode countryname nation countryregion iso land pays",
  timezone: "timezone tz timezonename zone timezoneid iana ianatimezone",
  tags: "tags tag labels label groups group segments segment lists list categories category",
};

const SPELLINGS: ReadonlyMap<string, { field: ImportField; rank: number }> = new Map(
  IMPORT_FIELDS.flatMap((field) =>
    HEADINGS[field].split(" ").map((heading, rank) => [heading, { field, rank }] as const),
  ),
);

function plainHeading(heading: string): string {
  return heading
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}

/**
 * Guesses the field of each column by its heading. Without a heading for "phone" it takes the column with most phone
 * numbers in the sample, read in `defaultCountry`. The operator confirms the result.
 */
export function guessMapping(
  header: readonly string[],
  sampleRows: readonly (readonly string[])[],
  defaultCountry = "AU",
): ImportMapping {
  const best = new Map<ImportField, { column: number; rank: number }>();
  header.forEach((heading, column) => {
    const known = SPELLINGS.get(plainHeading(heading));
    if (!known) return;
    const rival = best.get(known.field);
    if (!rival || known.rank < rival.rank) best.set(known.field, { column, rank: known.rank });
  });
  const mapping: ImportMapping = {};
  for (const [field, { column }] of best) mapping[field] = column;
  const consent = guessConsent(header, sampleRows, new Set(Object.values(mapping)));
  if (consent.length > 0) mapping.consent = consent;
  if (mapping.phone === undefined) guessPhone(mapping, header.length, sampleRows, defaultCountry);
  if (mapping.first_name !== undefined) delete mapping.full_name;
  return mapping;
}

function guessConsent(
  header: readonly string[],
  sampleRows: readonly (readonly string[])[],
  taken: ReadonlySet<unknown>,
): ConsentColumn[] {
  return header.slice(0, MAX_IMPORT_COLUMNS).flatMap((heading, column) => {
    if (taken.has(column)) return [];
    const values = sampleRows.slice(0, SAMPLE).map((row) => row[column] ?? "");
    const kind = consentColumnKind(heading);
    if (kind === null) {
      const isStatus = !isOtherChannel(heading) && values.some(saysOptedOut) && values.every(isShort);
      return isStatus ? [{ column, kind: "status" as const }] : [];
    }
    const speaks = values.some((value) => ["in", "out"].includes(readConsentValue({ kind }, value)));
    return speaks || isSurelyConsent(heading) ? [{ column, kind }] : [];
  });
}

const isShort = (value: string) => value.length <= 40;

/**
 * Returns columns that may say who opted out, by their heading or by words in the sample. Columns that are mapped as
 * consent, or confirmed to be something else, are not among them.
 */
export function unreadOptOuts(
  header: readonly string[],
  sampleRows: readonly (readonly string[])[],
  mapping: ImportMapping,
): number[] {
  const guessed = guessConsent(header, sampleRows, new Set()).map(({ column }) => column);
  const found = sampleRows.flatMap((row) =>
    watchedColumns(header, mapping).filter((column) => saysOptedOut(row[column] ?? "")),
  );
  const watched = new Set(watchedColumns(header, mapping));
  return [...new Set([...guessed, ...found])].filter((column) => watched.has(column)).sort((a, b) => a - b);
}

/**
 * Returns the columns that the mapping does not read. A word such as "unsubscribed" in one of them must stop the row.
 */
export function watchedColumns(header: readonly string[], mapping: ImportMapping): number[] {
  const { custom: _, consent = [], ignored = [], tags: __, ...fields } = mapping;
  const read = new Set([...Object.values(fields), ...ignored, ...consent.map(({ column }) => column)]);
  return header.flatMap((heading, column) => (read.has(column) || isOtherChannel(heading) ? [] : [column]));
}

const SAMPLE = 200;

function guessPhone(
  mapping: ImportMapping,
  columns: number,
  sampleRows: readonly (readonly string[])[],
  defaultCountry: string,
): void {
  const rows = sampleRows.slice(0, SAMPLE);
  const taken = new Set<unknown>([
    ...Object.values(mapping),
    ...(mapping.consent ?? []).map(({ column }) => column),
  ]);
  const share = (column: number) =>
    rows.filter((row) => normalisePhone(row[column] ?? "", defaultCountry).ok).length / rows.length;
  let most = 0.5;
  for (let column = 0; column < Math.min(columns, MAX_IMPORT_COLUMNS); column++) {
    if (taken.has(column)) continue;
    const found = share(column);
    if (found > most) [mapping.phone, most] = [column, found];
  }
}

/** Returns everything that is wrong with a header, in sentences; empty if it is fine. */
export function checkHeader(header: readonly string[]): string[] {
  if (header.every((heading) => heading.trim() === ""))
    return ["The file has no header: its first row is empty."];
  if (header.length > MAX_IMPORT_COLUMNS) {
    return [
      `The file has ${header.length} columns; at most ${MAX_IMPORT_COLUMNS} can be read. Is it a CSV file?`,
    ];
  }
  return [...controlFaults(header), ...alikeFaults(header)];
}

function controlFaults(header: readonly string[]): string[] {
  const bad = header.some((heading) => /\p{Cc}/u.test(heading.trim()));
  return bad ? ["The header has control characters: the file may be damaged, or not a CSV file."] : [];
}

function alikeFaults(header: readonly string[]): string[] {
  const columns = new Map<string, number[]>();
  header.forEach((heading, column) => {
    const name = heading
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, " ");
    if (name !== "") columns.set(name, [...(columns.get(name) ?? []), column + 1]);
  });
  return [...columns]
    .filter(([, places]) => places.length > 1)
    .map(
      ([name, places]) =>
        `Columns ${places.join(" and ")} are both called "${name.slice(0, 60)}": rename one.`,
    );
}
