import { describe, expect, test } from "vitest";
import {
  binaryKind,
  encodingOfMark,
  encodingTally,
  guessDelimiter,
  guessNewline,
  textDecoder,
} from "./csv-encoding.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...values: number[]) => new Uint8Array(values);

function encodingOf(...pieces: Uint8Array[]) {
  const tally = encodingTally();
  for (const piece of pieces) tally.add(piece);
  return tally.answer().encoding;
}

describe("the kind of a file", () => {
  test.each([
    ["%PDF-1.7", "a PDF"],
    ["PK\u0003\u0004", "an Excel workbook or a zip archive"],
    ["name\u0000phone", "not a text file: it is full of NUL bytes"],
    [`phone,name${"x".repeat(200)}\u0000`, null],
    ["phone,name", null],
  ])("%j", (head, kind) => expect(binaryKind(utf8(head))).toBe(kind));

  test("UTF-16 with its mark is text although half of its bytes are NUL", () => {
    expect(binaryKind(bytes(0xff, 0xfe, 0x70, 0))).toBeNull();
    expect(encodingOfMark(bytes(0xfe, 0xff, 0, 0x70))).toBe("utf-16be");
  });
});

describe("UTF-8 or Windows-1252", () => {
  test("ASCII and valid UTF-8 are UTF-8, cut anywhere", () => {
    const text = utf8("Zoë Ça va? 👋🏽 “quoted” — Łódź");
    expect(encodingOf(utf8("abc"))).toBe("utf-8");
    for (let at = 0; at < text.length; at++)
      expect(encodingOf(text.slice(0, at), text.slice(at))).toBe("utf-8");
  });

  test("a lone accent anywhere makes it Windows-1252", () => {
    expect(encodingOf(utf8("x".repeat(5000)), bytes(0x5a, 0x6f, 0xeb))).toBe("windows-1252");
    expect(encodingOf(bytes(0x93, 0x68, 0x69, 0x94))).toBe("windows-1252");
  });

  test("one damaged byte among many good ones stays UTF-8", () => {
    expect(encodingOf(utf8("é".repeat(50)), bytes(0xff, 0x20))).toBe("utf-8");
  });

  test("curly quotes, the euro and dashes of Windows-1252 are read", () => {
    const decode = textDecoder("windows-1252");
    expect(decode(bytes(0x93, 0x5a, 0x6f, 0xeb, 0x94, 0x20, 0x80)) + decode(bytes(0x97)) + decode(null)).toBe(
      "“Zoë” €—",
    );
  });

  test("each encoding is decoded in pieces of one byte", () => {
    const cases = [
      ["utf-8", bytes(0xef, 0xbb, 0xbf, 0xc3, 0xab, 0xf0, 0x9f, 0x91, 0x8b), "ë👋"],
      ["utf-16le", bytes(0xff, 0xfe, 0xeb, 0, 0x3d, 0xd8, 0x4b, 0xdc), "ë👋"],
      ["utf-16be", bytes(0xfe, 0xff, 0, 0xeb, 0xd8, 0x3d, 0xdc, 0x4b), "ë👋"],
    ] as const;
    for (const [encoding, data, expected] of cases) {
      const decode = textDecoder(encoding);
      let text = "";
      for (const byte of data) text += decode(bytes(byte));
      expect(text + decode(null)).toBe(expected);
    }
  });
});

describe("delimiter and newline", () => {
  test.each([
    ["phone,name\n1,a\n", ","],
    ["phone;name\n0412,5;a\n", ";"],
    ["phone\tname, full\n1\tLee, Jo\n", "\t"],
    ["phone|name|note\n1|a|b,c;d\n", "|"],
    ['"phone, mobile";"a,b,c"\n1;2\n', ";"],
    ["phone\n0412\n", ","],
    ["", ","],
  ])("%j has %j", (text, delimiter) => expect(guessDelimiter(text)).toBe(delimiter));

  test("a lone CR is a newline only where there is no other", () => {
    expect(guessNewline("a\rb")).toBe("\r");
    expect(guessNewline("a\r\nb")).toBe("\n");
    expect(guessNewline("a")).toBe("\n");
  });
});

test.each([
  [[0x50, 0x4b, 0x05, 0x06], "an empty zip archive"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0x1f, 0x8b], "a gzip archive"],
  [[0x89, 0x50, 0x4e, 0x47], "a picture"],
  [[0xff, 0xd8, 0xff], "a picture"],
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], "a word processor's document"],
])("%j begins %s", (head, kind) => {
  expect(binaryKind(bytes(...head, 0x20))).toBe(kind);
  expect(binaryKind(bytes(0x20, ...head))).not.toBe(kind);
});

test("one NUL in a hundred bytes is a stray one, two are not", () => {
  const withNul = (count: number) => Uint8Array.from({ length: 100 }, (_, at) => (at < count ? 0 : 0x61));
  expect(binaryKind(withNul(1))).toBeNull();
  expect(binaryKind(withNul(2))).toBe("not a text file: it is full of NUL bytes");
});

test("a UTF-8 mark followed by NUL bytes is not text", () => {
  expect(encodingOfMark(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe("utf-8");
  expect(encodingOfMark(bytes(0xef, 0xbb))).toBeNull();
  expect(binaryKind(bytes(0xef, 0xbb, 0xbf, 0x61, 0, 0))).toMatch("NUL");
});

describe("which bytes are UTF-8", () => {
  const mostly = (...tail: number[]) => encodingOf(bytes(...tail));
  test.each([
    [[0xc2, 0x80]],
    [[0xdf, 0xbf]],
    [[0xe0, 0xa0, 0x80]],
    [[0xef, 0xbf, 0xbd]],
    [[0xf0, 0x90, 0x80, 0x80]],
    [[0xf4, 0x8f, 0xbf, 0xbf]],
    [[0x7f]],
  ])("%j is", (sequence) => expect(mostly(...sequence)).toBe("utf-8"));

  test.each([
    [[0x80]],
    [[0xc1, 0x80]],
    [[0xc2]],
    [[0xc2, 0x41]],
    [[0xc2, 0xc2, 0x80]],
    [[0xe0, 0xa0]],
    [[0xe0, 0xa0, 0x41]],
    [[0xf0, 0x90, 0x80]],
    [[0xf0, 0x90, 0x80, 0x41]],
    [[0xf5, 0x80, 0x80, 0x80]],
    [[0xff]],
  ])("%j is not", (sequence) => expect(mostly(...sequence)).not.toBe("utf-8"));

  test("more than ten valid characters for each damaged byte are UTF-8", () => {
    expect(encodingOf(utf8("é".repeat(10)), bytes(0xff))).not.toBe("utf-8");
    expect(encodingOf(utf8("é".repeat(11)), bytes(0xff))).toBe("utf-8");
    expect(encodingOf(utf8("é".repeat(20)), bytes(0xff, 0x20, 0xff))).not.toBe("utf-8");
    expect(encodingOf(utf8("é".repeat(21)), bytes(0xff, 0x20, 0xff))).toBe("utf-8");
    // A three-byte sign counts once, and only when it is complete.
    expect(encodingOf(utf8("€".repeat(5)), bytes(0xff))).not.toBe("utf-8");
    expect(encodingOf(utf8("👋".repeat(4)), bytes(0xff))).not.toBe("utf-8");
  });
});

test.each([
  ["the header fits two, the rows say which", "a,b;c\nx,y\nz,w\n", ","],
  ["rows that agree beat a header of many", "a;b;c;d,e\nx,y\nz,w\n", ","],
  ["where both agree, more columns win", "a,b,c;d\n1,2,3;4\n", ","],
  ["twenty columns are as good as more", `${"a;".repeat(19)}b${",c".repeat(24)}`, ";"],
  ["blank lines say nothing", "a,b;c\n\n \n\n\nx,y\n", ","],
  ["what is quoted says nothing", '"a;b;c",d\n"e;f;g",h\n', ","],
  ["nor what a doubled quote holds", '"a ""x;y;z"" b",d\n"e;f;g",h\n', ","],
  ["only the first lines are asked", `a,b;c\n${"x,y\n".repeat(49)}${"x;y\n".repeat(500)}`, ","],
  ["a title says nothing", "People, all\nour list\na;b;c\nx;y;z\nu;v;w\nr;s;t\n1;2;3\n", ";"],
  ["nor one without any separator", "People\na;b;c\nx;y\nu;v;w\nr;s;t\n", ";"],
  ["any line ending works", "a,b;c\rx,y\rz,w", ","],
])("%s", (_name, text, delimiter) => expect(guessDelimiter(text)).toBe(delimiter));
