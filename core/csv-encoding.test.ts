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
  return tally.answer();
}

describe("what a file is", () => {
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
  test("plain ASCII and good UTF-8 are UTF-8, wherever they are cut", () => {
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

  test("the oldest spreadsheets' newline only where there is no other", () => {
    expect(guessNewline("a\rb")).toBe("\r");
    expect(guessNewline("a\r\nb")).toBe("\n");
    expect(guessNewline("a")).toBe("\n");
  });
});
