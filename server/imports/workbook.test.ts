import { writeXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import { zipped } from "../testing/zip.ts";
import { kindOfZip } from "./workbook.ts";
import { zipParts } from "./zip.ts";

let server: TestServer;
let operator: Caller;

beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ["operator"]);
  operator = await server.signIn("operator@acme.example.com");
});
afterAll(() => server.close());
beforeEach(() => server.sql`delete from imports`);

async function upload(body: Uint8Array | string, name: string, more = "") {
  const response = await server.app.request(`/uploads/imports?fileName=${encodeURIComponent(name)}${more}`, {
    method: "POST",
    headers: { cookie: operator.cookie, "content-type": "application/octet-stream" },
    body,
  } as RequestInit);
  return {
    status: response.status,
    ...((await response.json()) as { id?: string; error?: string; sheets?: string[] }),
  };
}

const PEOPLE = {
  name: "People",
  rows: [
    ["Mobile", "First name", "Joined", "Paid", "Note"],
    [61491570006, "Zoë", new Date(Date.UTC(2026, 10, 28)), true, 'said "hi",\nthen left'],
    ["0491 570 156", "Noah", new Date(Date.UTC(2026, 0, 5, 14, 30)), false, null],
    [],
    [491570157.0, "Ava", null, null, 12.5],
  ],
};

const RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PARTS = {
  "[Content_Types].xml": "<Types/>",
  "_rels/.rels": `<Relationships><Relationship Id="rId1" Type="${RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  "xl/workbook.xml": `<workbook xmlns:r="${RELATION}"><sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="${RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
};

const view = async (id: string) =>
  (
    await operator.query<{ header: string[]; sample: string[][]; layout: object; guessedMapping: object }>(
      "imports.get",
      {
        id,
      },
    )
  ).data!;

describe("a workbook", () => {
  it("is read directly: long numbers whole, dates as ISO 8601, lines as in the sheet", async () => {
    const answer = await upload(await writeXlsx({ sheets: [PEOPLE] }), "people.xlsx");
    expect(answer.status).toBe(201);
    expect(await view(answer.id!)).toMatchObject({
      header: ["Mobile", "First name", "Joined", "Paid", "Note"],
      layout: { format: "xlsx", sheet: "People" },
      sample: [
        ["61491570006", "Zoë", "2026-11-28", "TRUE", 'said "hi",\u2028then left'],
        ["0491 570 156", "Noah", "2026-01-05 14:30:00", "FALSE"],
        ["491570157", "Ava", "", "", "12.5"],
      ],
      guessedMapping: { phone: 0, first_name: 1 },
    });
    const { data } = await operator.query<{ rows: { line: number; phone: string }[] }>("imports.preview", {
      id: answer.id!,
      mapping: { phone: 0 },
    });
    expect(data?.rows.map(({ line, phone }) => [line, phone])).toEqual([
      [2, "+61491570006"],
      [3, "+61491570156"],
      [5, "+61491570157"],
    ]);
  });

  it("with several sheets asks which one, and hidden ones are not offered", async () => {
    const other = { name: "Old & gone", rows: [["Phone"], ["0491570159"]] };
    const hidden = { name: "Hidden", rows: [["x"]], hidden: true };
    const file = await writeXlsx({ sheets: [PEOPLE, other, hidden] });
    expect(await upload(file, "people.xlsx")).toEqual({
      status: 409,
      error: "The workbook has 2 sheets: choose the one with the contacts.",
      sheets: ["People", "Old & gone"],
    });
    expect((await upload(file, "people.xlsx", "&sheet=Nobody")).status).toBe(409);
    const answer = await upload(file, "people.xlsx", `&sheet=${encodeURIComponent("Old & gone")}`);
    expect(await view(answer.id!)).toMatchObject({ header: ["Phone"], sample: [["0491570159"]] });
    const [count] = await server.sql`select count(*)::int as imports from imports`;
    expect(count?.imports).toBe(1);
  });

  it("that unpacks to more than it may is refused before anything is unpacked", async () => {
    const file = Uint8Array.from(await writeXlsx({ sheets: [PEOPLE] }));
    const view = new DataView(file.buffer);
    const directory = view.getUint32(file.length - 22 + 16, true);
    view.setUint32(directory + 24, 2 ** 31, true);
    expect(await upload(file, "bomb.xlsx")).toEqual({
      status: 400,
      error: expect.stringMatching(/unpacks to more/),
    });
  });

  it("resolves no entity and no outside file of its XML", async () => {
    const sheet =
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' +
      "<worksheet><sheetData>" +
      [
        ["Mobile", "Name"],
        ["0491570006", "&file;&b;"],
      ]
        .map(
          (row) => `<row>${row.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join("")}</row>`,
        )
        .join("") +
      "</sheetData></worksheet>";
    const answer = await upload(zipped({ ...PARTS, "xl/worksheets/sheet1.xml": sheet }), "entities.xlsx");
    if (answer.status === 400) return expect(answer.error).toMatch(/can't be read/);
    const { sample } = await view(answer.id!);
    expect(JSON.stringify(sample)).not.toMatch(/root:|aaaaaaaaaa/);
  });

  it("that is damaged or has a password is refused with what to do", async () => {
    const file = await writeXlsx({ sheets: [PEOPLE] });
    expect(await upload(file.slice(0, file.length - 40), "cut.xlsx")).toMatchObject({
      status: 400,
      error: expect.stringMatching(/damaged or has a password.*CSV UTF-8/),
    });
    const encrypted = Uint8Array.from([
      0xd0,
      0xcf,
      0x11,
      0xe0,
      0xa1,
      0xb1,
      0x1a,
      0xe1,
      ...new Array(600).fill(0),
    ]);
    expect(await upload(encrypted, "locked.xlsx")).toMatchObject({
      status: 400,
      error: expect.stringMatching(/old Excel workbook/),
    });
  });
});

it("vCards are read as contacts", async () => {
  const cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Jones;Mia;;;\r\nTEL;type=CELL:0491 570 006\r\nEND:VCARD\r\n";
  const { id } = await upload(cards, "contacts.vcf");
  expect(await view(id!)).toMatchObject({
    layout: { format: "vcard" },
    sample: [["Mia", "Jones", "", "0491 570 006", "", "", "", "", "", "", "", ""]],
  });
});

it.each([
  ["old.xls", /old or binary Excel workbook.*save it as .xlsx/],
  ["people.ods", /another program's spreadsheet/],
  ["people.zip", /Unpack it/],
  ["people.pdf", /PDF has no table/],
  ["people.docx", /text document/],
  ["people.png", /picture/],
  ["people.json", /Export it as CSV/],
  ["people", /must end in .csv.*CSV UTF-8/],
])("%s is named in a sentence with what to do", async (name, sentence) => {
  expect(await upload("x", name)).toEqual({ status: 415, error: expect.stringMatching(sentence) });
});

it("a zip archive is known by its parts", async () => {
  const parts = zipParts(await writeXlsx({ sheets: [PEOPLE] }))!;
  expect(kindOfZip(parts)).toBe("workbook");
  const named = (...names: string[]) => kindOfZip(names.map((name) => ({ name, unpackedBytes: 1 })));
  expect(named("xl/workbook.bin", "xl/x")).toBe("binary-workbook");
  expect([named("word/document.xml"), named("content.xml"), named("Index/Document.iwa")]).toEqual(
    Array(3).fill("document"),
  );
  expect(named("people.csv")).toBe("archive");
  expect(zipParts(new Uint8Array(10))).toBeNull();
});
