import { describe, expect, test } from "vitest";
import type { CsvRow } from "../files/csv-rows.ts";
import {
  duplicateRow,
  erasedRow,
  evaluateRows,
  type ImportFile,
  numbersNamed,
  rowOptions,
} from "./import-rows.ts";

const file = (changes: Partial<ImportFile> = {}): ImportFile => ({
  kind: "contacts",
  header: ["Phone", "Name", "Zone", "Tags", "State"],
  mapping: { phone: 0, first_name: 1, timezone: 2, tags: 3, state: 4 },
  tags: [],
  consentEvidence: "Opted out by letter",
  country: "AU",
  ...changes,
});
const row = (line: number, ...cells: string[]): CsvRow => ({ line, cells, fault: null });
const ADA = row(2, "0491 570 006", "Ada");
const contact = (cells: string[], changes: Partial<ImportFile> = {}) =>
  evaluateRows([row(2, ...cells)], file(changes)).contacts[0]!;

describe("a file of contacts", () => {
  test("each row is a contact with its line, or is given back with a reason", () => {
    const landline = row(3, "02 9999 9999", "Bob");
    const { contacts, sources, rejected, optOuts } = evaluateRows([ADA, landline], file());
    expect(contacts).toMatchObject([{ phoneE164: "+61491570006", country: "AU", firstName: "Ada", line: 2 }]);
    expect(sources).toEqual([ADA]);
    expect(rejected).toEqual([
      { line: 3, reason: "Landline", detail: expect.any(String), cells: landline.cells },
    ]);
    expect(optOuts).toEqual([]);
  });

  test("what a row says about consent becomes terms: its date, how, and the day of an event", () => {
    const header = ["Phone", "Consent date", "Consent source", "Last order"];
    const mapping = { phone: 0, evidence: [1, 2], eventDate: 3 };
    const cells = ["0491 570 006", "2026-05-01", "Checkout", "2026-04-30"];
    expect(contact(cells, { header, mapping }).terms).toEqual({
      ...{ at: "2026-05-01T00:00:00.000Z", how: "Consent source: Checkout" },
      eventAt: "2026-04-30T00:00:00.000Z",
    });
    expect(contact(["0491 570 006", "", "", ""], { header, mapping }).terms).toBeNull();
    expect(contact(["0491 570 006"]).terms).toBeNull();
  });

  test("a number that stood further up in the batch is given back", () => {
    const again = row(5, "+61491570006", "Ada again");
    const { contacts, rejected } = evaluateRows([ADA, again], file());
    expect(contacts).toHaveLength(1);
    expect(rejected).toEqual([{ ...duplicateRow(again), detail: expect.any(String) }]);
    expect(duplicateRow(again)).toMatchObject({ line: 5, reason: "Duplicate in file", cells: again.cells });
  });

  test("a number that another row leaves in doubt is given back", () => {
    const { contacts, rejected } = evaluateRows([ADA], file(), new Set(["+61491570006"]));
    expect(contacts).toEqual([]);
    expect(rejected).toMatchObject([{ reason: "Consent not clear" }]);
  });

  test("a row that can't be read as cells is given back with what to do", () => {
    const faults: CsvRow[] = [
      { line: 2, cells: ['"0491'], fault: "Unclosed quote" },
      { line: 9, cells: ["0491"], fault: "Row too long" },
    ];
    const { rejected } = evaluateRows(faults, file());
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "Unclosed quote"],
      [9, "Row too long"],
    ]);
    expect(rejected.map(({ detail }) => detail)).toEqual([
      expect.stringContaining("quotation marks on this line don't match"),
      expect.stringContaining("64 KB"),
    ]);
  });

  test("the file's tags are added to the row's, each once", () => {
    const cells = ["0491 570 006", "Ada", "", "gold"];
    expect(contact(cells).tags).toEqual(["gold"]);
    expect(contact(cells, { tags: ["spring", "gold"] }).tags).toEqual(["gold", "spring"]);
  });
});

describe("a contact's time zone", () => {
  test("is the one that the row states", () => {
    expect(contact(["0491 570 006", "Ada", "Australia/Perth"])).toMatchObject({
      timezone: "Australia/Perth",
      timezoneSource: "stated",
    });
  });

  test("is that of its state, where there is only one", () => {
    const { timezone, timezoneSource } = contact(["0491 570 006", "Ada", "", "", "WA"]);
    expect(timezone).toBe("Australia/Perth");
    expect(timezoneSource).not.toBe("unknown");
  });

  test("is unknown where it could be several", () => {
    expect(contact(["0491 570 006", "Ada"])).toMatchObject({ timezone: null, timezoneSource: "unknown" });
  });
});

describe("a list of opt-outs", () => {
  const optOuts = file({ kind: "opt-outs" });

  test("makes no contacts: each number has the list's evidence and its line", () => {
    const landline = row(3, "02 9999 9999");
    const { contacts, optOuts: found } = evaluateRows([ADA, landline], optOuts);
    expect(contacts).toEqual([]);
    expect(found).toMatchObject([
      { phoneE164: "+61491570006", words: "Opted out by letter", line: 2 },
      { phoneE164: "+61299999999", line: 3 },
    ]);
  });

  test("gives back what is no number", () => {
    expect(evaluateRows([row(2, "none")], optOuts).rejected).toMatchObject([
      { line: 2, reason: expect.any(String) },
    ]);
  });
});

test("a row's options have the tenant's country and the columns to watch", () => {
  expect(rowOptions(file())).toMatchObject({ defaultCountry: "AU", header: file().header });
});

test("a row of an erased person is refused without its cells", () => {
  expect(erasedRow({ line: 7, cells: ["+61491570006", "Ann"] } as CsvRow)).toMatchObject({
    ...{ line: 7, reason: "Erased", cells: [] },
  });
});

test.each<[string[], string[]]>([
  [["0491 570 156", "Ann"], ["+61491570156"]],
  [
    ["Ann", "0491570156 / 0491570157", "+1 202 555 0101"],
    ["+61491570156", "+61491570157", "+12025550101"],
  ],
  [['Ann,"0491570156,Bea'], ["+61491570156"]],
  [["0491570156", "0491570156"], ["+61491570156"]],
  [
    ["ring 0491 570 156 (Ann)", "or (0491) 570-157!"],
    ["+61491570156", "+61491570157"],
  ],
  [["Ann", "", "no number", "7", "12 13", "1234567890123456789"], []],
])("the numbers that a rejected row %j names are found in any cell", (cells, numbers) =>
  expect(numbersNamed({ cells }, "AU")).toEqual(numbers),
);
