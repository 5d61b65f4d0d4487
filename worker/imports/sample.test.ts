import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportFixture, openImportFixture } from "../testing/import-fixture.ts";

let bench: ImportFixture;
beforeAll(async () => {
  bench = await openImportFixture();
});
afterAll(() => bench.close());

const sample = readFileSync(path.join(import.meta.dirname, "../../scripts/sample/contacts.csv"));

test("the sample gives exactly the counts of its README", async () => {
  const summary = await bench.importText(sample);
  expect(summary).toMatchObject({
    status: "completed",
    rowsTotal: 10_000,
    created: 8330,
    updated: 0,
    unchanged: 0,
  });
  expect(summary.rejected).toBe(1670);
  expect(summary.rejectedByReason).toEqual({
    "Duplicate in file": 810,
    Landline: 280,
    "Not valid in its country": 270,
    "Spreadsheet damage": 90,
    "Toll-free or special number": 70,
    "No phone number": 70,
    "Not a number": 50,
    "Too many columns": 20,
    "Unclosed quote": 10,
  });
  const [countries] = await bench.pipeline`
    select count(*) filter (where country = 'US')::int as us, count(*) filter (where country = 'AU')::int as au from contacts`;
  expect(countries).toEqual({ us: 8300, au: 30 });
});

test("and nothing new the second time", async () => {
  expect(await bench.importText(sample)).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: 8330,
    rejected: 1670,
  });
});
