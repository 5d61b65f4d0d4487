import fc from "fast-check";
import { type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { describe, expect, test } from "vitest";
import { lineTypeRefusal, normalisePhone, phonePrefixes } from "./phone.ts";

const mobile = { ok: true, e164: "+61491570006", country: "AU", lineType: "MOBILE" };

describe("every way an Australian mobile is written", () => {
  test.each([
    "0491570006",
    "0491 570 006",
    "(04) 9157 0006",
    "0491-570-006",
    "0491.570.006",
    "491570006",
    "491570006.0",
    "0491570006.0",
    "61491570006",
    "61491570006.0",
    "+61491570006",
    "+61 491 570 006",
    "+61 (0) 491 570 006",
    "+610491570006",
    "0011 61 491 570 006",
    "'0491570006",
    '="0491570006"',
    '"0491570006"',
    "0491570006'",
    "  0491570006\t",
    "\u200e0491\u00a0570\u00a0006\u202c",
    "\ufeff0491570006",
    "０４９１５７０００６",
    "+６１491570006",
    "Mob: 0491 570 006",
    "m 0491570006",
    "0491 570 006 ext 5",
    "0491 570 006 x12",
    "0491\u2013570\u2013006",
  ])("%s", (raw) => expect(normalisePhone(raw, "AU")).toEqual(mobile));
});

describe("what is refused, and why", () => {
  test.each([
    ["", "Empty"],
    ["   ", "Empty"],
    ["''", "Empty"],
    ["4.9157E+8", "Spreadsheet damage"],
    ["4.91570006E+8", "Spreadsheet damage"],
    ["6,14916E+10", "Spreadsheet damage"],
    ["########", "Spreadsheet damage"],
    ["#N/A", "Spreadsheet damage"],
    ["#VALUE!", "Spreadsheet damage"],
    ["abc", "Not a number"],
    ["n/a", "Not a number"],
    ["0491570006 or 0491570156", "Not a number"],
    ["0491570006, 0491570156", "Not a number"],
    ["0491570006;0491570156", "Not a number"],
    ["1300 FLOWERS", "Not a number"],
    ["=1+1", "Not a number"],
    ["-", "Not a number"],
    ["+", "Not a number"],
    ["someone@example.com", "Not a number"],
    ["9".repeat(100), "Not a number"],
    ["1", "Too short"],
    ["0491", "Too short"],
    ["0491570006/0491570156", "Too long"],
    ["+61491570006123456", "Too long"],
    ["0550001234", "Not valid in its country"],
    ["+61145000000", "Not valid in its country"],
    ["0491 570 00", "Not valid in its country"],
    ["+999123456789", "Not valid in its country"],
  ])("%s: %s", (raw, reason) => expect(normalisePhone(raw, "AU")).toEqual({ ok: false, reason }));
});

describe("other countries and kinds of line", () => {
  test.each([
    ["+1 415 555 2671", "AU", "+14155552671", "US", "FIXED_LINE_OR_MOBILE"],
    ["(415) 555-2671", "US", "+14155552671", "US", "FIXED_LINE_OR_MOBILE"],
    ["+1 604 555 0123", "AU", "+16045550123", "CA", "FIXED_LINE_OR_MOBILE"],
    ["1-800-356-9377", "US", "+18003569377", "US", "TOLL_FREE"],
    ["+1 500 555 0006", "US", "+15005550006", "US", "PERSONAL_NUMBER"],
    ["021 123 4567", "NZ", "+64211234567", "NZ", "MOBILE"],
    ["021 123 4567", "nz", "+64211234567", "NZ", "MOBILE"],
    ["07400 123456", "GB", "+447400123456", "GB", "MOBILE"],
    ["+44 7624 123456", "GB", "+447624123456", "IM", "MOBILE"],
    ["13 12 34", "AU", "+61131234", "AU", "SHARED_COST"],
    ["1300 123 456", "AU", "+611300123456", "AU", "SHARED_COST"],
    ["1800 123 456", "AU", "+611800123456", "AU", "TOLL_FREE"],
    ["02 5550 1234", "AU", "+61255501234", "AU", "FIXED_LINE"],
  ])("%s in %s", (raw, home, e164, country, lineType) => {
    expect(normalisePhone(raw, home)).toEqual({ ok: true, e164, country, lineType });
  });

  test("an unknown default country still reads numbers with a plus, and nothing else", () => {
    expect(normalisePhone("+61491570006", "ZZ")).toEqual(mobile);
    expect(normalisePhone("0491570006", "ZZ")).toEqual({ ok: false, reason: "Not valid in its country" });
  });

  test("a number without a country has none", () => {
    expect(normalisePhone("+800 1234 5678", "AU")).toMatchObject({ ok: true, country: null });
  });

  test("only lines that take texts pass", () => {
    for (const type of ["MOBILE", "FIXED_LINE_OR_MOBILE", "UNKNOWN"])
      expect(lineTypeRefusal(type)).toBeNull();
    for (const type of ["FIXED_LINE", "TOLL_FREE", "SHARED_COST", "PREMIUM_RATE", "VOIP", "PAGER"]) {
      expect(lineTypeRefusal(type)).toMatch(/^an? /);
    }
  });
});

/** Whether the digits are the number, with at most a country code or a trunk prefix before it. */
function isPlainly(raw: string, { countryCallingCode, nationalNumber }: PhoneNumber): boolean {
  const digits = raw.replace(/\D/g, "");
  return ["", "0", countryCallingCode].some((prefix) => digits === `${prefix}${nationalNumber}`);
}

/** The library keeps the 1 that Mexico's mobiles had after the country code until 2019; we don't. */
function withoutMexicos1(raw: string): string {
  const digits = raw.replace(/[^\d+]/g, "");
  return /^\+521\d{10}$/.test(digits) ? digits.replace("+521", "+52") : raw;
}

describe("the fast path agrees with the library", () => {
  const separator = fc.constantFrom("", "", "", " ", "-", " (", ") ");
  const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
  const spaced = (prefix: string, min: number, max: number) =>
    fc
      .tuple(digits(min, max), fc.array(separator, { minLength: 3, maxLength: 3 }))
      .map(([d, s]) => `${prefix}${d.slice(0, 3)}${s[0]}${d.slice(3, 6)}${s[1]}${d.slice(6)}`);
  const shapes = fc.oneof(
    spaced("+614", 8, 8),
    spaced("04", 8, 8),
    spaced("4", 8, 8),
    spaced("+1", 10, 10),
    spaced("+15", 9, 9),
    spaced("+61", 7, 10),
    spaced("", 8, 11),
    spaced("+", 8, 13),
  );

  test("for Mexico's two forms, which are one number", () => {
    expect(normalisePhone("+52 1 220 000 0000", "AU")).toMatchObject({ ok: true, e164: "+522200000000" });
  });

  test("for every shape it takes", () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom("AU", "US", "NZ"), (raw, home) => {
        const theirs = parsePhoneNumberFromString(withoutMexicos1(raw), {
          ...{ defaultCountry: home as "AU", extract: false },
        });
        const ours = normalisePhone(raw, home);
        // Digits alone may be a number of the country, or one with its code in front: the library takes the first.
        if (!ours.ok && ours.reason === "Ambiguous") return;
        // The library does not know that 00 is the international prefix in any country: it reads the same with a plus.
        const abroad = withoutMexicos1(raw.replace(/\D/g, "").replace(/^00/, "+"));
        if (ours.ok && theirs?.number !== ours.e164) {
          expect(abroad).toMatch(/^\+/);
          expect(ours.e164).toBe(parsePhoneNumberFromString(abroad, { extract: false })?.number);
          return;
        }
        // If the library adds, moves or drops digits, the text does not contain its answer.
        if (!ours.ok && theirs?.isValid() && !isPlainly(raw, theirs)) return;
        expect(ours.ok).toBe(theirs?.isValid() ?? false);
        if (ours.ok) {
          expect([ours.e164, ours.country, ours.lineType]).toEqual([
            theirs?.number,
            theirs?.country ?? null,
            theirs?.getType() ?? "UNKNOWN",
          ]);
        }
      }),
      { numRuns: 8000 },
    );
  });

  test("for every five-digit start of a mobile and every area code with an exchange", () => {
    for (let n = 0; n < 20_000; n++) {
      const raw = n % 2 ? `+614${String(n).padStart(5, "0")}000` : `+1${String(n * 50).padStart(6, "2")}1234`;
      const theirs = parsePhoneNumberFromString(raw);
      expect(normalisePhone(raw, "AU").ok).toBe(theirs?.isValid() ?? false);
    }
  });

  test("what comes out goes in again unchanged", () => {
    fc.assert(
      fc.property(shapes, (raw) => {
        const first = normalisePhone(raw, "AU");
        if (first.ok) expect(normalisePhone(first.e164, "US")).toEqual(first);
      }),
    );
  });

  test("nothing makes it throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (raw, home) => {
        expect(typeof normalisePhone(raw, home).ok).toBe("boolean");
      }),
    );
  });
});

describe("decoration is removed, digits never", () => {
  test.each([
    "mob:0491570006",
    "mob.: 0491570006",
    "Tel 0491570006",
    "0491570006x12",
    "0491570006#7",
    "0491570006 extension 12",
    "''0491570006''",
    "  '0491570006'  ",
    '="0491570006"',
    `0491570006${" ".repeat(54)}`,
    `04${" ".repeat(55)}91570006`,
  ])("%j", (raw) => expect(normalisePhone(raw, "AU")).toEqual(mobile));

  test.each([
    ["04'91570006", "Not a number"],
    ["0491570006 x12 3", "Not a number"],
    ["491570006.05", "Spreadsheet damage"],
    ["x4.9157E+8", "Not a number"],
    ["4.9157E+8 x", "Not a number"],
    ["4.9157E+8", "Spreadsheet damage"],
    ["+4.9157E+8", "Spreadsheet damage"],
    ["-4.9157E+8", "Spreadsheet damage"],
    ["491.57E+6", "Spreadsheet damage"],
    ["4E+8", "Spreadsheet damage"],
    ["4.9157e8", "Spreadsheet damage"],
    ["x#N/A", "Not a number"],
    ["#abc", "Not a number"],
    ["#NAME?", "Spreadsheet damage"],
  ])("%j: %s", (raw, reason) => {
    const found = normalisePhone(raw, "AU");
    expect(found.ok ? found : found.reason).toBe(reason);
  });
});

test("every kind of line that takes no texts is named", () => {
  expect(
    [
      "FIXED_LINE",
      "TOLL_FREE",
      "SHARED_COST",
      "PREMIUM_RATE",
      "PERSONAL_NUMBER",
      "VOIP",
      "PAGER",
      "UAN",
      "VOICEMAIL",
    ].map(lineTypeRefusal),
  ).toEqual([
    "a landline, which cannot receive texts",
    "a toll-free number",
    "a shared-cost (13 or 1300) number",
    "a premium-rate number",
    "a personal follow-me number, charged at special rates",
    "an internet phone number",
    "a pager",
    "a company-wide number",
    "a voicemail number",
  ]);
});

describe("prefixes of a partly typed number", () => {
  test.each([
    ["0412", "AU", ["+61412"]],
    ["412", "au", ["+412", "+61412"]],
    ["61412", "AU", ["+61412", "+6161412"]],
    ["0061412", "AU", ["+6161412"]],
    ["202", "US", ["+202", "+1202"]],
    ["202", "ZZ", ["+202"]],
    ["0412", "ZZ", []],
    ["000", "AU", []],
  ])("%s in %s: %j", (digits, country, prefixes) => {
    expect(phonePrefixes(digits, country)).toEqual(prefixes);
  });

  test("a whole number of that country begins so, however few of its local digits are typed", () => {
    for (let length = 3; length <= 10; length += 1) {
      const [prefix] = phonePrefixes("0491570006".slice(0, length), "AU");
      expect("+61491570006".startsWith(prefix!)).toBe(true);
    }
  });
});
