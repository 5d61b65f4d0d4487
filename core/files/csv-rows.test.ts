import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CsvOptions, type CsvRow, csvRows } from "./csv-rows.ts";

const read = (text: string, options: Partial<CsvOptions> = {}): CsvRow[] =>
  csvRows({ delimiter: ",", ...options }).take(text, true);
const cells = (text: string, options?: Partial<CsvOptions>) => read(text, options).map((row) => row.cells);

describe("rows as spreadsheets write them", () => {
  test.each<[string, string[][]]>([
    [
      "a,b\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a,\n,b\n",
      [
        ["a", ""],
        ["", "b"],
      ],
    ],
    ["a\n\n \n,,\nb", [["a"], ["b"]]],
    [
      '"a","b"\n"c","d"',
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      '"a,1","say ""hi"""\nb,c',
      [
        ["a,1", 'say "hi"'],
        ["b", "c"],
      ],
    ],
    [
      '"two\nlines",b\r\nc,"three\r\n\r\nlines"\r\n',
      [
        ["two\nlines", "b"],
        ["c", "three\r\n\r\nlines"],
      ],
    ],
    ['"",""\n"a",""', [["a", ""]]],
    ['a,"b"', [["a", "b"]]],
    ['a,"b",', [["a", "b", ""]]],
  ])("%j", (text, expected) => expect(cells(text)).toEqual(expected));

  test("other delimiters, and the newline of the oldest spreadsheets", () => {
    expect(cells('a;"b;c"\nd;e', { delimiter: ";" })).toEqual([
      ["a", "b;c"],
      ["d", "e"],
    ]);
    expect(cells('a,"b\rc"\rd,e\r', { newline: "\r" })).toEqual([
      ["a", "b\rc"],
      ["d", "e"],
    ]);
  });

  test("each row has the line on which it begins", () => {
    expect(read('a\n"b\n\nc"\n\nd\n').map((row) => row.line)).toEqual([1, 2, 6]);
  });
});

describe("damage", () => {
  test("a stray quote inside a line is a character", () => {
    expect(cells('5" pipe,b\n"Jo "Jojo" Lee",c\nd,e"f')).toEqual([
      ['5" pipe', "b"],
      ['Jo "Jojo" Lee', "c"],
      ["d", 'e"f'],
    ]);
  });

  test.each([
    ['a,"John,1\nb,c,2\n"d",e,3\n', [1]],
    ['a,"John,1\nb,c,2\n', [1]],
    ['a,"John,1\nb,"Jane,2\nc,d,3', [1, 2]],
    ['a,b,1\n"c,d,2\ne,"f, g",3\nh,i,4\n', [2]],
  ])("an unclosed quote breaks its own line and no other: %j", (text, brokenLines) => {
    const rows = read(text);
    expect(rows.filter((row) => row.fault === "Unclosed quote").map((row) => row.line)).toEqual(brokenLines);
    expect(rows.length).toBe(text.trim().split("\n").length);
  });

  test("an unclosed quote ends at the row limit, in a file of any length", () => {
    const good = `${"x,".repeat(20)}y\n`.repeat(5000);
    const rows = read(`a,"b\n${good}`, { maxRowChars: 1000 });
    expect(rows.map((row) => row.fault).filter(Boolean)).toEqual(["Unclosed quote"]);
    expect(rows.length).toBe(5001);
  });

  test("an endless row is dropped without filling the memory", () => {
    const parser = csvRows({ delimiter: ",", maxRowChars: 1000 });
    const rows = ["a,b\n", "x".repeat(900), "x".repeat(900), "x".repeat(5000), "x\nc,d\n"].flatMap((piece) =>
      parser.take(piece),
    );
    expect(rows.map((row) => [row.line, row.fault])).toEqual([
      [1, null],
      [2, "Row too long"],
      [3, null],
    ]);
  });
});

const cell = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.stringMatching(/^[a-c",\r\n; ]{0,8}$/),
);

test("valid CSV is read back, in any pieces", () => {
  const rows = fc.array(fc.tuple(fc.constant("x"), cell, cell), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(rows, fc.array(fc.nat(20), { maxLength: 30 }), (written, lengths) => {
      const text = written.map((row) => row.map(quoted).join(",")).join("\r\n");
      const parser = csvRows({ delimiter: "," });
      const found: string[][] = [];
      let at = 0;
      for (const length of lengths) {
        for (const row of parser.take(text.slice(at, at + length))) found.push(row.cells);
        at += length;
      }
      for (const row of parser.take(text.slice(at), true)) found.push(row.cells);
      expect(found).toEqual(written);
    }),
    { numRuns: 500 },
  );
});

test("any text gives the same rows in pieces, and no line is lost or repeated", () => {
  const dirty = fc.array(fc.constantFrom('"', ",", "\n", "\r\n", "a", "é", '""', ' "', "bc"), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(dirty, fc.integer({ min: 1, max: 7 }), (parts, size) => {
      const text = parts.join("");
      const whole = read(text, { maxRowChars: 12 });
      const parser = csvRows({ delimiter: ",", maxRowChars: 12 });
      const pieces: CsvRow[] = [];
      for (let at = 0; at < text.length; at += size) pieces.push(...parser.take(text.slice(at, at + size)));
      pieces.push(...parser.take("", true));
      expect(pieces).toEqual(whole);
      const lines = whole.map((row) => row.line);
      expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
    }),
    { numRuns: 1000 },
  );
});

const quoted = (value: string) => (/[",\r\n]|^\s*$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

describe("rows that are too long, or broken, to the character", () => {
  const twelve = { maxRowChars: 12 };
  test.each<[string, string, [number, string[], string | null][]]>([
    [
      "as long as may be",
      "abcdefghijkl\nx,y\n",
      [
        [1, ["abcdefghijkl"], null],
        [2, ["x", "y"], null],
      ],
    ],
    [
      "one more",
      "abcdefghijklm\nx,y\n",
      [
        [1, ["abcdefghijkl"], "Row too long"],
        [2, ["x", "y"], null],
      ],
    ],
    [
      "the last one, without an end",
      "x,y\nabcdefghijklm",
      [
        [1, ["x", "y"], null],
        [2, ["abcdefghijkl"], "Row too long"],
      ],
    ],
    [
      "a quote that nothing closes",
      'a,"b\nc,d',
      [
        [1, ['a,"b'], "Unclosed quote"],
        [2, ["c", "d"], null],
      ],
    ],
    [
      "the same with CR LF",
      'a,"b\r\nc,d\r\n',
      [
        [1, ['a,"b'], "Unclosed quote"],
        [2, ["c", "d"], null],
      ],
    ],
    [
      "a quoted row over two lines that is too long",
      '"a\nb",cdefghi\nx',
      [
        [1, ['"a'], "Unclosed quote"],
        [2, ['b"', "cdefghi"], null],
        [3, ["x"], null],
      ],
    ],
    [
      "and one that just fits",
      '"a\nb",cdefgh\nx',
      [
        [1, ["a\nb", "cdefgh"], null],
        [3, ["x"], null],
      ],
    ],
    [
      "a closing quote too far away",
      '"abcdefg\nhijk"\nx',
      [
        [1, ['"abcdefg'], "Unclosed quote"],
        [2, ['hijk"'], null],
        [3, ["x"], null],
      ],
    ],
    [
      "a blank line between",
      "a\n\r\n , \nb",
      [
        [1, ["a"], null],
        [4, ["b"], null],
      ],
    ],
    [
      "a return that ends no line stays",
      "a\rb,c\r\nd",
      [
        [1, ["a\rb", "c"], null],
        [2, ["d"], null],
      ],
    ],
  ])("%s", (_name, text, expected) => {
    expect(read(text, twelve).map(({ line, cells, fault }) => [line, cells, fault])).toEqual(expected);
  });

  test("of a broken line the first two thousand characters are kept, of an ordinary one all", () => {
    const [broken] = read(`a,"${"b".repeat(3_000)}\nc`);
    expect([broken!.fault, broken!.cells[0]!.length]).toEqual(["Unclosed quote", 2_000]);
    expect(read("x".repeat(64 * 1024))[0]).toMatchObject({ fault: null });
    const [long] = read("x".repeat(64 * 1024 + 1));
    expect([long!.fault, long!.cells[0]!.length]).toEqual(["Row too long", 2_000]);
  });

  test("after a too long row in pieces the next row starts at the next line", () => {
    const parser = csvRows({ delimiter: ",", ...twelve });
    const rows = ["a\nbcdefghijklmnop", "qr", "s\nx,", "y\n", "z"].flatMap((piece) => parser.take(piece));
    rows.push(...parser.take("", true));
    expect(rows.map(({ line, cells, fault }) => [line, cells, fault])).toEqual([
      [1, ["a"], null],
      [2, ["bcdefghijklm"], "Row too long"],
      [3, ["x", "y"], null],
      [4, ["z"], null],
    ]);
  });

  test("a row is returned as soon as its end has arrived, and not earlier", () => {
    const parser = csvRows({ delimiter: "," });
    expect(parser.take("a,b")).toEqual([]);
    expect(parser.take("\nc").map((row) => row.cells)).toEqual([["a", "b"]]);
    expect(parser.take(',"d"')).toEqual([]);
    expect(parser.take("\n").map((row) => row.cells)).toEqual([]);
    expect(parser.take("e\n").map((row) => row.cells)).toEqual([["c", "d"], ["e"]]);
    expect(parser.take("f", true).map((row) => [row.line, row.cells])).toEqual([[4, ["f"]]]);
  });

  test("with the oldest spreadsheets' newline a line feed is a character", () => {
    expect(cells('a\n,b\r"c\rd",e\rf', { newline: "\r" })).toEqual([["a\n", "b"], ["c\rd", "e"], ["f"]]);
    expect(read('"a\rb\rc",d\re', { newline: "\r" }).map((row) => row.line)).toEqual([1, 4]);
  });
});

test("spaces after a closing quote may be the end of a piece", () => {
  const parser = csvRows({ delimiter: "," });
  expect(parser.take('"a\n"   ')).toEqual([]);
  const rows = ['  ,b\n"c"    ', "d\n"].flatMap((piece) => parser.take(piece)).concat(parser.take("", true));
  expect(rows.map(({ cells, fault }) => fault ?? cells)).toEqual([["a\n", "b"], "Unclosed quote"]);
});
