import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { neutraliseFormula } from "../files/csv-formula.ts";
import { mapRow } from "./contact-import.ts";
import { checkHeader, guessMapping, IMPORT_FIELDS } from "./import-columns.ts";
import { normalisePhone } from "./phone.ts";

describe("guesses columns by their headings", () => {
  test.each([
    ["Mobile,First Name,Last Name", { phone: 0, first_name: 1, last_name: 2 }],
    ["Given name,Surname,Phone Number,e-mail", { first_name: 0, last_name: 1, phone: 2, email: 3 }],
    ["\ufeffphone_e164,ZIP,State/Province,Suburb", { phone: 0, postcode: 1, state: 2, city: 3 }],
    [
      "Post code,Time Zone,Tags,Country,MOBILE NO.",
      { postcode: 0, timezone: 1, tags: 2, country: 3, phone: 4 },
    ],
    ["Name,Phone", { full_name: 0, phone: 1 }],
    ["Name,First,Phone", { first_name: 1, phone: 2 }],
    ["Phone,Mobile", { phone: 1 }],
    ["Mobile,Phone", { phone: 0 }],
    ["Prénom,Téléphone portable,Portable", { first_name: 0, phone: 2 }],
    ["Shoe size,Favourite", {}],
  ])("%s", (header, mapping) => expect(guessMapping(header.split(","), [])).toEqual(mapping));

  const rows = [
    ["1001", "0491 570 006", "Mia", "2000"],
    ["1002", "+61491570156", "Noah", "3000"],
    ["1003", "", "Ava", "4000"],
  ];
  test("without a heading it takes the column that looks like phone numbers", () => {
    expect(guessMapping(["a", "b", "c", "d"], rows)).toEqual({ phone: 1 });
    expect(guessMapping(["a", "b", "c", "d"], rows, "GB").phone).toBeUndefined();
    expect(guessMapping(["a", "email", "c", "d"], rows)).toEqual({ email: 1 });
    expect(guessMapping(["a", "b", "c", "d"], [["1"], ["2"]])).toEqual({});
  });
});

describe("header", () => {
  test.each([
    [["Phone", "Name"], []],
    [["Phone", "", ""], []],
    [["Phone", "Name", "phone "], [/Columns 1 and 3 are both called "phone"/]],
    [
      ["First name", "first_name", "x", "X"],
      [/1 and 2/, /3 and 4/],
    ],
    [[], [/no header/]],
    [["", " "], [/no header/]],
    [Array.from({ length: 10_000 }, (_, n) => `c${n}`), [/10000 columns; at most 200/]],
    [["%PDF-1.4\u0001", "x"], [/control characters/]],
  ])("%j", (header, faults) => {
    expect(checkHeader(header)).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});

const mapping = Object.fromEntries(IMPORT_FIELDS.map((field, column) => [field, column]));
const options = { defaultCountry: "AU" };
const cells = (values: Partial<Record<(typeof IMPORT_FIELDS)[number], string>>) =>
  IMPORT_FIELDS.map((field) => values[field] ?? (field === "phone" ? "0491 570 006" : ""));
const accepted = (values: Parameters<typeof cells>[0]) => {
  const mapped = mapRow(cells(values), mapping, options);
  if (!mapped.ok) throw new Error(mapped.reason);
  return { ...mapped.contact, warnings: mapped.warnings };
};

describe("a good row", () => {
  test("whole", () => {
    const mapped = mapRow(
      [
        "x",
        " 0491570006 ",
        "Mia",
        "Jones",
        "Mia@Example.com",
        "2000",
        "NSW",
        "Sydney",
        "Australia/Sydney",
        "vip; new",
        "A1",
      ],
      {
        ...{
          phone: 1,
          first_name: 2,
          last_name: 3,
          email: 4,
          postcode: 5,
          state: 6,
          city: 7,
          timezone: 8,
          tags: 9,
        },
        custom: { "Member No": 10, Missing: 11, "": 0 },
      },
      { ...options, columns: 11, seen: () => false },
    );
    expect(mapped).toEqual({
      ok: true,
      warnings: [],
      optedOut: null,
      contact: {
        ...{
          phoneE164: "+61491570006",
          country: "AU",
          lineType: "MOBILE",
          firstName: "Mia",
          lastName: "Jones",
        },
        ...{
          email: "mia@example.com",
          postcode: "2000",
          state: "NSW",
          city: "Sydney",
          timezone: "Australia/Sydney",
        },
        addressCountry: null,
        evidence: {},
        ...{ tags: ["vip", "new"], custom: { member_no: "A1" } },
      },
    });
  });

  test("a number alone", () => {
    expect(mapRow(["0491570006"], { phone: 0 }, options)).toMatchObject({
      ok: true,
      contact: { firstName: null, lastName: null, email: null, timezone: null, tags: [], custom: {} },
    });
  });

  test.each([
    ["Mia Jones", "Mia", "Jones"],
    ["Mia van der Berg", "Mia", "van der Berg"],
    ["Jones, Mia", "Mia", "Jones"],
    ["Mia", "Mia", null],
    ["Mia,", "Mia", null],
    [", Mia", "Mia", null],
    [",", null, null],
    ["", null, null],
  ])("full name %j", (full_name, firstName, lastName) => {
    expect(accepted({ full_name })).toMatchObject({ firstName, lastName });
  });

  test("separate name columns win over the full name", () => {
    expect(accepted({ full_name: "A B", last_name: "C" })).toMatchObject({ firstName: null, lastName: "C" });
  });

  test.each([
    ["021 123 4567", "NZ", "+64211234567"],
    ["021 123 4567", "New Zealand", "+64211234567"],
    ["(415) 555-2671", "U.S.A.", "+14155552671"],
    ["0491 57 00 06", "Belgium", "+32491570006"],
    ["+61491570006", "Belgium", "+61491570006"],
    ["+61491570006", "Nowhere", "+61491570006"],
    ["0491 570 006", "NULL", "+61491570006"],
    ["0491 570 006", " - ", "+61491570006"],
    ["21 123 4567", "+64", "+64211234567"],
    ["+61491570006", "Congo", "+61491570006"],
  ])("the row's own country: %s in %s", (phone, country, e164) => {
    expect(accepted({ phone, country }).phoneE164).toBe(e164);
  });

  test.each([
    ["Australia/Perth", "Australia/Perth", 0],
    ["australia/perth", "Australia/Perth", 0],
    ["America/New York", "America/New_York", 0],
    ["UTC", null, 1],
    ["+10:00", null, 1],
    ["AEST", null, 1],
    ["Mars/Olympus", null, 1],
    ["", null, 0],
  ])("time zone %j is %j", (timezone, zone, warned) => {
    for (let again = 0; again < 2; again++) {
      const contact = accepted({ timezone });
      expect(contact.timezone).toBe(zone);
      expect(contact.warnings).toHaveLength(warned);
    }
  });

  test("a file full of invented time zones only causes warnings", () => {
    for (let n = 0; n < 1100; n++) expect(accepted({ timezone: `Mars/Crater_${n}` }).timezone).toBeNull();
  });

  test.each([
    "nobody",
    "a@b",
    "a b@example.com",
    "a@@example.com",
    "<a@example.com>",
    "a@example.com, b@example.com",
  ])("invalid address %s is skipped with a warning", (email) =>
    expect(accepted({ email })).toMatchObject({ email: null, warnings: [expect.stringMatching(/e-mail/)] }),
  );

  test("tags: split, trimmed, once each, bounded", () => {
    expect(accepted({ tags: " a ,b;a|| c" }).tags).toEqual(["a", "b", "c"]);
    const many = accepted({ tags: Array.from({ length: 30 }, (_, n) => `t${n}`).join(",") });
    expect(many.tags).toHaveLength(20);
    expect(many.warnings).toHaveLength(1);
    expect(accepted({ tags: `ok,${"x".repeat(51)}` })).toMatchObject({
      tags: ["ok"],
      warnings: [expect.anything()],
    });
  });

  test("text: control characters become a space, formulas stay text", () => {
    expect(accepted({ first_name: "Mia\r\nRose\t" }).firstName).toBe("Mia Rose");
    expect(accepted({ first_name: "\u202eMia\ud800" }).firstName).toBe("Mia");
    expect(accepted({ first_name: '=HYPERLINK("x")' }).firstName).toBe('=HYPERLINK("x")');
  });
});

describe("a country that is not known", () => {
  const detailOf = (phone: string, country: string, defaultCountry = "AU") => {
    const mapped = mapRow(cells({ phone, country }), mapping, { defaultCountry });
    return mapped.ok ? mapped.contact.phoneE164 : `${mapped.reason}: ${mapped.detail}`;
  };

  test.each([
    ["Xyz", "Country not known: Country 'Xyz' isn't known: use its two-letter code, such as AU."],
    ["NA", "Country not known: Country 'NA' can mean NA or no value: write the country's name."],
    ["Congo", "Country not known: Country 'Congo' can mean CD or CG: use a two-letter code."],
  ])("%s refuses a number without a code", (country, detail) => {
    expect(detailOf("0491 570 006", country)).toBe(detail);
    expect(detailOf("+61 491 570 006", country)).toBe("+61491570006");
    expect(detailOf("", country)).toMatch(/^No phone number/);
    expect(detailOf("abc", country)).toMatch(/^Not a number/);
    expect(detailOf("4.9E+8", country)).toMatch(/^Spreadsheet damage/);
  });

  test("is the import's country if that is one of the possible ones", () => {
    expect(detailOf("081 123 4567", "NA", "NA")).toBe("+264811234567");
    expect(detailOf("07400 123456", "44", "GB")).toBe("+447400123456");
  });
});

describe("a refused row", () => {
  test.each([
    [cells({ phone: "" }), "No phone number"],
    [[], "No phone number"],
    [cells({ phone: "abc" }), "Not a number"],
    [cells({ phone: "4.9157E+8" }), "Spreadsheet damage"],
    [cells({ phone: "0491" }), "Not valid in its country"],
    [cells({ phone: "+6149157000612345" }), "Not valid in its country"],
    [cells({ phone: "0550001234" }), "Not valid in its country"],
    [cells({ phone: "02 5550 1234" }), "Landline"],
    [cells({ phone: "1300 123 456" }), "Toll-free or special number"],
    [cells({ phone: "1800 123 456" }), "Toll-free or special number"],
    [cells({ phone: "0491 570 156" }), "Duplicate in file"],
    [[...cells({}), "", "extra"], "Too many columns"],
    [cells({ first_name: "Mi\u0000a" }), "Bad text"],
    [cells({ first_name: "x".repeat(101) }), "Bad text"],
    [cells({ email: `${"x".repeat(250)}@x.com` }), "Bad text"],
  ])("%#: %s", (row, reason) => {
    const seen = (phone: string) => phone === "+61491570156";
    const mapped = mapRow(row, mapping, { ...options, columns: IMPORT_FIELDS.length, seen });
    expect(mapped).toEqual({ ok: false, reason, detail: expect.stringMatching(/\.$/) });
  });

  test("a custom value that is too long", () => {
    const row = ["0491570006", "x".repeat(501)];
    expect(mapRow(row, { phone: 0, custom: { note: 1 } }, options)).toMatchObject({
      ok: false,
      reason: "Bad text",
    });
  });

  test("spare separators at the end of a line do not count as columns", () => {
    expect(mapRow([...cells({}), "", " "], mapping, { ...options, columns: IMPORT_FIELDS.length }).ok).toBe(
      true,
    );
  });
});

test("any row gives a contact, or a reason and a sentence", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 14 }), (row) => {
      const mapped = mapRow(row, mapping, { ...options, columns: 11 });
      if (mapped.ok) expect(mapped.contact.phoneE164).toMatch(/^\+\d{5,15}$/);
      else expect(`${mapped.reason}: ${mapped.detail}`).toMatch(/^[A-Z][a-z -]+: .+\.$/s);
    }),
  );
});

test("formulas are neutralised on the way out, and numbers survive the round trip", () => {
  for (const cell of [
    "=1+1",
    "+61491570006",
    "-1",
    "@x",
    "\tx",
    "\rx",
    "\n=1+1",
    "\r\n=1",
    "\u0000=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
  ])
    expect(neutraliseFormula(cell)).toBe(`'${cell}`);
  expect(neutraliseFormula("'=1")).toBe("''=1");
  for (const cell of ["", "Mia", "'", "0491", " =1"]) expect(neutraliseFormula(cell)).toBe(cell);
  expect(normalisePhone(neutraliseFormula("+61491570006"), "AU")).toMatchObject({ e164: "+61491570006" });
});

describe("to the character", () => {
  const reasonOf = (values: Parameters<typeof cells>[0]) => {
    const mapped = mapRow(cells(values), mapping, options);
    return mapped.ok ? "ok" : mapped.detail;
  };

  test.each([
    ["first_name", 100],
    ["last_name", 100],
    ["full_name", 200],
    ["state", 64],
    ["city", 100],
  ] as const)("%s has at most %d", (field, most) => {
    expect(reasonOf({ [field]: "x".repeat(most) })).toBe("ok");
    expect(reasonOf({ [field]: "x".repeat(most + 1) })).toBe(`${field} is longer than ${most} characters.`);
  });

  test("a custom field has at most 500 characters, and its name at most 64", () => {
    const custom = { "Shoe size": 1, ["n".repeat(80)]: 2 };
    const own = (value: string) => mapRow(["0491570006", value, "y"], { phone: 0, custom }, options);
    expect(own("x".repeat(500))).toMatchObject({
      ok: true,
      contact: { custom: { shoe_size: "x".repeat(500), ["n".repeat(64)]: "y" } },
    });
    expect(own("x".repeat(501))).toMatchObject({ detail: "Shoe size is longer than 500 characters." });
  });

  test("extra empty cells are no fault", () => {
    const row = (...rest: string[]) =>
      mapRow(["0491570006", ...rest], { phone: 0 }, { ...options, columns: 2 });
    expect(row("a").ok).toBe(true);
    expect(row("a", " ", "").ok).toBe(true);
    expect(row("a", "", "b")).toMatchObject({ detail: "The row has 4 cells, the header 2." });
    expect(mapRow(["0491570006", "a", "b"], { phone: 0 }, options).ok).toBe(true);
  });

  test("a NUL is reported with its cell", () => {
    expect(reasonOf({ first_name: "a\u0000" })).toBe("Cell 2 has a NUL character: the file may be damaged.");
    expect(mapRow(["\u0000"], { phone: 0 }, options)).toMatchObject({
      detail: "Cell 1 has a NUL character: the file may be damaged.",
    });
  });

  test("cells are trimmed, on one line and without invisible characters", () => {
    expect(accepted({ city: " Perth " }).city).toBe("Perth");
    expect(accepted({ city: "St\u202e  Kilda\r\nEast\ufeff" }).city).toBe("St Kilda East");
    expect(accepted({ city: "A\ud800B" }).city).toBe("AB");
    expect(accepted({ city: "New York" }).city).toBe("New York");
  });

  test("fifty characters of a tag, twenty tags", () => {
    const tag = "t".repeat(50);
    expect(accepted({ tags: tag })).toMatchObject({ tags: [tag], warnings: [] });
    expect(accepted({ tags: `${tag}t, ok` })).toMatchObject({
      tags: ["ok"],
      warnings: ["Only 20 tags of at most 50 characters are kept."],
    });
  });

  test.each([
    ["australia/perth", "Australia/Perth"],
    ["America/New York", "America/New_York"],
    ["America/North_Dakota/Center", "America/North_Dakota/Center"],
  ])("%s is the zone %s", (typed, zone) => {
    expect(accepted({ timezone: typed })).toMatchObject({
      timezone: expect.stringMatching(new RegExp(`^${zone}$`)),
      warnings: [],
    });
    expect(accepted({ timezone: typed }).timezone).toBe(zone);
  });

  test.each([
    "UTC",
    "utc",
    "Etc/GMT-10",
    "Perth",
    "+08:00",
    "xUTC",
    "UTC1",
    "(Australia/Perth)",
    "Australia/Perth!",
  ])("%s is none", (typed) => {
    expect(accepted({ timezone: typed })).toMatchObject({
      timezone: null,
      warnings: ["The time zone is not a location such as Australia/Perth and was skipped."],
    });
  });

  test("an address may have several dots", () => {
    expect(accepted({ email: "Mia@mail.example.com.au" }).email).toBe("mia@mail.example.com.au");
    expect(accepted({ email: "mia@localhost" }).email).toBeNull();
  });

  test("a full name with only a comma gives no name", () => {
    expect(accepted({ full_name: "," })).toMatchObject({ firstName: null, lastName: null });
    expect(accepted({ full_name: "" })).toMatchObject({ firstName: null, lastName: null });
  });
});

describe("headings for the same field", () => {
  test("of the same heading twice the first is taken", () => {
    expect(guessMapping(["Mobile", "mobile"], [])).toEqual({ phone: 0 });
  });

  test("the column with most numbers, among those that can be imported", () => {
    const rows = [
      ["0491570006", "0491570006"],
      ["0491570156", "0491570156"],
      ["x", "0491570157"],
    ];
    expect(guessMapping(["a", "b"], rows)).toEqual({ phone: 1 });
    expect(guessMapping(["a", "b"], rows.slice(0, 2))).toEqual({ phone: 0 });
    expect(guessMapping(["Phone", "b"], rows)).toEqual({ phone: 0 });
    const wide = Array.from({ length: 201 }, (_, column) => (column === 200 ? "0491570006" : "x"));
    expect(
      guessMapping(
        wide.map((_, column) => `c${column}`),
        [wide],
      ),
    ).toEqual({});
  });

  test("half of the sample is not enough, and only 200 rows are read", () => {
    expect(guessMapping(["a"], [["0491570006"], ["x"]])).toEqual({});
    const late = [
      ...Array.from({ length: 200 }, () => ["x"]),
      ...Array.from({ length: 300 }, () => ["0491570006"]),
    ];
    expect(guessMapping(["a"], late)).toEqual({});
  });

  test("a duplicate heading is shown with at most 60 characters", () => {
    const long = "h".repeat(70);
    expect(checkHeader([long, long])).toEqual([
      `Columns 1 and 2 are both called "${"h".repeat(60)}": rename one.`,
    ]);
    expect(checkHeader(["first  -_name", "First Name"])).toEqual([
      'Columns 1 and 2 are both called "first name": rename one.',
    ]);
    expect(checkHeader(["firstname", "first name"])).toEqual([]);
    expect(checkHeader(["Phone\t"])).toEqual([]);
  });
});

describe("typed custom fields", () => {
  const mapping = { phone: 0, custom: { "Due on": 1, "#": 2, Note: 3 } };
  const options = {
    defaultCountry: "AU",
    fields: [{ name: "due_on", type: "date" as const, choices: [] }],
  };
  const map = (due: string, note = "fine") => mapRow(["0491570006", due, "x", note], mapping, options);

  test("are stored in one form, and blanks are left out", () => {
    expect(map("3/4/2027")).toMatchObject({
      ok: true,
      contact: { custom: { due_on: "2027-04-03", note: "fine" } },
    });
    expect(map("n/a", "")).toMatchObject({ ok: true, contact: { custom: {} } });
  });

  test("refuse a row whose value they can't have, so that no date is guessed or lost", () => {
    expect(map("31/12/26")).toMatchObject({
      ...{ ok: false, reason: "Bad value" },
      detail: expect.stringMatching(/^due_on “31\/12\/26”: The year needs four digits/),
    });
    expect(mapRow(["0491570006", "13/13/2027"], mapping, { defaultCountry: "AU" }).ok).toBe(true);
  });
});
