import fc from "fast-check";
import { type CountryCode, getCountries, getExampleNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, test } from "vitest";
import { mapRow } from "./contact-import.ts";
import { normalisePhone } from "./phone.ts";

const read = (raw: string, home: string) => {
  const phone = normalisePhone(raw, home);
  return phone.ok ? phone.e164 : phone.reason;
};

describe("what a spreadsheet does to a number", () => {
  test.each([
    ["61491570006.00", "AU", "+61491570006"],
    ["491570156.00", "AU", "+61491570156"],
    ["491570156,000000", "AU", "+61491570156"],
    ["+61491570156.0", "AU", "+61491570156"],
    ["61,491,570,157", "AU", "+61491570157"],
    ["61,491,570,157.00", "AU", "+61491570157"],
    ["61.491.570.157,00", "AU", "+61491570157"],
    ["61 491 570 157,0", "AU", "+61491570157"],
    ["61’491’570’157", "AU", "+61491570157"],
    ["6,14,91,57,01,57.00", "AU", "Not a number"],
    ["61,49,15,70,157", "AU", "+61491570157"],
    ["0491570006.00", "AU", "+61491570006"],
    ["+61.491570006", "NZ", "+61491570006"],
    ["+1.4155552671", "NZ", "+14155552671"],
    ["21,000,000", "NZ", "+6421000000"],
    ["415.555.0000", "US", "+14155550000"],
    ['="0491570006"', "AU", "+61491570006"],
  ])("%s in %s is %s", (raw, home, e164) => expect(read(raw, home)).toBe(e164));

  test.each([
    ["21000000.00", "NZ", "Ambiguous"],
    ["+5080829100", "TR", "Ambiguous"],
    // The same number with a sign from a formula, and two numbers of which the second has a separator.
    ["+-5080786473", "TR", "Ambiguous"],
    ["436641565-661.00000", "AT", "Ambiguous"],
    ["0015124797434", "DE", "Ambiguous"],
    ["664 1218.0007", "AT", "Ambiguous"],
    ["+43 664 12341950-9", "AT", "Ambiguous"],
    ["43 664 180380  0000", "AT", "Ambiguous"],
    ["21000000,0", "NZ", "Ambiguous"],
    ["21,000,000.00", "NZ", "Ambiguous"],
    ["+6421000000.00", "NZ", "Ambiguous"],
    ["6421000000.00", "NZ", "Ambiguous"],
    ["66400000000.00", "AT", "Ambiguous"],
    ["8120000000.00", "ID", "Ambiguous"],
    ["2100000.00", "NZ", "Not valid in its country"],
    ["21000000.5", "NZ", "Spreadsheet damage"],
    ["21000000,50", "NZ", "Spreadsheet damage"],
    ["0.491570006", "AU", "Spreadsheet damage"],
    ["021000000,5", "NZ", "Not a number"],
    ["+6421000000.5", "NZ", "Spreadsheet damage"],
    ["6.4E+09", "NZ", "Spreadsheet damage"],
    ["6,4 E+09", "NZ", "Spreadsheet damage"],
    ["6.4x10^9", "NZ", "Spreadsheet damage"],
    ["-491570006", "AU", "Spreadsheet damage"],
    ["−491570006", "AU", "Spreadsheet damage"],
    ["(491570006)", "AU", "Spreadsheet damage"],
    ["491570006-", "AU", "Spreadsheet damage"],
    ["21000000/01", "NZ", "Ambiguous"],
    ["21000000-01", "NZ", "Ambiguous"],
    ["21000000\n01", "NZ", "Ambiguous"],
    ["0491570006\n0491570156", "AU", "Too long"],
    ["415,5552671,00", "US", "Not a number"],
    ["-+6907290.5", "TK", "Spreadsheet damage"],
    ["1,23.45", "US", "Not a number"],
    ["+()", "AU", "Not a number"],
    ["+43664123456.0000-", "AT", "Not a number"],
    ["+43664123456.0000.5", "AT", "Not a number"],
    ["(0664 123456", "AT", "Not a number"],
  ])("%j in %s is refused: %s", (raw, home, reason) => expect(read(raw, home)).toBe(reason));

  test.each([
    ["3211234", "BS", "an area code that was left out"],
    ["886377", "SM", "an area code that was left out"],
    ["011 15-2345-6789", "AR", "digits that are moved"],
    ["0 21 11 912345678", "BR", "a carrier's code"],
    ["62812345678", "ID", "a local number or one with the country's code"],
  ])("%s in %s is refused: %s", (raw, home) => expect(normalisePhone(raw, home).ok).toBe(false));

  test.each([
    ["06 30 123 4567", "HU", "+36301234567"],
    ["8 912 345-67-89", "RU", "+79123456789"],
    ["1 415 555 2671", "US", "+14155552671"],
    ["0011 61 491 570 006", "AU", "+61491570006"],
    ["00 61 491 570 313", "AU", "+61491570313"],
    ["0061491570313", "ZZ", "+61491570313"],
    ["+44 (0)7400 123456", "AU", "+447400123456"],
    ["+4407400123456", "GB", "+447400123456"],
    ["+5215555550102", "AU", "+525555550102"],
    ["0412345678", "CX", "+61412345678"],
  ])("%s in %s loses only what is dialled before the number", (raw, home, e164) =>
    expect(read(raw, home)).toBe(e164),
  );
});

describe("numbers with decoration", () => {
  test.each([
    "\u202a+61 491 570 006\u202c",
    "\u200b0491\u202f570\u202f006",
    "tel:+61491570006",
    "tel:+61-491-570-006;ext=12",
    "https://wa.me/61491570006",
    "0491 570 006 (mum)",
    "00 61 491 570 006",
    "٠٤٩١٥٧٠٠٠٦",
    "۰۴۹۱۵۷۰۰۰۶",
    "0491 570 006,",
    "0491 570 006.",
    "0491–570–006",
    "0491\u3000570\u3000006",
    "（０４）９１５７ ０００６",
    "0491 570 006\n",
  ])("%j", (raw) => expect(read(raw, "AU")).toBe("+61491570006"));

  test("a letter among the digits is none", () => expect(read("O491 570 006", "AU")).toBe("Not a number"));
});

/** A valid number of each country, with random digits where its numbering plan allows them. */
const homes = getCountries().filter((country) => getExampleNumber(country, examples));
const validNumber = fc
  .tuple(
    fc.constantFrom(...homes),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 }),
    fc.nat(6),
  )
  .map(([home, noise, varied]) => {
    const example = getExampleNumber(home, examples)!;
    const kept = example.nationalNumber.length - varied;
    const national = example.nationalNumber.slice(0, kept) + noise.slice(0, varied).join("");
    const changed = `+${example.countryCallingCode}${national}`;
    const phone = normalisePhone(changed, "");
    return {
      home,
      code: example.countryCallingCode as string,
      e164: phone.ok ? changed : (example.number as string),
    };
  });

const grouped = (digits: string, mark: string) => digits.replace(/\B(?=(?:\d{3})+$)/g, mark);
const damage = fc.record({
  zeros: fc.constantFrom("", "0", "00", "000", "0000"),
  decimalMark: fc.constantFrom(".", ","),
  thousands: fc.constantFrom("", "", ",", ".", " ", "'"),
  form: fc.constantFrom("plus", "code", "national"),
  before: fc.constantFrom("", "", "'", "-", "(", " "),
  after: fc.constantFrom("", "", "-", ")", " ", "5", ".5", "E+2"),
});

test("a damaged number is read as itself or refused, never as another number", () => {
  fc.assert(
    fc.property(validNumber, damage, ({ home, code, e164 }, hurt) => {
      const national = e164.slice(1 + code.length);
      const digits = hurt.form === "national" ? national.replace(/^0+/, "") : e164.slice(1);
      const whole = hurt.thousands === "" ? digits : grouped(digits, hurt.thousands);
      // One mark is never both: no program writes 6.907.290.00.
      const decimalMark = hurt.thousands === "." ? "," : hurt.thousands === "," ? "." : hurt.decimalMark;
      const decimals = hurt.zeros === "" ? "" : decimalMark + hurt.zeros;
      const isMore = hurt.after === "5" || hurt.after === ".5";
      // A digit after a whole number makes a longer number, and no program writes two decimal marks.
      const after = isMore && (hurt.after === "5") === (decimals === "") ? "" : hurt.after;
      const cell = `${hurt.before}${hurt.form === "plus" ? "+" : ""}${whole}${decimals}${after}`;
      const phone = normalisePhone(cell, home);
      if (!phone.ok) return;
      expect(phone.e164, `${cell} in ${home}`).toBe(e164);
      const spelled = cell.replace(/\D/g, "");
      expect(spelled, cell).toContain(phone.e164.slice(1 + code.length).replace(/^0+/, ""));
    }),
    { numRuns: 20_000 },
  );
});

test("an accepted number's digits are always in the cell", () => {
  const character = fc.constantFrom(..."0123456789", ..."0123456789", ..." .,-()+/'xeE");
  const cell = fc.string({ unit: character, minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(
      cell,
      fc.constantFrom<CountryCode>("AU", "NZ", "US", "AT", "ID", "DE", "IT", "AR", "MX", "BS"),
      (raw, home) => {
        const mapped = mapRow([raw], { phone: 0 }, { defaultCountry: home });
        if (!mapped.ok) return;
        const digits = raw.replace(/\D/g, "");
        const { phoneE164 } = mapped.contact;
        const ends = [1, 2, 3].some((length) =>
          digits.replace(/0+$/, "").includes(phoneE164.slice(1 + length).replace(/0+$/, "")),
        );
        expect(ends, `${raw} in ${home} became ${phoneE164}`).toBe(true);
      },
    ),
    { numRuns: 20_000 },
  );
});
