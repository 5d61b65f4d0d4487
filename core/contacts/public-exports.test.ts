import { describe, expect, test } from "vitest";
import { fileRows, guessForm } from "../files/file-layout.ts";
import { parseTemplate, usableFieldName } from "../text/template.ts";
import { mapRow } from "./contact-import.ts";
import { guessMapping } from "./import-columns.ts";

/** Exports with the headings that people reported to other programs. */

function importOf(text: string) {
  const [header = [], ...rows] = fileRows(guessForm(text))
    .take(text, true)
    .map(({ cells }) => cells);
  const mapping = guessMapping(header, rows);
  const options = { defaultCountry: "AU", header, columns: header.length };
  return rows.map((row) => {
    const read = mapRow(row, mapping, options);
    return read.ok ? { ...read.contact, ...read.contact.custom } : { reason: read.reason };
  });
}

describe("headings in the languages of Outlook and others", () => {
  test.each<{ source: string; text: string; right: object[] }>([
    {
      source: "https://github.com/owncloud-archive/contacts/pull/901",
      text:
        "Anrede;Vorname;Weitere Vornamen;Nachname;Suffix;Firma;Ort privat;Bundesland/Kanton privat;Postleitzahl privat;Land/Region privat;" +
        "Fax privat;Mobiltelefon;Telefon geschäftlich;Telefon privat;E-Mail-Adresse\n" +
        ";Mia;;Jones;;;Perth;WA;6000;Australien;;0491570006;;(02) 5550 1234;mia@example.com\n",
      right: [
        {
          phoneE164: "+61491570006",
          firstName: "Mia",
          lastName: "Jones",
          city: "Perth",
          postcode: "6000",
          email: "mia@example.com",
        },
      ],
    },
    {
      source: "https://github.com/roundcube/roundcubemail/issues/7041",
      text:
        "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Société,Téléphone (bureau),Téléphone (domicile),Tél. mobile,Adresse de messagerie\n" +
        ",Mia,,Jones,,,(02) 5550 1234,,0491 570 006,mia@example.com\n",
      right: [{ phoneE164: "+61491570006", firstName: "Mia", lastName: "Jones", email: "mia@example.com" }],
    },
    {
      source: "https://github.com/Rillke/Contact-Conversion-Wizard/issues/26",
      text:
        '"Name","Vorname","Rufnummer Privat","Rufnummer Arbeit","Rufnummer Mobil","Rufnummer Mobil 2","Strasse, Nr.","PLZ","Ort","Geburtstag"\n' +
        '"Jones","Mia","(02) 5550 1234","","0491 570 006","0491 570 156","Hay 1","6000","Perth",""\n',
      right: [
        {
          phoneE164: "+61491570006",
          firstName: "Mia",
          lastName: "Jones",
          postcode: "6000",
          city: "Perth",
          other_phones: "+61491570156, +61255501234",
        },
      ],
    },
    {
      source: "https://github.com/RainLoop/rainloop-webmail/issues/960",
      text:
        "First Name,Last Name,Display Name,Nickname,Primary Email,Work Phone,Home Phone,Fax Number,Pager Number,Mobile Number," +
        "Home Address,Home City,Home State,Home ZipCode,Home Country\n" +
        "Mia,Jones,Mia Jones,,mia@example.com,(02) 5550 1234,,(02) 5550 1111,,0491570006,1 Hay,Perth,WA,6000,Australia\n",
      right: [
        {
          phoneE164: "+61491570006",
          lastName: "Jones",
          email: "mia@example.com",
          city: "Perth",
          postcode: "6000",
        },
      ],
    },
    {
      source: "https://github.com/owncloud-archive/contacts/issues/827",
      text:
        "Name,Given Name,Additional Name,Family Name,Yomi Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\n" +
        "Имя Фамилия,Имя,,Фамилия,,* My Contacts ::: University ::: School,* ,email@example.com,Mobile,+61 491 570 006,,\n" +
        "Noah Lee,Noah,,Lee,,* My Contacts,,,Home,(02) 5550 1234,Mobile,0491 570 156\n",
      right: [
        {
          phoneE164: "+61491570006",
          firstName: "Имя",
          lastName: "Фамилия",
          tags: ["My Contacts", "University", "School"],
        },
        { phoneE164: "+61491570156", firstName: "Noah", other_phones: "+61255501234" },
      ],
    },
    {
      source: "https://github.com/owncloud-archive/contacts/issues/817",
      text:
        "Name,Given Name,Family Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,Phone 3 - Type,Phone 3 - Value\n" +
        "Mia Jones,Mia,Jones,Home,(02) 5550 1234,Work,(02) 7010 1234,Mobile,0491 570 006\n",
      right: [{ phoneE164: "+61491570006", other_phones: "+61255501234, +61270101234" }],
    },
  ])("$source", ({ text, right }) => expect(importOf(text)).toMatchObject(right));

  test("a column Name beside a first name is a whole name where it holds the first name, else a surname", () => {
    expect(importOf("Name,First name,Mobile\nMia Jones,Mia,0491570006\n")).toMatchObject([
      { lastName: null },
    ]);
    expect(importOf("Name,Vorname,Mobil\nJones,Mia,0491570006\n")).toMatchObject([{ lastName: "Jones" }]);
    expect(importOf("Mobil,Vorname,Name\n0491570006,Mia\n0491570156,Noah,123\n")).toMatchObject([
      { lastName: null },
      { lastName: null },
    ]);
    expect(importOf("Name,Vorname,Mobil\n,Mia,0491570006\nLee,,0491570156\n")).toMatchObject([
      { lastName: null },
      { lastName: null },
    ]);
  });
});

describe("tags with the marks of their source", () => {
  test.each<[string, string, string[]]>([
    ["https://github.com/elabftw/elabftw/issues/3101", "red|round", ["red", "round"]],
    [
      "https://github.com/obsidianmd/obsidian-importer/issues/641",
      "#travel, #wishlist, #reference",
      ["travel", "wishlist", "reference"],
    ],
    [
      "https://github.com/obsidianmd/obsidian-importer/issues/641",
      "#travel #wishlist #reference",
      ["travel", "wishlist", "reference"],
    ],
    [
      "https://github.com/obsidianmd/obsidian-importer/issues/641",
      "[travel, wishlist]",
      ["travel", "wishlist"],
    ],
    [
      "https://github.com/nickivanov/flickr-meta-export/issues/4",
      "John Doe##Nathan Piex",
      ["John Doe", "Nathan Piex"],
    ],
    ["https://github.com/DumbWareio/DumbAssets/issues/102", "tag1,tag2,tag3", ["tag1", "tag2", "tag3"]],
    ["https://github.com/tagspaces/tagspaces/issues/2314", "a;b;c;d", ["a", "b", "c", "d"]],
    ["https://github.com/hitobito/hitobito/issues/937", "foo:bar, baz", ["foo:bar", "baz"]],
    ["a tag with the sign inside", "#1 fan, C#", ["#1 fan", "C#"]],
  ])("%s: %s", (_, cell, tags) => {
    expect(importOf(`Mobile;Tags\n0491570006;"${cell}"\n`)).toMatchObject([{ tags }]);
  });
});

describe("headings become names that a template can use", () => {
  test.each([
    ["https://github.com/phatcher/CsvReader/issues/78", "#MyHeader", "myheader"],
    ["https://github.com/hadaf/SheetsToDocsMerge/issues/2", `Child's "name" (first)`, "child_s_name_first"],
    ["https://github.com/awdeorio/mailmerge/issues/156", "number ", "number"],
    ["https://github.com/Bouke/docx-mailmerge/issues/54", "Foo bar", "foo_bar"],
    ["https://github.com/taraslayshchuk/es2csv/pull/66", "@meta.id", "meta_id"],
    ["https://github.com/xlson/groovycsv/issues/23", " Time (Seconds)", "time_seconds"],
  ])("%s: %s", (_, heading, name) => {
    expect(usableFieldName(heading)).toBe(name);
    expect(parseTemplate(`{{${name}}}`)).toMatchObject({ errors: [], fields: [{ name }] });
  });
});
