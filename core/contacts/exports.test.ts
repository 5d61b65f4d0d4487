import { describe, expect, test } from "vitest";
import { fileRows, guessForm } from "../files/file-layout.ts";
import { parseTemplate, usableFieldName } from "../text/template.ts";
import { mapOptOut, mapRow } from "./contact-import.ts";
import { guessMapping, type ImportMapping } from "./import-columns.ts";
import { choosePhone, phonesOf } from "./phone-list.ts";

/** Reads a file as a person would leave it: everything is guessed. */
function importOf(text: string, more: ImportMapping = {}) {
  const [header, ...rows] = fileRows(guessForm(text))
    .take(text, true)
    .map(({ cells }) => cells);
  const mapping = { ...guessMapping(header!, rows), ...more };
  const options = { defaultCountry: "AU", header: header!, columns: header!.length };
  return { mapping, header: header!, read: rows.map((row) => mapRow(row, mapping, options)), rows, options };
}
const phones = ({ read }: ReturnType<typeof importOf>) =>
  read.map((row) => (row.ok ? row.contact.phoneE164 : row.reason));
const contacts = ({ read }: ReturnType<typeof importOf>) => read.map((row) => (row.ok ? row.contact : null));

describe("several phone columns and several numbers in a cell", () => {
  const google = [
    "First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value",
    "Mia,,Jones,* myContacts ::: Volunteers ::: * starred,Work,mia@example.com,Mobile,+61 491 570 006,,",
    "Noah,,Lee,* myContacts ::: Volunteers,,,Home,(02) 5550 1234,Mobile,0491 570 156",
    "Ava,,Smith,* myContacts,,,Mobile,0491 570 157 ::: 0491 570 158,,",
    "Leo,,Brown,* myContacts,,,Work,(02) 7010 1234 ::: 0491 570 159,,",
    "",
  ].join("\n");

  test("of Google's export the mobile is taken, the rest kept, and the lists split", () => {
    const found = importOf(google);
    expect(phones(found)).toEqual(["+61491570006", "+61491570156", "+61491570157", "+61491570159"]);
    const [mia, noah, ava, leo] = contacts(found);
    expect(mia).toMatchObject({ tags: ["myContacts", "Volunteers", "starred"], email: "mia@example.com" });
    expect([mia, noah, ava, leo].map((contact) => contact?.custom.other_phones)).toEqual([
      ...[undefined, "+61255501234", "+61491570158", "+61270101234"],
    ]);
  });

  test("the rule can be changed to the first number", () => {
    expect(phones(importOf(google, { phoneRule: "first" }))).toEqual([
      ...["+61491570006", "Landline", "+61491570157", "Landline"],
    ]);
  });

  test.each([
    [
      "Vorname;Nachname;Telefon;Mobiltelefon\nMia;Jones;(02) 5550 1234;0491 570 006\nNoah;Lee;;0491 570 156\n",
      "Mobiltelefon",
    ],
    [
      '"Anrede","Vorname","Nachname","Firma","Telefon geschäftlich","Telefon privat","Mobiltelefon","Haupttelefon","E-Mail-Adresse"\n' +
        '"","Mia","Jones","","(02) 5550 1234","","0491 570 006","","mia@example.com"\n"","Noah","Lee","","","","0491 570 156","",""\n',
      "Mobiltelefon",
    ],
    [
      "Prénom,Nom,Téléphone,Portable\nMia,Jones,(02) 5550 1234,0491 570 006\nNoah,Lee,,0491 570 156\n",
      "Portable",
    ],
    [
      "Nombre;Apellidos;Teléfono fijo;Teléfono móvil\nMia;Jones;(02) 5550 1234;0491 570 006\nNoah;Lee;;0491 570 156\n",
      "Teléfono móvil",
    ],
    [
      "Imię;Nazwisko;Telefon;Telefon komórkowy\nMia;Jones;(02) 5550 1234;0491 570 006\nNoah;Lee;;0491 570 156\n",
      "Telefon komórkowy",
    ],
    [
      "Имя;Фамилия;Телефон;Мобильный\nMia;Jones;(02) 5550 1234;0491 570 006\nNoah;Lee;;0491 570 156\n",
      "Мобильный",
    ],
    ["名;姓;固定电话;手机\nMia;Jones;(02) 5550 1234;0491 570 006\nNoah;Lee;;0491 570 156\n", "手机"],
  ])("in any language the column with mobiles comes first: %#", (text, heading) => {
    const found = importOf(text);
    expect(found.header[found.mapping.phone!]).toBe(heading);
    expect(phones(found)).toEqual(["+61491570006", "+61491570156"]);
    expect(contacts(found)[0]).toMatchObject({ firstName: "Mia", lastName: "Jones" });
  });

  test("what stands in a column counts more than its name", () => {
    const found = importOf(
      "Number,First name,Contact details\nA-17,Mia,0491 570 006\nA-18,Noah,0491 570 156\n",
    );
    expect(found.mapping.phone).toBe(2);
    expect(guessMapping(["Phone", "Phone type"], [["0491570006", "mobile"]])).toEqual({ phone: 0 });
    expect(guessMapping(["Mobile", "Phone"], [])).toEqual({ phone: 0 });
  });

  test.each([
    ["0491 570 006 / 0491 570 156", ["+61491570006", "+61491570156"]],
    ["0491570006; 0491570156, (02) 5550 1234", ["+61491570006", "+61491570156", "+61255501234"]],
    ["0491570006\n0491570156", ["+61491570006", "+61491570156"]],
    ["0491570006 or 0491570156", "Not a number"],
    ["0491570006 und 0491570156", ["+61491570006", "+61491570156"]],
    ["0491570006 | 0491570156", ["+61491570006", "+61491570156"]],
    ["0491570006 / 12", "Not valid in its country"],
    ["0491570006, mum", "Not a number"],
    ["0491570006, 04915", "Not a number"],
    ["21000000.00, 0491570006", "Not a number"],
    ["", "Empty"],
  ])("%j", (cell, expected) => {
    const found = phonesOf(cell, "AU");
    expect(Array.isArray(found) ? found.map(({ e164 }) => e164) : found.reason).toEqual(expected);
  });

  test("parts that are one number together are not two", () => {
    for (const cell of ["358412\t500000\r\n0712 005 000", "358412874\t839 - 965"])
      expect(phonesOf(cell, "FI")).toMatchObject({ ok: false });
    expect(phonesOf("358412; 500000", "FI")).toEqual({ ok: false, reason: "Ambiguous" });
  });

  test("the same number twice is one, and no number is none", () => {
    const twice = phonesOf("0491570006 / +61491570006", "AU");
    expect(Array.isArray(twice) && choosePhone(twice, "mobile")).toMatchObject({ others: [] });
    expect(choosePhone([], "first")).toBeNull();
  });

  test("a row whose numbers can't be read says why of the first that is filled", () => {
    const read = (...row: string[]) => mapRow(row, { phone: 0, otherPhones: [1] }, { defaultCountry: "AU" });
    expect(read("", "4.9E+8")).toMatchObject({ reason: "Spreadsheet damage" });
    expect(read("", "")).toMatchObject({ reason: "No phone number" });
    expect(read("4.9E+8", "0491570006")).toMatchObject({ ok: true });
    expect(read("(02) 5550 1234", "")).toMatchObject({ reason: "Landline" });
  });
});

describe("words for nothing", () => {
  test("are blank, and the surname Null stays", () => {
    const found = importOf(
      "Mobile,First name,Last name,City\n0491570006,NULL,NULL,NULL\n0491570156,#N/A,Lee,Perth\n0491570157,null,Smith,-\n" +
        "0491570158,N/A,,\n0491570159,None,,undefined\n0491570110,Null,Kowalski,Perth\n0491570313,Ann,Null,?\n",
    );
    expect(contacts(found).map((contact) => [contact?.firstName, contact?.lastName, contact?.city])).toEqual([
      [null, null, null],
      [null, "Lee", "Perth"],
      [null, "Smith", null],
      [null, null, null],
      [null, null, null],
      ["Null", "Kowalski", "Perth"],
      ["Ann", "Null", null],
    ]);
  });

  test("in a field of one's own as well", () => {
    const row = mapRow(
      ["0491570006", "n/a", "x"],
      { phone: 0, custom: { Pet: 1, Car: 2 } },
      { defaultCountry: "AU" },
    );
    expect(row).toMatchObject({ contact: { custom: { car: "x" } } });
  });
});

describe("headings become names that a template can use", () => {
  test.each([
    ["Member #", "member"],
    ["Balance ($)", "balance"],
    ["First visit?", "first_visit"],
    ["Due date (AU)", "due_date_au"],
    ["E-mail 2 - Value", "e_mail_2_value"],
    ["第一列", "第一列"],
    ["WWCC Number", "wwcc_number"],
    ["Größe/Maße", "größe_maße"],
    ["उम्र", "उम्र"],
    ["Zoë’s pet", "zoë_s_pet"],
    ["???", ""],
  ])("%s: %s", (heading, name) => {
    expect(usableFieldName(heading)).toBe(name);
    if (name !== "") expect(parseTemplate(`{{${name}}}`)).toMatchObject({ errors: [], fields: [{ name }] });
  });

  test("and their values are imported under it", () => {
    const mapping = { phone: 0, custom: { "Member #": 1, 第一列: 2 } };
    expect(mapRow(["0491570006", "A-17", "甲"], mapping, { defaultCountry: "AU" })).toMatchObject({
      contact: { custom: { member: "A-17", 第一列: "甲" } },
    });
  });
});

describe("tags", () => {
  const tagsOf = (cell: string) => {
    const row = mapRow(["0491570006", cell], { phone: 0, tags: 1 }, { defaultCountry: "AU" });
    return row.ok ? row.contact.tags : null;
  };
  test.each([
    ["* myContacts ::: Volunteers, north ::: * starred", ["myContacts", "Volunteers, north", "starred"]],
    ['["vip","new"]', ["vip", "new"]],
    ["['vip', 'new']", ["vip", "new"]],
    ["vip;new|old, other", ["vip", "new", "old", "other"]],
    ["*", ["*"]],
    ["-", []],
  ])("%s", (cell, tags) => expect(tagsOf(cell)).toEqual(tags));
});

/**
 * Columns as the programs' own documentation names them: Shopify (matrixify.app/documentation/customers), Twilio
 * (twilio.com/docs/messaging/features/consent-api), Bird (docs.bird.com, "Update the subscription status"), MailUp
 * (help.mailup.com, export of unsubscribed recipients), Sakari for HubSpot (support.sakari.io/…/360039261531), Mailchimp
 * (files "unsubscribed" and "cleaned" with UNSUB_TIME), Klaviyo (help.klaviyo.com, consent in profiles).
 */
describe("a list of opt-outs from another program", () => {
  const listed = (text: string) => {
    const { mapping, rows, options } = importOf(text);
    return rows.map((row) => {
      const found = mapOptOut(row, mapping, options);
      return found.ok ? found.phones.join() : found.reason;
    });
  };
  test.each([
    [
      "Shopify",
      "Customer ID,First Name,Phone,Accepts SMS Marketing,Tags\n'1001,Mia,'+61491570006,yes,vip\n'1002,Noah,'+61491570156,no,\n",
      ["Not opted out", "+61491570156"],
    ],
    [
      "Twilio",
      "contact_id,correlation_id,sender_id,status,source,date_of_consent\n" +
        "+61491570006,ad388b5a46b33b874b0d41f7226db2ef,MG01,opt-out,website,2025-02-28T10:05:27Z\n" +
        "+61491570156,02520cfa6c432f0e3ec3a38c122d428d,MG01,opt-in,opt-in-message,2025-03-25\n",
      ["+61491570006", "Not opted out"],
    ],
    [
      "Bird",
      "phonenumber,subscribedSms\n+61491570006,FALSE\n+61491570156,TRUE\n",
      ["+61491570006", "Not opted out"],
    ],
    [
      "MailUp",
      "Phone Number,idList,OptOut_Date,optout_type\n0491570006,1,20110122T111244,0\n",
      ["+61491570006"],
    ],
    [
      "Sakari",
      "Mobile phone number,Opted Out\n0491570006,2025-01-01\n0491570156,\n",
      ["+61491570006", "Not opted out"],
    ],
    [
      "Mailchimp",
      "Email Address,First Name,Phone Number,MEMBER_RATING,OPTIN_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON\n" +
        "a@example.com,Mia,0491570006,2,2023-01-01 10:00:00,2024-05-05 10:00:00,June,NORMAL\n",
      ["+61491570006"],
    ],
    [
      "Klaviyo",
      "Email,First Name,Phone Number,SMS Consent\na@example.com,Mia,+61491570006,UNSUBSCRIBED\nb@example.com,Noah,+61491570156,SUBSCRIBED\n",
      ["+61491570006", "Not opted out"],
    ],
    [
      "numbers alone",
      "phone\n+61491570006\n(02) 5550 1234\n0491570110; 0491570156\n",
      ["+61491570006", "+61255501234", "+61491570110,+61491570156"],
    ],
  ])("%s", (_, text, expected) => expect(listed(text)).toEqual(expected));
});

describe("consent columns fill the evidence", () => {
  test.each([
    [
      "SMS consent,SMS Consent Timestamp,Consent source,Consent method",
      ["SMS Consent Timestamp", "Consent source", "Consent method"],
    ],
    ["OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP", ["OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP"]],
    ["Opt-in date,Signup source", ["Opt-in date", "Signup source"]],
    ["date_of_consent", ["date_of_consent"]],
    ["Email consent date,Opt-out date,Order date,Created at", []],
  ])("%s", (headings, evidence) => {
    const header = ["Mobile", ...headings.split(",")];
    const mapping = guessMapping(header, [["0491570006", ...header.slice(1).map(() => "x")]]);
    expect((mapping.evidence ?? []).map((column) => header[column])).toEqual(evidence);
  });

  test("with what each row says", () => {
    const header = ["Mobile", "Consent date", "Consent source", ""];
    const mapping = { phone: 0, evidence: [1, 2, 3] };
    const read = mapRow(["0491570006", "2025-03-01", "NULL", "web"], mapping, {
      defaultCountry: "AU",
      header,
    });
    expect(read).toMatchObject({
      contact: { evidence: { "Consent date": "2025-03-01", "Column 4": "web" } },
    });
  });
});

test("evidence without headings is named by its column", () => {
  expect(mapRow(["0491570006", "x"], { phone: 0, evidence: [1] }, { defaultCountry: "AU" })).toMatchObject({
    contact: { evidence: { "Column 2": "x" } },
  });
});

test("of several headings for one field the surest is taken, and rows may be short", () => {
  const rows = [
    ["a", "b", "c"],
    ["a", "b", "c", "0491570006"],
  ];
  expect(guessMapping(["Given", "First name", "Fname", "Mobile"], rows)).toEqual({ phone: 3, first_name: 1 });
});

test("a Mexican number with the old 1 is the same person's, with and without +", () => {
  const found = importOf(
    "Mobile,First name\n+52 55 5555 0101,Lupe\n+52 1 55 5555 0102,Memo\n5215555550103,Ana\n",
    { country: undefined } as ImportMapping,
  );
  const read = found.rows.map((row) => mapRow(row, found.mapping, { defaultCountry: "MX" }));
  expect(read.map((row) => (row.ok ? row.contact.phoneE164 : row.reason))).toEqual([
    ...["+525555550101", "+525555550102", "+525555550103"],
  ]);
});
