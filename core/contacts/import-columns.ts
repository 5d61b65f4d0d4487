import {
  type ConsentColumn,
  consentColumnKind,
  isConsentEvidence,
  isOtherChannel,
  isSurelyConsent,
  readConsentValue,
  saysOptedOut,
} from "./consent-columns.ts";
import { isNothing } from "./nothing-words.ts";
import { lineTypeRefusal } from "./phone.ts";
import { type PhoneRule, phonesOf } from "./phone-list.ts";

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
  /** Further columns with phone numbers, in order. */
  otherPhones?: number[];
  /** Which of a person's numbers is texted; absent: the first that can get texts. */
  phoneRule?: PhoneRule;
  /** Columns that say when, where and how a person agreed. Their values become part of the evidence. */
  evidence?: number[];
  /** The column with the day of the event that inferred consent follows from. */
  eventDate?: number;
  /** Columns that say who does not want to be texted. */
  consent?: ConsentColumn[];
  /** Columns that look like opt-outs, but the operator confirmed that they are not. */
  ignored?: number[];
};

const MAX_IMPORT_COLUMNS = 200;

/**
 * Headings that files use, compared without case, spaces, accents and signs. The first listed spelling wins over later
 * ones. In English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Finnish, Polish,
 * Czech, Turkish, Russian, Chinese and Japanese; phone columns are found by parts of their names too.
 */
const HEADINGS: Readonly<Record<ImportField, string>> = {
  phone:
    "mobile mobilenumber mobilephone mobileno mobilephonenumber mob mobno cell cellphone cellnumber cellphonenumber " +
    "phone phonenumber phoneno phonemobile phonee164 msisdn sms smsnumber telephone telephonenumber tel telno " +
    "contactnumber contactno number to handy portable telefon telefono whatsapp phone1 phone1value primaryphone",
  first_name:
    "firstname first fname givenname given givennames forename christianname preferredname prefname nickname vorname prenom " +
    "nombre nombres primernombre nomedibattesimo primeironome nomeproprio voornaam fornamn fornavn etunimi imie jmeno " +
    "krestnijmeno ad adi имя 名 名前 名字",
  last_name:
    "lastname last lname surname familyname family secondname sname nachname familienname zuname nom nomdefamille apellido " +
    "apellidos cognome sobrenome apelido achternaam familienaam efternamn etternavn efternavn sukunimi nazwisko prijmeni " +
    "soyad soyadi фамилия 姓 姓氏",
  full_name:
    "fullname name contactname contact displayname customername membername customer member person nomcomplet nombrecompleto " +
    "nomecompleto vollstandigername kunde client cliente klant naam namn navn nimi nazwa imieinazwisko adsoyad фио 姓名 氏名",
  email:
    "email emailaddress mail emailaddr primaryemail emailid email1 emailvalue email1value emailadresse courriel " +
    "adresseemail adressemail adressedemessagerie correo correoelectronico emailadres epost epostadress sahkoposti электроннаяпочта 邮箱 " +
    "电子邮件 メールアドレス",
  postcode:
    "postcode postalcode zip zipcode pcode postal plz postleitzahl codepostal codigopostal cap cep postnummer postnr " +
    "postinumero kodpocztowy psc postakodu индекс почтовыйиндекс 邮编 郵便番号 pincode defaultaddresszip homepostalcode " +
    "homepostcode homezipcode homezip billingpostcode billingzip billingpostalcode shippingpostcode shippingzip " +
    "postleitzahlprivat codepostaldomicile businesspostalcode workzipcode workpostcode",
  state:
    "state province region stateprovince statecode territory county stateterritory bundesland provincia provincie estado " +
    "wojewodztwo kraj область 省 省份 都道府県 defaultaddressprovincecode homestate billingstate billingprovince " +
    "shippingstate shippingprovince bundeslandkantonprivat departementdomicile businessstate workstate",
  city:
    "city suburb town locality cityname citytown suburbtown suburbcity ville ort stadt wohnort ciudad citta comune cidade " +
    "stad woonplaats by kaupunki miasto mesto sehir город 城市 市区町村 defaultaddresscity homecity billingcity " +
    "shippingcity ortprivat villedomicile businesscity workcity",
  country:
    "country countrycode countryname nation countryregion iso land pays paese pais maa zeme ulke страна 国家 国 " +
    "defaultaddresscountrycode homecountry homecountryregion billingcountry billingcountrycode shippingcountry " +
    "shippingcountrycode landregionprivat paysregiondomicile businesscountryregion businesscountry workcountry",
  timezone:
    "timezone tz timezonename zone timezoneid iana ianatimezone zeitzone fuseauhoraire zonahoraria fusoorario fusohorario " +
    "tijdzone tidszon tidszone tidssone strefaczasowa saatdilimi часовойпояс 时区",
  tags:
    "tags tag labels label groups group groupmembership segments segment lists list categories category schlagworter gruppen gruppe " +
    "etiquettes etiquetas gruppi grupos groepen grupper ryhmat grupy теги 标签",
};

/** Words in the heading of a column of mobile numbers, and of any numbers. */
const MOBILE_HEADING =
  /mobil|handy|natel|cell|portable|gsm|movil|celular|cellulare|telemovel|komork|matkapuh|kannykk|kinito|κινητ|мобил|сотов|моб|手机|手機|移动|携帯|휴대|핸드폰|मोबाइल|جوال|موبايل|נייד|\bsms\b|msisdn/u;
const PHONE_HEADING =
  /phone|telefo|telefon|telephone|\btel\b|puhelin|fono|telno|ruf(?:nummer)?|τηλ|телефон|тел|电话|電話|전화|फ़ोन|फोन|هاتف|טלפון|whatsapp|contact ?(?:no|number)/u;
/** What is named after a phone and holds no number to text. */
const NOT_PHONE_HEADING =
  /label|type|typ\b|country|consent|opt|accept|status|fax|valid|verified|marketing|subscri/u;

const SPELLINGS: ReadonlyMap<string, { field: ImportField; rank: number }> = new Map(
  IMPORT_FIELDS.flatMap((field) =>
    HEADINGS[field].split(" ").map((heading, rank) => [heading, { field, rank }] as const),
  ),
);

function plainHeading(heading: string): string {
  return heading
    .normalize("NFKD")
    .replace(/ł/g, "l")
    .replace(/ø/g, "o")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}

/**
 * Guesses the field of each column by its heading. What stands in the columns decides which one holds the phone
 * number, read in `defaultCountry`: among those that are called so, or among all. The operator confirms the result.
 */
export function guessMapping(
  header: readonly string[],
  sampleRows: readonly (readonly string[])[],
  defaultCountry = "AU",
): ImportMapping {
  const best = new Map<ImportField, { column: number; rank: number }>();
  header.forEach((heading, column) => {
    const known = SPELLINGS.get(plainHeading(heading));
    if (!known || known.field === "phone") return;
    const rival = best.get(known.field);
    if (!rival || known.rank < rival.rank) best.set(known.field, { column, rank: known.rank });
  });
  const mapping: ImportMapping = {};
  for (const [field, { column }] of best) mapping[field] = column;
  const taken = new Set<number>(Object.values(mapping) as number[]);
  const phones = phoneColumns(header, sampleRows, taken, defaultCountry);
  const [phone, ...others] = phones;
  if (phone !== undefined) mapping.phone = phone;
  const consent = guessConsent(header, sampleRows, new Set([...taken, ...phones]));
  if (consent.length > 0) mapping.consent = consent;
  const read = new Set([...taken, ...phones, ...consent.map(({ column }) => column)]);
  if (phone === undefined) guessPhone(mapping, header.length, sampleRows, read, defaultCountry);
  if (others.length > 0) mapping.otherPhones = others;
  const evidence = header.flatMap((heading, column) =>
    !read.has(column) && column < MAX_IMPORT_COLUMNS && isConsentEvidence(heading) ? [column] : [],
  );
  if (evidence.length > 0) mapping.evidence = evidence;
  if (mapping.first_name !== undefined) readFullName(mapping, mapping.first_name, sampleRows);
  return mapping;
}

/**
 * Beside a first name the whole name is not needed. But in "Name, Vorname" it is the surname: then it never holds the
 * first name.
 */
function readFullName(
  mapping: ImportMapping,
  first: number,
  sampleRows: readonly (readonly string[])[],
): void {
  const { full_name: full, last_name: last } = mapping;
  delete mapping.full_name;
  if (full === undefined || last !== undefined) return;
  const both = sampleRows
    .map((row) => [wordsIn(row[first]), wordsIn(row[full])] as const)
    .filter(([given, name]) => given.length > 0 && name.length > 0);
  const isSurname =
    both.length > 0 && !both.some(([given, name]) => given.every((word) => name.includes(word)));
  if (isSurname) mapping.last_name = full;
}

const wordsIn = (cell = ""): readonly string[] =>
  isNothing(cell.trim()) ? [] : (cell.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []);

/**
 * Returns the columns that are called phone numbers, the best first: by the numbers in them that can get texts, then
 * by their names. A column whose sample holds other things is none, if another one holds numbers.
 */
function phoneColumns(
  header: readonly string[],
  sampleRows: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
  defaultCountry: string,
): number[] {
  const rows = sampleRows.slice(0, SAMPLE);
  const candidates = header.slice(0, MAX_IMPORT_COLUMNS).flatMap((heading, column) => {
    const rank = taken.has(column) ? null : phoneRank(heading);
    if (rank === null) return [];
    const cells = rows.map((row) => row[column] ?? "").filter((cell) => !isNothing(cell.trim()));
    const numbers = cells
      .map((cell) => phonesOf(cell, defaultCountry))
      .filter((phones) => Array.isArray(phones));
    const texted = numbers.filter((phones) =>
      phones.some(({ lineType }) => lineTypeRefusal(lineType) === null),
    );
    return [{ column, rank, texted: texted.length, share: numbers.length / (cells.length || 1) }];
  });
  const holding = candidates.filter(({ share }) => share > 0);
  if (holding.length === 0 && columnOfNumbers(header.length, rows, taken, defaultCountry) !== null) return [];
  const ranked = (holding.length > 0 ? holding : candidates).sort(
    (one, other) => other.texted - one.texted || one.rank - other.rank || one.column - other.column,
  );
  // Without any number in the sample only the best name counts.
  return (holding.length > 0 ? ranked : ranked.slice(0, 1)).map(({ column }) => column);
}

const RANK_OF_MOBILE = 1000;
const RANK_OF_PHONE = 2000;

/** How surely a heading names a phone number, the lower the surer; null if it does not. */
function phoneRank(heading: string): number | null {
  const known = SPELLINGS.get(plainHeading(heading));
  if (known) return known.field === "phone" ? known.rank : null;
  const words = heading
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[\s_-]+/g, " ")
    .toLowerCase();
  if (NOT_PHONE_HEADING.test(words)) return null;
  if (MOBILE_HEADING.test(words)) return RANK_OF_MOBILE;
  return PHONE_HEADING.test(words) ? RANK_OF_PHONE : null;
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
  const { consent = [], ignored = [], otherPhones = [], evidence = [] } = mapping;
  const fields = IMPORT_FIELDS.filter((field) => field !== "tags").map((field) => mapping[field]);
  const columns = consent.map(({ column }) => column);
  const read = new Set<unknown>([...fields, ...ignored, ...columns, ...otherPhones, ...evidence]);
  return header.flatMap((heading, column) => (read.has(column) || isOtherChannel(heading) ? [] : [column]));
}

const SAMPLE = 200;

function guessPhone(
  mapping: ImportMapping,
  columns: number,
  sampleRows: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
  defaultCountry: string,
): void {
  const column = columnOfNumbers(columns, sampleRows.slice(0, SAMPLE), taken, defaultCountry);
  if (column !== null) mapping.phone = column;
}

/** Returns the column with most phone numbers, if more than half of its cells are; else null. */
function columnOfNumbers(
  columns: number,
  rows: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
  defaultCountry: string,
): number | null {
  const share = (column: number) =>
    rows.filter((row) => Array.isArray(phonesOf(row[column] ?? "", defaultCountry))).length / rows.length;
  let best: number | null = null;
  let most = 0.5;
  for (let column = 0; column < Math.min(columns, MAX_IMPORT_COLUMNS); column++) {
    if (taken.has(column)) continue;
    const found = share(column);
    if (found > most) [best, most] = [column, found];
  }
  return best;
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
