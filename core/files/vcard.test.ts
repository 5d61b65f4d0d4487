import { expect, test } from "vitest";
import { mapRow } from "../contacts/contact-import.ts";
import { guessMapping } from "../contacts/import-columns.ts";
import { isVCard, vCardRows } from "./vcard.ts";

function imported(text: string) {
  const [header, ...rows] = vCardRows(text);
  const mapping = guessMapping(header!, rows);
  return rows.map((row) => {
    const read = mapRow(row, mapping, { defaultCountry: "AU", header: header! });
    return read.ok ? read.contact : read.reason;
  });
}

test("an iPhone's contacts", () => {
  const text =
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Jones;Mia;;;\r\nFN:Mia Jones\r\nTEL;type=CELL;type=VOICE;type=pref:+61 491 570 006\r\nEND:VCARD\r\n" +
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee;Noah;;;\r\nFN:Noah Lee\r\nTEL;type=HOME:(02) 5550 1234\r\nitem1.TEL;type=CELL:0491 570 156\r\n" +
    "item1.X-ABLabel:_$!<Other>!$_\r\nEND:VCARD\r\n";
  expect(isVCard(text)).toBe(true);
  expect(imported(text)).toMatchObject([
    { phoneE164: "+61491570006", firstName: "Mia", lastName: "Jones" },
    { phoneE164: "+61491570156", firstName: "Noah", custom: { other_phones: "+61255501234" } },
  ]);
});

test("Android's version 2.1, with quoted-printable names over two lines", () => {
  const text =
    "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=\n=6C=65=72;=5A=6F=C3=AB;;;\n" +
    "TEL;CELL;PREF:0491570157\nTEL;WORK;FAX:0255501234\nEND:VCARD\n" +
    "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=WINDOWS-1251;ENCODING=QUOTED-PRINTABLE:=CC=E0=F0=E8=FF\nTEL;CELL:0491570158\nEND:VCARD\n" +
    "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=NO-SUCH;ENCODING=QUOTED-PRINTABLE:Lee=C3=AB\nTEL;CELL:0491570159\nEND:VCARD\n";
  expect(imported(text)).toMatchObject([
    { phoneE164: "+61491570157", firstName: "Zoë", lastName: "Müller", custom: {} },
    { phoneE164: "+61491570158", lastName: "Мария" },
    { phoneE164: "+61491570159", lastName: "Leeë" },
  ]);
});

test("version 4.0: an address, a link, escapes, categories and folded lines", () => {
  const text =
    '\ufeffBEGIN:VCARD\r\nVERSION:4.0\r\nFN:Café Perth\\, Inc\r\nTEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+61-491-570-006\r\n' +
    "EMAIL:mia@exam\r\n ple.com\r\nADR;TYPE=home:;;1 Hay St;Perth;WA;6000;Australia\r\nORG:Acme\\; Sons;Sales\r\n" +
    "CATEGORIES:vip,north\\, far\r\nBDAY:19960415\r\nNOTE:one\\ntwo\r\nno property\r\nEND:VCARD\r\nstray:1\r\nEND:VCARD\r\n";
  expect(vCardRows(text)[1]).toEqual([
    ...["", "", "Café Perth, Inc", "+61-491-570-006", "mia@example.com", "Perth", "WA", "6000", "Australia"],
    ...["Acme; Sons", "19960415", "vip;north, far"],
  ]);
  expect(imported(text)).toMatchObject([{ phoneE164: "+61491570006", state: "WA", postcode: "6000" }]);
});

test("a number without a type, and the preferred one, mobiles first", () => {
  const text =
    "BEGIN:VCARD\nN:Jones\nTEL:0491570156\nTEL;PREF:0491570157\nTEL;TYPE=CELL:0491570006\nEND:VCARD\n";
  expect(imported(text)).toMatchObject([
    { phoneE164: "+61491570006", custom: { other_phones: "+61491570157, +61491570156" } },
  ]);
});

test("a card without a number is a row with a reason, and other text is none", () => {
  expect(imported("BEGIN:VCARD\nN:Jones;Mia\nEND:VCARD\n")).toEqual(["No phone number"]);
  expect(isVCard("Phone,Name\n")).toBe(false);
});

test("quoted-printable without a charset is UTF-8, and an escaped line break is a space", () => {
  const text = "BEGIN:VCARD\nN;QUOTED-PRINTABLE:Zo=C3=AB\nORG:Acme\\nPerth\nTEL:0491570006\nEND:VCARD\n";
  expect(vCardRows(text)[1]).toEqual(["", "Zoë", "", "0491570006", "", "", "", "", "", "Acme Perth", "", ""]);
});
