import { describe, expect, test } from "vitest";
import { neutraliseFormula, restoreFormula } from "./csv-formula.ts";
import { csvRows } from "./csv-rows.ts";
import { fileRows, guessForm, REJECTION_HEADINGS } from "./file-layout.ts";

/** Reads a text as an upload does: its form is guessed, then its rows are read. */
function read(text: string, said = {}) {
  const form = guessForm(text, said);
  const rows = fileRows(form).take(text, true);
  return {
    ...form,
    rows: rows.map(({ cells }) => cells),
    lines: rows.map(({ line }) => line),
    faults: rows.map(({ fault }) => fault).filter(Boolean),
  };
}

const MIA = ["0491570006", "Mia"];
const NOAH = ["0491570156", "Noah"];
const HEADER = ["Phone", "First name"];

describe("a line that names the separator", () => {
  test.each([
    ["with a comma", "sep=,\nPhone,First name\n0491570006,Mia\n0491570156,Noah\n"],
    ["with a semicolon", "sep=;\r\nPhone;First name\r\n0491570006;Mia\r\n0491570156;Noah\r\n"],
    ["with a pipe, after a mark", "\ufeffSEP=|\nPhone|First name\n0491570006|Mia\n0491570156|Noah\n"],
    ["with a tab", "sep=\t\nPhone\tFirst name\n0491570006\tMia\n0491570156\tNoah\n"],
    ["with a tab, written out", "sep=\\t\nPhone\tFirst name\n0491570006\tMia\n0491570156\tNoah\n"],
    ["in quotes", '"sep=;"\nPhone;First name\n0491570006;Mia\n0491570156;Noah\n'],
    ["with CR alone", "sep=;\rPhone;First name\r0491570006;Mia\r0491570156;Noah\r"],
    ["with CR CR LF", "sep=;\r\r\nPhone;First name\r\r\n0491570006;Mia\r\r\n0491570156;Noah\r\r\n"],
  ])("%s is used and skipped", (_, text) => {
    const found = read(text);
    expect(found.rows).toEqual([HEADER, MIA, NOAH]);
    expect(found.layout).toEqual({ linesAbove: 1 });
    expect(found.lines).toEqual([2, 3, 4]);
  });
});

describe("line ends that programs write", () => {
  const text = 'Phone,First name\n0491570006,Mia\n"0491570156","Noah"\n';
  test.each([
    ["LF", "\n"],
    ["CR LF", "\r\n"],
    ["CR", "\r"],
    ["CR CR LF", "\r\r\n"],
    ["NEL", "\u0085"],
    ["line separator", "\u2028"],
  ])("%s", (_, newline) => {
    const found = read(text.replaceAll("\n", newline));
    expect(found.rows).toEqual([HEADER, MIA, NOAH]);
    expect(found.faults).toEqual([]);
  });

  test("CR, with a line feed inside a quoted cell", () => {
    expect(read('Phone,Note\r0491570006,"two\nlines"\r0491570156,x\r').rows).toEqual([
      ["Phone", "Note"],
      ["0491570006", "two\nlines"],
      ["0491570156", "x"],
    ]);
  });

  test("CR CR LF gives the same rows however it is cut", () => {
    const whole = '"Phone","First name"\r\r\n"0491570006","Mia"\r\r\n"0491570156","Noah"\r\r\n';
    for (let at = 0; at < whole.length; at++) {
      const parser = csvRows({ delimiter: "," });
      const rows = [...parser.take(whole.slice(0, at)), ...parser.take(whole.slice(at), true)];
      expect(rows.map(({ cells }) => cells)).toEqual([HEADER, MIA, NOAH]);
    }
  });
});

describe("lines above the header", () => {
  test.each([
    [
      "a report's title and date",
      '"Contacts report"\n"Printed 28/11/2026"\n\nFirst name,Last name,Mobile\nMia,Jones,0491570006\nNoah,Lee,0491570156\nTotal: 2,,\n',
      3,
    ],
    [
      "a title with the spare separators of a spreadsheet",
      "Members,,\nFirst name,Last name,Mobile\nMia,Jones,0491570006\n",
      1,
    ],
    [
      "a title, with semicolons",
      "Kundenliste\nVorname;Nachname;Mobil\nMia;Jones;0491570006\nNoah;Lee;0491570156\n",
      1,
    ],
    ["a title after blank lines", "\n\nExport\n\nFirst name,Last name,Mobile\nMia,Jones,0491570006\n", 4],
  ])("%s are left out", (_, text, linesAbove) => {
    const found = read(text);
    expect(found.layout.linesAbove).toBe(linesAbove);
    expect(found.rows[0]).toHaveLength(3);
    expect(found.rows[1]).toEqual(["Mia", "Jones", "0491570006"]);
    expect(found.lines[0]).toBe(linesAbove + 1);
  });

  test.each([
    ["a single column", "Mobile\n0491570006\n0491570156\n"],
    ["a single heading above wider rows", "Mobile\n0491570006,Mia\n0491570156,Noah\n"],
    ["an ordinary header", "Mobile,First name\n0491570006,Mia\n"],
    ["nothing", ""],
  ])("%s has none", (_, text) => expect(read(text).layout.linesAbove).toBeUndefined());

  test("may be said by a person", () => {
    const text = "From: shop, To: us\nby Ann, today\nMobile,First name\n0491570006,Mia\n";
    expect(read(text, { linesAbove: 2 }).rows[0]).toEqual(["Mobile", "First name"]);
    expect(read("a;b\n1;2\n", { delimiter: "," }).rows[0]).toEqual(["a;b"]);
  });
});

describe("whole lines in quotes", () => {
  test("are unwrapped", () => {
    const text =
      '"Name,Phone,Email"\r\n"Mia Jones,0491570006,mia@example.com"\r\n"Noah Lee,0491570156,noah@example.com"\r\n';
    expect(read(text).rows).toEqual([
      ["Name", "Phone", "Email"],
      ["Mia Jones", "0491570006", "mia@example.com"],
      ["Noah Lee", "0491570156", "noah@example.com"],
    ]);
  });

  test("with doubled quotes inside, and with semicolons", () => {
    expect(read('"Name;Phone"\n"""Lee; Jo"";0491570006"\n"Mia;0491570156"\n').rows).toEqual([
      ["Name", "Phone"],
      ["Lee; Jo", "0491570006"],
      ["Mia", "0491570156"],
    ]);
  });

  test("one column in quotes stays one column", () => {
    expect(read('"Phone"\n"0491570006"\n"0491570156"\n').rows).toEqual([
      ["Phone"],
      ["0491570006"],
      ["0491570156"],
    ]);
    const rows = read('"Name,Phone"\n"Mia,0491570006"\nNoah,0491570156\n').rows;
    expect(rows[0]).toEqual(["Name,Phone"]);
  });

  test("a broken line among them is a fault", () => {
    const form = { delimiter: ",", newline: "\n" as const, layout: { wholeLinesQuoted: true } };
    const rows = fileRows(form).take('"a,b"\n"c,d\n"e,f"\n""\n', true);
    expect(rows.map(({ cells, fault }) => fault ?? cells)).toEqual([
      ["a", "b"],
      "Unclosed quote",
      ["e", "f"],
    ]);
  });
});

describe("quotes as other programs write them", () => {
  const cells = (text: string) =>
    csvRows({ delimiter: "," })
      .take(text, true)
      .map((row) => row.fault ?? row.cells);
  test.each<[string, (string[] | string)[]]>([
    [
      'Name, Mobile\n"Jones, Mia", "0491 570 006", "tea, cake"\n',
      [
        ["Name", " Mobile"],
        ["Jones, Mia", "0491 570 006", "tea, cake"],
      ],
    ],
    ['"a" ,"b"  ,c\n', [["a", "b", "c"]]],
    ['"a" ,  "b"\r\n', [["a", "b"]]],
    [
      '"say \\"hi\\"",b\n"c",d\n',
      [
        ['say "hi"', "b"],
        ["c", "d"],
      ],
    ],
    ['"say \\"hi, you\\"","b"\n', [['say "hi, you"', "b"]]],
    ['"a \\"b\\" c",d\n', [['a "b" c', "d"]]],
    ['"C:\\dir\\",b\n', [["C:\\dir\\", "b"]]],
    [' 5" pipe, "b\n', [[' 5" pipe', ' "b']]],
  ])("%j", (text, expected) => expect(cells(text)).toEqual(expected));

  test("in any pieces", () => {
    const text = 'x, "a, 1" , "b"\n"say \\"hi, you\\"" ,c,d\n';
    const whole = cells(text);
    for (let size = 1; size < 9; size++) {
      const parser = csvRows({ delimiter: "," });
      const rows = [];
      for (let at = 0; at < text.length; at += size) rows.push(...parser.take(text.slice(at, at + size)));
      rows.push(...parser.take("", true));
      expect(rows.map((row) => row.fault ?? row.cells)).toEqual(whole);
    }
  });
});

describe("our own file of rejected rows", () => {
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const written = (rows: string[][]) =>
    rows.map((row) => `${row.map((cell) => quoted(neutraliseFormula(cell))).join(",")}\r\n`).join("");
  const rows = [
    ["Mobile", "First name", "Instagram", "Balance", "Note", "Line", "Reason"],
    ["0491570006", "Mia", "@mia.jones", "-12.50", "=see file", "A1", "birthday"],
    ["'+61491570156", "Noah", "@noah", "+5.00", "- none -", "A2", "''=x"],
  ];

  test("comes back as it was, with columns named Line and Reason and with leading apostrophes", () => {
    const ours = rows.map((row, at) => [
      ...(at === 0 ? REJECTION_HEADINGS : [String(at + 1), "Not a number", "The phone cell."]),
      ...row,
    ]);
    const found = read(`\ufeff${written(ours)}`.slice(1));
    expect(found.layout).toEqual({ rejectedRows: true });
    expect(found.rows).toEqual(rows);
  });

  test("somebody else's columns with these names are kept", () => {
    const text = "line,reason,detail,Mobile\n7,birthday,x,0491570006\n";
    expect(read(text)).toMatchObject({
      layout: {},
      rows: [["line", "reason", "detail", "Mobile"], expect.anything()],
    });
  });

  test("any cell survives both ways", () => {
    for (const cell of ["=1", "'=1", "''=1", "+61", "'", "''", "@", "a", "", "-", "'a"])
      expect(restoreFormula(neutraliseFormula(cell))).toBe(cell);
  });
});

test("whole lines in quotes: a file longer than what is looked at, an empty row, a limit", () => {
  const rows = Array.from({ length: 4000 }, (_, n) => `"Mia ${n},0491570006"\n`).join("");
  expect(read(`"Name,Phone"\n${rows}`).layout).toEqual({ wholeLinesQuoted: true });
  const form = { delimiter: ",", newline: "\n" as const, layout: { wholeLinesQuoted: true }, maxRowChars: 9 };
  const found = fileRows(form).take('",,"\na,b\n"0123456789"\n', true);
  expect(found.map(({ cells, fault }) => fault ?? cells)).toEqual([[",,"], ["a", "b"], "Row too long"]);
});

test("lines above the header may arrive in pieces, or be all there is", () => {
  const parser = csvRows({ delimiter: ",", linesAbove: 2 });
  const rows = ["ti", "tle\nda", "te\nPhone\n0491", "570006\n"].flatMap((piece) => parser.take(piece));
  expect(rows.map(({ line, cells }) => [line, cells])).toEqual([
    [3, ["Phone"]],
    [4, ["0491570006"]],
  ]);
  expect(csvRows({ delimiter: ",", linesAbove: 2 }).take("title", true)).toEqual([]);
});
