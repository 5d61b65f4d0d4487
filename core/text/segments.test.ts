import fc from "fast-check";
import { describe, expect, test } from "vitest";
import gsm7 from "../data/gsm7.json" with { type: "json" };
import vectors from "../data/segmentation-cases.json" with { type: "json" };
import smart from "../data/smart-encoding.json" with { type: "json" };
import { GSM7_BASIC, GSM7_EXTENSION, isGsm7, septetsOf } from "./gsm7.ts";
import { segments } from "./segments.ts";

const basic = new Set(GSM7_BASIC);
const extension = new Set(GSM7_EXTENSION);

/** A second implementation in another way: it builds the texts of all segments and measures them. */
function bruteForce(text: string): { encoding: string; parts: string[]; units: number } {
  const chars = [...text];
  const gsm = chars.every((char) => basic.has(char) || extension.has(char));
  const cost = (piece: string) =>
    gsm
      ? [...piece].map((char) => (extension.has(char) ? 2 : 1) as number).reduce((a, b) => a + b, 0)
      : piece.length;
  const encoding = gsm ? "GSM-7" : "UCS-2";
  if (cost(text) <= (gsm ? 160 : 70)) return { encoding, parts: [text], units: cost(text) };
  const limit = gsm ? 153 : 67;
  const pieces = gsm
    ? chars
    : [...new Intl.Segmenter("en").segment(text)].flatMap(({ segment }) =>
        segment === "\r\n" ? ["\r", "\n"] : segment.length > limit ? [...segment] : [segment],
      );
  const parts = [""];
  for (const piece of pieces) {
    const last = parts.length - 1;
    if (cost(parts[last] + piece) > limit) parts.push(piece);
    else parts[last] += piece;
  }
  return { encoding, parts, units: cost(text) };
}

test("the alphabet is the published table", () => {
  expect(GSM7_BASIC).toBe(gsm7.basicString);
  expect(GSM7_EXTENSION).toBe(gsm7.extensionString);
  expect(new Set(GSM7_BASIC).size).toBe(127);
  expect(["a", "€", "ж", "😀"].map((char) => septetsOf(char.codePointAt(0)!))).toEqual([1, 2, 0, 0]);
});

test("all 51 published cases", () => {
  expect(vectors.cases).toHaveLength(51);
  for (const row of vectors.cases) {
    const result = segments(row.text, { smartEncoding: row.smartEncoding });
    expect(
      { encoding: result.encoding, units: result.unitsUsed, segments: result.segments },
      row.name,
    ).toEqual({ encoding: row.encoding, units: row.units, segments: row.segments });
    expect(result.unitsLeft, row.name).toBe(result.unitsPerSegment - row.unitsPerSegment.at(-1)!);
  }
});

describe("cases at the edges", () => {
  test.each([
    ["letters under piled accents, 3 units each", "e\u0301\u0302".repeat(23), "UCS-2", 1, 69],
    ["24 of them: 22 in the first segment", "e\u0301\u0302".repeat(24), "UCS-2", 2, 72],
    ["flag at 67", `${"x".repeat(67)}🇦🇺`, "UCS-2", 2, 71],
    ["flag at 66 moves whole", `${"x".repeat(66)}🇦🇺${"y".repeat(63)}`, "UCS-2", 2, 133],
    [
      "flag at 66 leaves a hole that costs a segment",
      `${"x".repeat(66)}🇦🇺${"y".repeat(64)}`,
      "UCS-2",
      3,
      134,
    ],
    ["keycap and skin tone", `${"x".repeat(66)}👍🏽1️⃣`, "UCS-2", 2, 73],
    ["CR LF may be cut in UCS-2", `${"ж".repeat(66)}\r\n${"ж".repeat(66)}`, "UCS-2", 2, 134],
    ["CR LF may be cut in GSM-7", `${"a".repeat(152)}\r\n${"a".repeat(152)}`, "GSM-7", 2, 306],
    [
      "Hangul jamo make one grapheme",
      `${"x".repeat(66)}\u1112\u1161\u11ab${"y".repeat(64)}`,
      "UCS-2",
      2,
      133,
    ],
    ["a lone surrogate is one unit", "\ud83d", "UCS-2", 1, 1],
    ["two lone surrogates the wrong way round", "\ude00\ud83d", "UCS-2", 1, 2],
    ["ESC itself cannot be sent in GSM-7", "\u001b", "UCS-2", 1, 1],
    ["ohm sign is not omega", "\u2126", "UCS-2", 1, 1],
    ["a letter under 79 accents fits no segment and is cut", `e${"\u0301".repeat(79)}`, "UCS-2", 2, 80],
  ] as const)("%s", (_, text, encoding, count, units) => {
    expect(segments(text)).toMatchObject({ encoding, segments: count, unitsUsed: units });
  });
});

describe("properties", () => {
  const pieces = fc.constantFrom(
    ..."aZ0 €{|\n\réÇçж’…\t\u200b\u0301\ufe0f\u200d".split(""),
    "\r\n",
    "👍",
    "👍🏽",
    "🇦🇺",
    "👨‍👩‍👧‍👦",
    "\ud83d",
    "क्षि",
  );
  const anyText = fc.oneof(
    fc.array(pieces, { maxLength: 400 }).map((list) => list.join("")),
    fc
      .array(fc.constantFrom(...GSM7_BASIC, ...GSM7_EXTENSION), { maxLength: 700 })
      .map((list) => list.join("")),
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
  );

  const smartPieces = fc.oneof(fc.constantFrom(...Object.keys(smart)), pieces);

  test("agrees with a second implementation on any text", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, smartEncoding) => {
        const ours = segments(text, { smartEncoding });
        const theirs = bruteForce(ours.text);
        expect([ours.encoding, ours.segments, ours.unitsUsed]).toEqual([
          theirs.encoding,
          theirs.parts.length,
          theirs.units,
        ]);
      }),
      { numRuns: 3000 },
    );
  });

  test("unitsLeft letters still fit, one more does not", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const before = segments(text);
        const filled = segments(`${text}.${"x".repeat(Math.max(0, before.unitsLeft - 1))}`);
        if (before.encoding === "GSM-7" && before.unitsLeft > 0) {
          expect(filled).toMatchObject({ segments: before.segments, unitsLeft: 0 });
          expect(segments(`${filled.text}x`).segments).toBe(before.segments + 1);
        }
        expect(before.unitsLeft).toBeGreaterThanOrEqual(0);
        expect(before.unitsLeft).toBeLessThanOrEqual(before.unitsPerSegment);
      }),
    );
  });

  test("exactly the characters outside the alphabet are listed, with their positions", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { nonGsm, encoding } = segments(text);
        expect(nonGsm.length > 0).toBe(encoding === "UCS-2");
        for (const found of nonGsm) expect(text.startsWith(found.char, found.index)).toBe(true);
        const without = [...text].filter((char) => !nonGsm.some((found) => found.char === char));
        expect(isGsm7(without.join(""))).toBe(true);
      }),
    );
  });

  const bitsOf = (text: string) => {
    const { encoding, unitsUsed, segments: count } = segments(text);
    return { bits: unitsUsed * (encoding === "GSM-7" ? 7 : 16), count };
  };

  test("smart encoding never makes a text longer: neither in segments nor in bits on the air", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.array(smartPieces, { maxLength: 300 }).map((list) => list.join("")),
        ),
        (text) => {
          const sent = segments(text, { smartEncoding: true });
          const [before, after] = [bitsOf(text), bitsOf(sent.text)];
          expect(after.count).toBe(sent.segments);
          expect(after.count).toBeLessThanOrEqual(before.count);
          expect(after.bits).toBeLessThanOrEqual(before.bits);
          if (sent.encoding === "UCS-2") expect(sent.text).toHaveLength(text.length);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("smart encoding changes only what it lists", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: sent, replaced } = segments(text, { smartEncoding: true });
        let rebuilt = text;
        for (const { from, to, index } of replaced.toReversed()) {
          expect(rebuilt.startsWith(from, index)).toBe(true);
          rebuilt = rebuilt.slice(0, index) + to + rebuilt.slice(index + from.length);
        }
        expect(rebuilt).toBe(sent);
      }),
    );
  });
});

describe("smart encoding", () => {
  const sent = (text: string) => segments(text, { smartEncoding: true }).text;

  test.each([
    ["a no-break space", "20\u00a0% off", "20 % off"],
    ["a tab", "a\tb", "a b"],
    ["a wide space", "a\u3000b", "a b"],
    ["an ellipsis in a text that becomes GSM-7", "Wait…", "Wait..."],
    ["an ellipsis in one that does not", "Wait… 😀", "Wait… 😀"],
    ["an ellipsis alone, which is shorter as it is", "…", "…"],
    ["a family, which is no row of people", "“Hi” 👨‍👩‍👧 \u200b", '"Hi" 👨‍👩‍👧 \u200b'],
  ])("of %s", (_, text, expected) => expect(sent(text)).toBe(expected));

  test("leaves a text as it is where a look-alike would join with an accent and need a segment more", () => {
    const text = `${"ж".repeat(66)}\u0080\u0301${"ж".repeat(66)}`;
    expect(segments(text, { smartEncoding: true })).toMatchObject({ text, segments: 2, replaced: [] });
    expect(segments(text.replace("\u0080", " ")).segments).toBe(3);
  });

  test("every space of the table is one space", () => {
    for (const [char, to] of Object.entries(smart))
      if (/^[\t\p{Zs}]/u.test(char) || to.includes(" ")) expect(to, char).toBe(" ");
  });
});

describe("suggestions for characters", () => {
  test.each([
    ["’", "U+2019", "'"],
    ["–", "U+2013", "-"],
    ["…", "U+2026", "..."],
    ["\u00a0", "U+00A0", " "],
    ["\t", "U+0009", " "],
    ["\u200b", "U+200B", ""],
    ["á", "U+00E1", "a"],
    ["ç", "U+00E7", "c"],
    ["™", "U+2122", "TM"],
    ["😀", "U+1F600", null],
    ["ж", "U+0436", null],
    ["\u0301", "U+0301", null],
    ["ﬁ", "U+FB01", "fi"],
  ])("%j (%s): %j", (char, codePoint, suggestion) => {
    expect(segments(`ab${char}`).nonGsm).toEqual([{ char, index: 2, codePoint, suggestion }]);
  });

  test("every suggestion can be sent in GSM-7", () => {
    for (const char of Object.keys(smart)) {
      for (const { suggestion } of segments(char).nonGsm) expect(isGsm7(suggestion ?? "?")).toBe(true);
    }
  });

  test("with smart encoding only the remaining characters are listed, at their input positions", () => {
    const { text, nonGsm, replaced } = segments("“Hi”… 😀", { smartEncoding: true });
    // The text stays UCS-2, where three full stops cost more than one ellipsis.
    expect(text).toBe('"Hi"… 😀');
    expect(nonGsm).toEqual([{ char: "😀", index: 6, codePoint: "U+1F600", suggestion: null }]);
    expect(replaced.map(({ from, to, index }) => [from, to, index])).toEqual([
      ["“", '"', 0],
      ["”", '"', 3],
    ]);
  });
});

test("a megabyte is counted, because the work is linear", () => {
  expect(segments("€a".repeat(500_000)).segments).toBe(9804);
  expect(segments("ж👍".repeat(300_000)).segments).toBe(13_637);
});

describe("line ends and long graphemes in UCS-2", () => {
  test.each([
    ["CR LF may be cut between its two characters", `${"ж".repeat(66)}\r\nжжж`, 2, 71],
    ["at the end of the first segment too", `${"ж".repeat(65)}\r\n${"ж".repeat(67)}`, 2, 134],
    ["one more does not fit", `${"ж".repeat(65)}\r\n${"ж".repeat(68)}`, 3, 135],
    ["a grapheme of exactly a segment stays whole", `ж${"e".padEnd(67, "\u0301")}жжж`, 3, 71],
    ["one that no segment holds is cut", `ж${"e".padEnd(68, "\u0301")}жж`, 2, 71],
  ])("%s", (_name, text, count, units) => {
    const result = segments(text);
    expect([result.encoding, result.segments, result.unitsUsed]).toEqual(["UCS-2", count, units]);
    expect(bruteForce(text).parts).toHaveLength(count);
  });
});

test("a letter without a base letter gets its usual spelling", () => {
  const plain = (name: string) =>
    [...name].map((char) => segments(char).nonGsm[0]?.suggestion ?? char).join("");
  expect(["Łukasz", "Đorđe", "Þór", "Œuvre", "Işık"].map(plain)).toEqual([
    "Lukasz",
    "Dorde",
    "Thor",
    "OEuvre",
    "Isik",
  ]);
  expect(plain("Łł Đđ Ðð Þþ Ħħ Ŧŧ ı Œœ ẞ Ŋŋ")).toBe("Ll Dd Dd Thth Hh Tt i OEoe SS Ngng");
});

test("known signs get letters, and lone marks get no suggestion", () => {
  const suggestions = Object.fromEntries(
    segments("™®©℠№\u0301\t\u3000\u2126🙂á").nonGsm.map(({ char, suggestion }) => [char, suggestion]),
  );
  expect(suggestions).toEqual({
    "™": "TM",
    "®": "(R)",
    "©": "(C)",
    "℠": "SM",
    "№": "No.",
    "\u0301": null,
    "\t": " ",
    "\u3000": " ",
    "\u2126": "Ω",
    "🙂": null,
    á: "a",
  });
});

test("GSM-7 text has no replacements and no suggestions", () => {
  expect(segments("Hi", { smartEncoding: true })).toMatchObject({ replaced: [], nonGsm: [], text: "Hi" });
  expect(segments("Hi")).toMatchObject({ replaced: [], nonGsm: [], text: "Hi" });
});
