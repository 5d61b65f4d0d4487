import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import { zipped } from "../testing/zip.ts";

/** Files that people could not upload elsewhere, each with its public report. */
let server: TestServer;
let operator: Caller;

beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ["operator"]);
  operator = await server.signIn("operator@acme.example.com");
});
afterAll(() => server.close());
beforeEach(() => server.sql`delete from imports`);

async function upload(body: Uint8Array | string, name: string, type = "application/octet-stream") {
  const response = await server.app.request(`/uploads/imports?fileName=${encodeURIComponent(name)}`, {
    method: "POST",
    headers: { cookie: operator.cookie, "content-type": type },
    body,
  } as RequestInit);
  const answer = (await response.json()) as { id?: string; error?: string; sheets?: string[] };
  return { status: response.status, ...answer };
}

async function uploaded(body: Uint8Array | string, name: string) {
  const { id, error } = await upload(body, name);
  expect(error).toBeUndefined();
  const { data } = await operator.query<{ header: string[]; sample: string[][] }>("imports.get", { id });
  return [data!.header, ...data!.sample];
}

const RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const STYLES =
  '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm"/><numFmt numFmtId="165" formatCode="[Red]0&quot; days&quot;"/></numFmts>' +
  '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="11"/><xf numFmtId="165"/></cellXfs></styleSheet>';

/** A workbook as Excel packs it, with these rows of XML and shared texts. */
function workbook(rows: string, { texts = "", is1904 = false, prefix = "" } = {}): Uint8Array {
  const p = prefix === "" ? "" : `${prefix}:`;
  const parts = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": `<Relationships><Relationship Id="rId1" Type="${RELATION}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<?xml version="1.0"?><${p}workbook xmlns:r="${RELATION}"><${p}workbookPr date1904="${is1904}"/><${p}sheets><${p}sheet name="People" sheetId="1" r:id="rId1"/></${p}sheets></${p}workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="${RELATION}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATION}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="${RELATION}/styles" Target="styles.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `<${p}worksheet><${p}sheetData>${rows}</${p}sheetData></${p}worksheet>`,
    "xl/sharedStrings.xml": `<sst>${texts}</sst>`,
    "xl/styles.xml": STYLES,
  };
  return zipped(parts, { deflate: true });
}

const inline = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const HEADER = `<row r="1">${["Mobile", "Joined"].map(inline).join("")}</row>`;

describe("cells of a workbook are what Excel means", () => {
  it.each<[source: string, rows: string, given: object, right: string[][]]>([
    [
      "https://github.com/SheetJS/sheetjs/issues/531",
      '<row r="2"><c r="A2"><v>61491570006</v></c><c r="B2"><v>331928000000</v></c></row>',
      {},
      [["61491570006", "331928000000"]],
    ],
    [
      // The value is stored with an exponent, and shown with one too.
      "https://github.com/tealeg/xlsx/issues/307",
      '<row r="2"><c r="A2" s="3"><v>6.1491570006E10</v></c><c r="B2" s="3"><v>1E+12</v></c></row>',
      {},
      [["61491570006", "1000000000000"]],
    ],
    [
      "https://github.com/nmezzopera/vue-xlsx/issues/24",
      '<row r="2"><c r="A2"><v>61491570006</v></c><c r="B2" s="2"><v>44195.5152777778</v></c></row>',
      {},
      [["61491570006", "2020-12-30 12:22:00"]],
    ],
    [
      "https://github.com/tidyverse/readxl/issues/716",
      '<row r="2"><c r="A2" t="str"><v>0491570006</v></c><c r="B2" s="1"><v>45292.645833333336</v></c></row>',
      {},
      [["0491570006", "2024-01-01 15:30:00"]],
    ],
    [
      "https://github.com/SheetJS/sheetjs/issues/465",
      '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="4"><v>7</v></c></row>',
      { texts: "<si><t>0491570006</t></si>" },
      [["0491570006", "7"]],
    ],
    [
      // Texts in runs, how they are pronounced, and signs that XML may not hold.
      "https://github.com/rabanti-github/PicoXLSX/issues/3",
      '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c></row>',
      {
        texts:
          "<si><r><rPr><b/></rPr><t>+61 491 </t></r><r><t xml:space='preserve'>570 006</t></r></si>" +
          '<si><t>山田_x000D_&#10;太郎 &amp; &lt;x&gt;</t><rPh sb="0" eb="2"><t>やまだ</t></rPh></si>',
      },
      [["+61 491 570 006", "山田\u2028太郎 & <x>"]],
    ],
  ])("%s", async (_, rows, given, right) => {
    expect((await uploaded(workbook(HEADER + rows, given), "people.xlsx")).slice(1)).toEqual(right);
  });

  it("days from 1904, empty cells between, rows without numbers, names with a prefix, comments", async () => {
    const days = workbook(`${HEADER}<row><c s="1"><v>44000.0</v></c><!-- > --><c r="C2"><v>5</v></c></row>`, {
      is1904: true,
    });
    expect((await uploaded(days, "mac.xlsx"))[1]).toEqual(["2024-06-19", "", "5"]);
    const prefixed = `<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>Mobile</x:t></x:is></x:c></x:row><x:row r="2"><x:c r="A2" t='n'><x:v>491570006</x:v></x:c></x:row>`;
    expect(await uploaded(workbook(prefixed, { prefix: "x" }), "x.xlsx")).toEqual([
      ["Mobile"],
      ["491570006"],
    ]);
  });

  it.each([
    ["cells beyond the sheet", `${HEADER}<row r="2"><c r="ZZZ2"><v>1</v></c></row>`],
    ["rows in no order", `${HEADER}<row r="9"/><row r="2"/>`],
    ["rows beyond the sheet", `${HEADER}<row r="99999999"/>`],
  ])("%s: the workbook is damaged", async (_, rows) => {
    expect(await upload(workbook(rows), "bad.xlsx")).toMatchObject({
      status: 400,
      error: expect.stringMatching(/can't be read: it is damaged/),
    });
  });
});

describe("a file is taken for what it is, or named in a sentence", () => {
  it("a CSV that the browser calls Excel's: https://github.com/jayjzheng/ff_rankings/issues/15", async () => {
    expect(
      await upload("Mobile,Name\n0491570006,Mia\n", "people.csv", "application/vnd.ms-excel"),
    ).toMatchObject({ status: 201 });
  });

  it.each([
    [
      "https://github.com/Kademi/kademi-dev/issues/920",
      workbook(`${HEADER}<row r="2"><c><v>491570006</v></c></row>`),
      "people.csv",
      201,
      undefined,
    ],
    [
      "https://github.com/elidickinson/php-export-data/issues/2",
      "Mobile\tName\n0491570006\tMia\n",
      "people.xls",
      415,
      /save it as .xlsx/,
    ],
    [
      "https://github.com/studentinsights/studentinsights/issues/858",
      "x",
      "people.numbers",
      415,
      /another program's spreadsheet/,
    ],
    [
      "https://github.com/zetkin/organize.zetk.in/issues/1049",
      "x",
      "people.ods",
      415,
      /another program's spreadsheet/,
    ],
    [
      "https://github.com/nextcloud/contacts/issues/1653",
      "x",
      "people",
      415,
      /must end in .csv, .tsv, .txt, .xlsx or .vcf/,
    ],
    [
      "https://github.com/openspending/openspending/issues/1034",
      zipped({ "people.csv": "a,b\n" }, { deflate: true }),
      "people.xlsx",
      400,
      /zip archive. Unpack it/,
    ],
  ])("%s", async (_, body, name, status, error) => {
    const answer = await upload(body, name);
    expect(answer).toMatchObject({ status, ...(error ? { error: expect.stringMatching(error) } : {}) });
  });
});
