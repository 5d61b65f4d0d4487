import { describe, expect, test } from "vitest";
import { encodingOfMark, encodingTally, textDecoder } from "./csv-encoding.ts";
import { fileRows, guessForm } from "./file-layout.ts";
import { vCardRows } from "./vcard.ts";

/** Files as people brought them to other programs, cut down to what was reported. Each names its report. */

interface PublicFile {
  source: string;
  text: string;
  rows: string[][];
}

function rowsOf(text: string): string[][] {
  const rows = fileRows(guessForm(text)).take(text, true);
  expect(rows.filter(({ fault }) => fault !== null)).toEqual([]);
  return rows.map(({ cells }) => cells.map((cell) => cell.trim()));
}

const HEADER = ["Name", "Mobile"];
const MIA = ["Mia", "0491570006"];
const NOAH = ["Noah", "0491570156"];

describe.each<[string, PublicFile[]]>([
  [
    "a line that names the separator",
    [
      {
        source: "https://github.com/alexcaza/export-to-csv/issues/43",
        text: 'sep=~\n"Name"~"Mobile"\n"Mia"~"0491570006"\n"Noah"~"0491570156"\n',
        rows: [HEADER, MIA, NOAH],
      },
      {
        source: "https://github.com/tspence/csharp-csv-reader/issues/28",
        text: "sep=;\r\nName;Mobile\r\nMia;0491570006\r\n",
        rows: [HEADER, MIA],
      },
      {
        source: "https://github.com/mechatroner/vscode_rainbow_csv/issues/108",
        text: "sep=|\nName|Mobile\nMia|0491570006\nNoah|0491570156\n",
        rows: [HEADER, MIA, NOAH],
      },
      {
        source: "https://github.com/PowerShell/PowerShell/issues/7776",
        text: "sep=,\nName,Mobile,c\nMia,0491570006,3\n",
        rows: [
          ["Name", "Mobile", "c"],
          ["Mia", "0491570006", "3"],
        ],
      },
    ],
  ],
  [
    "line ends",
    [
      {
        source: "https://github.com/AB1908/GOG-Galaxy-Export-Script/issues/7",
        text: "Name,Mobile\r\r\nMia,0491570006\r\r\nNoah,0491570156\r\r\n",
        rows: [HEADER, MIA, NOAH],
      },
      {
        source: "https://github.com/JoshClose/CsvHelper/issues/1522",
        text: "\rName,Mobile\rMia,0491570006\r\rNoah,0491570156\r",
        rows: [HEADER, MIA, NOAH],
      },
      {
        source: "https://github.com/ruby/csv/issues/51",
        text: "Name,Mobile\rMia,0491570006\r",
        rows: [HEADER, MIA],
      },
      {
        source: "https://github.com/adaltas/node-csv-parse/issues/220",
        text: "Name,Mobile\r\n\r\nMia,0491570006\r\n\r\nNoah,0491570156\r\n\r\n",
        rows: [HEADER, MIA, NOAH],
      },
    ],
  ],
  [
    "lines above the header",
    [
      {
        source: "https://github.com/adaltas/node-csv-parse/issues/81",
        text:
          "\ufeffPer Transaction Report                    \nReporting Period:   2014-01-01 to 2014-01-31                \n" +
          "Native Retail Currency:     USD             \nCountry, Name, Mobile, Name of App\n" +
          'Australia, Mia, 0491570006, "App Name"\nTotals:,,,\n',
        rows: [
          ["Country", "Name", "Mobile", "Name of App"],
          ["Australia", "Mia", "0491570006", "App Name"],
          ["Totals:", "", "", ""],
        ],
      },
      {
        source: "https://github.com/rufuspollock/chrome-csv-viewer/issues/6",
        text:
          "PBO Station Position Time Series. Reference Frame : NOAM_I08\nFormat Version,1.1.0\n4-character ID,AB01\n" +
          "Begin Date, 2007-05-18\nEnd Date, 2013-05-07\nName, Mobile, North (mm), Quality,\n" +
          "Mia,0491570006, -2.69, final,\nNoah,0491570156, -3.38, final,\n",
        rows: [
          ["Name", "Mobile", "North (mm)", "Quality", ""],
          ["Mia", "0491570006", "-2.69", "final", ""],
          ["Noah", "0491570156", "-3.38", "final", ""],
        ],
      },
      {
        source: "https://github.com/mholt/PapaParse/issues/794",
        text: `${Array.from({ length: 33 }, (_, n) => `Setting ${n},value ${n}\n`).join("")}Name,Mobile,City\n${"Mia,0491570006,Perth\n".repeat(60)}`,
        rows: [["Name", "Mobile", "City"], ...Array.from({ length: 60 }, () => [...MIA, "Perth"])],
      },
    ],
  ],
  [
    "whole lines in quotes",
    [
      {
        source: "https://github.com/parsecsv/parsecsv-for-php/issues/70",
        text: '"Name,Given Name,Phone 1 - Value"\r\n"Mia Jones,Mia,+61 491 570 006"\r\n',
        rows: [
          ["Name", "Given Name", "Phone 1 - Value"],
          ["Mia Jones", "Mia", "+61 491 570 006"],
        ],
      },
      {
        source: "https://github.com/bahaaldine/angular-csv-import/issues/12",
        text: 'Name,Mobile,Title,Fax\n"Mia,0491570006,HR-Staff Development,"""""\n"Noah,0491570156,"""",""x, y"""\n',
        rows: [
          ["Name", "Mobile", "Title", "Fax"],
          [...MIA, "HR-Staff Development", ""],
          [...NOAH, "", "x, y"],
        ],
      },
    ],
  ],
  [
    "quotes as other programs write them",
    [
      {
        source: "https://github.com/JoshClose/CsvHelper/issues/107",
        text: 'Name,Mobile,Born,Room,Class\n"CA,RN",        "0491570006",    20130101,"1301",      "B"\n',
        rows: [
          ["Name", "Mobile", "Born", "Room", "Class"],
          ["CA,RN", "0491570006", "20130101", "1301", "B"],
        ],
      },
      {
        source: "https://github.com/mholt/PapaParse/issues/941",
        text: 'Name,Mobile,Address\nMia, 0491570006, "address line 1, address line 2, code"\n',
        rows: [
          ["Name", "Mobile", "Address"],
          [...MIA, "address line 1, address line 2, code"],
        ],
      },
      {
        source: "https://github.com/jsoizo/kotlin-csv/issues/130",
        text: 'Name,Mobile,Note\nMia,0491570006," ""T"" "\nNoah, "0491570156", "t"\n',
        rows: [
          ["Name", "Mobile", "Note"],
          [...MIA, '"T"'],
          [...NOAH, "t"],
        ],
      },
      {
        source: "https://github.com/stevehansen/csv/issues/35",
        text: '"Name";"Mobile";"Note"\n"Mia";"0491570006";"A """\n"Noah";"0491570156";"B \\"" "\n',
        rows: [
          ["Name", "Mobile", "Note"],
          [...MIA, 'A "'],
          [...NOAH, 'B \\"'],
        ],
      },
    ],
  ],
])("%s", (_, files) => {
  test.each(files)("$source", ({ text, rows }) => expect(rowsOf(text)).toEqual(rows));
});

test("a bare header above quoted rows of other widths is as it stands", () => {
  for (const text of [
    'Name,Mobile\n"Mia,0491570006"\n""\n',
    'Mobile\n"0491570006"\n',
    'Name,Mobile\n"Mia"\n',
    "",
  ])
    expect(guessForm(text).layout).toEqual({});
});

test("an ordinary header is never taken for a title", () => {
  for (const text of [
    "Name,Email\nMia,mia@example.com,vip\nNoah,noah@example.com,vip\n",
    "Mobile\n0491570006\n0491570156\nCity,State\nPerth,WA\n",
    "Name,Mobile,,,,\nMia,0491570006,a,b,c,d\nNoah,0491570156,a,b,c,d\n",
    "Name,Mobile\n",
  ])
    expect(guessForm(text).layout).toEqual({});
});

/** Bytes of a single-byte encoding. */
function encoded(text: string, encoding: string): Uint8Array {
  const signs = [...new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, n) => n))];
  return Uint8Array.from([...text].map((sign) => signs.indexOf(sign)));
}
const utf16 = (text: string) =>
  Uint8Array.from([
    0xff,
    0xfe,
    ...[...text].flatMap((sign) => [sign.charCodeAt(0) & 255, sign.charCodeAt(0) >> 8]),
  ]);

test.each([
  {
    source: "https://github.com/yakamara/yform/issues/237",
    bytes: encoded(
      "Mobile;Vorname;Name\r0491570006;Jürgen;Größe\r0491570156;Zoë;Müßig\r0491570157;Käthe;Böß\r",
      "macintosh",
    ),
    found: ["Jürgen", "Größe", "Zoë", "Böß"],
  },
  {
    source: "https://github.com/tine20/tine20/issues/3316",
    bytes: encoded(
      "n_given;tel_cell\r\nÄnne;0491570006\r\nÖmer;0491570156\r\nÜlker;0491570157\r\n",
      "windows-1252",
    ),
    found: ["Änne", "Ömer", "Ülker"],
  },
  {
    source: "https://github.com/owncloud-archive/contacts/issues/785",
    bytes: utf16("Name,Given Name,Phone 1 - Value\nИмя Фамилия,Имя,+61 491 570 006\n"),
    found: ["Имя Фамилия"],
  },
  {
    source: "https://github.com/owncloud-archive/contacts/issues/790",
    bytes: encoded(
      "Name,Mobile\nΓιώργος Παπαδόπουλος,0491570006\nΕλένη Κωνσταντίνου,0491570156\n",
      "windows-1253",
    ),
    found: ["Γιώργος Παπαδόπουλος", "Ελένη Κωνσταντίνου"],
  },
  {
    source: "https://github.com/frdmn/rocketchat-export-userlist/issues/2",
    bytes: new TextEncoder().encode("Name,Mobile\nPâmela,0491570006\nSônia,0491570156\nAndré,0491570157\n"),
    found: ["Pâmela", "Sônia", "André"],
  },
])("its encoding is found: $source", ({ bytes, found }) => {
  const tally = encodingTally();
  tally.add(bytes);
  const text = textDecoder(encodingOfMark(bytes) ?? tally.answer().encoding)(bytes);
  for (const name of found) expect(text).toContain(name);
});

/** The first name, last name, whole name, numbers and e-mail address of each card. */
test.each<{ source: string; text: string; cards: string[][] }>([
  {
    source: "https://github.com/pinoaffe/org-vcard/issues/42",
    text:
      "BEGIN:VCARD\nVERSION:3.0\nPRODID:-//Apple Inc.//iOS 15.5//EN\nN:Dr;Name;Name;;\nFN:Name Name Dr\n" +
      "TEL;type=CELL;type=VOICE;type=pref:0491570006\nitem1.TEL:0491570156\nitem1.X-ABLabel:X-Name\nREV:2022-06-15T01:00:46Z\nEND:VCARD\n",
    cards: [["Name", "Dr", "", "0491570006 ::: 0491570156", ""]],
  },
  {
    source: "https://github.com/jeroendesloovere/vcard/issues/99",
    text:
      "BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:Arzt Keitel-Stöckert\nORG:Arzt Keitel-Stöckert;\nitem1.TEL;type=pref:0491 570006\n" +
      "item1.X-ABLabel:HOME\\,VOICE\\,pref\nNOTE:MO – DO\t8.00 – 11.00 Uhr\\nMO\\, DI\nX-ABShowAs:COMPANY\nEND:VCARD\n",
    cards: [["", "", "Arzt Keitel-Stöckert", "0491 570006", ""]],
  },
  {
    source: "https://github.com/nextcloud/contacts/issues/2208",
    text: "BEGIN:VCARD\nVERSION:2.1\nN:Jones;Mia\nTEL;CELL:049-157-0006\nEND:VCARD\n",
    cards: [["Mia", "Jones", "", "049-157-0006", ""]],
  },
  {
    source: "https://github.com/nextcloud/contacts/issues/224",
    text: "BEGIN:VCARD\nVERSION:4.0\nFN:Oscar M\nNAME:Oscar M\nPHONE.WORK:0491570006\nEMAIL:oscar@example.com\nEND:VCARD\n",
    cards: [["", "", "Oscar M", "0491570006", "oscar@example.com"]],
  },
  {
    source: "https://github.com/owncloud/contacts/issues/503",
    text: "BEGIN:VCARD\r\nVERSION:2.1\r\nN;QUOTED-PRINTABLE:D=C3=A4ppen;G=C3=BCnther\r\nTEL;CELL:0491570006\r\nEND:VCARD\r\n",
    cards: [["Günther", "Däppen", "", "0491570006", ""]],
  },
  {
    source: "https://github.com/odysseus-dev/odysseus/pull/1438",
    text: "BEGIN:VCARD\nFN:Jane\nitem1.EMAIL;type=INTERNET;type=pref:jane@example.com\nitem2.TEL;type=CELL;type=pref:+61491570006\nEND:VCARD\n",
    cards: [["", "", "Jane", "+61491570006", "jane@example.com"]],
  },
])("a vCard is read: $source", ({ text, cards }) => {
  expect(
    vCardRows(text)
      .slice(1)
      .map((row) => row.slice(0, 5)),
  ).toEqual(cards);
});
