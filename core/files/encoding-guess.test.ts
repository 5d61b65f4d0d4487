import { describe, expect, test } from "vitest";
import { encodingTally, utf16WithoutMark } from "./csv-encoding.ts";
import { ENCODINGS, type Encoding, guessEncoding } from "./encoding-guess.ts";

/** Writes a text in an encoding, by reading every one- and two-byte sequence of it. */
function encoded(text: string, encoding: Encoding): Uint8Array {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const bytesOf = new Map<string, number[]>();
  const note = (...bytes: number[]) => {
    try {
      const sign = decoder.decode(Uint8Array.from(bytes));
      if ([...sign].length === 1 && !bytesOf.has(sign)) bytesOf.set(sign, bytes);
    } catch {}
  };
  for (let one = 0; one < 256; one++) note(one);
  if (/jis|euc|gb|big5/.test(encoding))
    for (let one = 0x81; one < 0xff; one++) for (let two = 0x40; two < 0xff; two++) note(one, two);
  return Uint8Array.from(
    [...text].flatMap((sign) => {
      const bytes = bytesOf.get(sign);
      if (!bytes) throw new Error(`${encoding} has no ${sign}`);
      return bytes;
    }),
  );
}

const file = (...names: string[]) =>
  `Mobile;First name;Surname\r\n${names.map((name, n) => `049157000${n};${name.replace(" ", ";")}\r\n`).join("")}`;

describe("the encoding of a file that is not UTF-8", () => {
  test.each<[Encoding, string]>([
    ["windows-1252", file("Zoë Muñoz", "José Brontë", "René Ångström")],
    ["windows-1252", file("Søren Kjær", "Jürgen Groß", "François Lefèvre")],
    ["macintosh", file("Zoë Muñoz", "José Brontë", "René Ångström").replaceAll("\r\n", "\r")],
    ["windows-1250", file("Łukasz Żółć", "Šárka Dvořáková")],
    ["windows-1250", file("Zoltán Szőke", "Győző Fűrész", "Jiří Kučera")],
    ["windows-1251", file("Мария Иванова", "Пётр Смирнов")],
    ["windows-1251", file("Олександр Їжак", "Ірина Ґудзь")],
    ["koi8-u", file("Мария Иванова", "Пётр Смирнов")],
    ["x-mac-cyrillic", file("Мария Иванова", "Пётр Смирнов")],
    ["ibm866", file("Мария Иванова", "Пётр Смирнов")],
    ["windows-1253", file("Γιώργος Παπαδόπουλος", "Ελένη Κωνσταντίνου")],
    ["windows-1254", file("Işıl Yılmaz", "Oğuz Şahin", "Çağrı Güneş")],
    ["windows-1255", file("אבגד כהן", "שרה לוי")],
    ["windows-1256", file("محمد أحمد", "فاطمة علي")],
    ["windows-1257", file("Jānis Bērziņš", "Rūta Žemaitytė", "Ieva Kļaviņa")],
    ["windows-874", file("สมชาย ใจดี", "มานี รักไทย")],
    ["shift_jis", file("太郎 山田", "はなこ スズキ")],
    ["euc-jp", file("太郎 山田", "はなこ スズキ")],
    ["gb18030", file("小明 王", "丽华 张")],
    ["big5", file("小明 王", "麗華 張")],
    ["euc-kr", file("민준 김", "서연 이")],
  ])("%s: %#", (encoding, text) => {
    const bytes = encoded(text, encoding);
    const tally = encodingTally();
    tally.add(bytes);
    const guess = tally.answer();
    const read = new TextDecoder(guess.encoding).decode(bytes);
    expect(guess.encoding === encoding ? text : `${guess.encoding}: ${read}`).toBe(text);
  });

  test("is unsure where two readings fit, or none", () => {
    const german = encoded(file("Jürgen Müller"), "macintosh");
    for (const bytes of [[0xff, 0xfe, 0x81], [0x5a, 0x6f, 0x91], [0x80, 0x81], german]) {
      const tally = encodingTally();
      tally.add(Uint8Array.from(bytes));
      expect(tally.answer().confidence).toBe("unsure");
    }
  });

  test("is found by an accent in the last row, in pieces", () => {
    const tally = encodingTally();
    for (let n = 0; n < 50; n++) tally.add(new TextEncoder().encode("0491570006;Mia;Jones\r\n".repeat(500)));
    tally.add(encoded(file("Мария Иванова", "Пётр Смирнов"), "windows-1251"));
    expect(tally.answer().encoding).toBe("windows-1251");
  });

  test("keeps a bounded part of a file full of accents", () => {
    const tally = encodingTally();
    for (let n = 0; n < 20; n++) tally.add(encoded("Zoë;".repeat(5000), "windows-1252"));
    expect(tally.answer()).toMatchObject({ encoding: "windows-1252" });
  });
});

test("UTF-16 is known without its mark", () => {
  const text = "Phone\tFirst name\r\n0491570006\tZoë\r\n";
  const bytes = new Uint8Array(2 * text.length);
  for (const little of [true, false]) {
    for (let at = 0; at < text.length; at++)
      new DataView(bytes.buffer).setUint16(2 * at, text.charCodeAt(at), little);
    expect(utf16WithoutMark(bytes)).toBe(little ? "utf-16le" : "utf-16be");
  }
  expect(utf16WithoutMark(new TextEncoder().encode(text))).toBeNull();
  expect(utf16WithoutMark(new Uint8Array(100))).toBeNull();
  expect(utf16WithoutMark(new Uint8Array(2))).toBeNull();
});

test("every encoding is known to the runtime", () => {
  for (const encoding of ENCODINGS) expect(new TextDecoder(encoding).encoding).toBe(encoding);
});

test("text without a character beyond ASCII says nothing of its encoding", () => {
  const guess = guessEncoding(new TextEncoder().encode("Mia"));
  expect(guess).toEqual({ encoding: "windows-1252", confidence: "unsure" });
});
