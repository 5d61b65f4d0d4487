import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { projectFolder } from "../../start/runtime.ts";

const read = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");

/** Rows of the tables: a kind, the files of its tests, and its public reports. */
const rows = read("docs/what-people-bring.md")
  .split("\n")
  .filter((line) => /^\| (?!kind|---)/.test(line))
  .map((line) => line.split("|").slice(1, 4))
  .map(([kind = "", tests = "", reports = ""]) => ({
    kind: kind.trim(),
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, file]) => file!),
    reports: [...reports.matchAll(/\((https:[^)]+)\)/g)].map(([, address]) => address!),
  }));

test("the page has every kind", () => expect(rows.length).toBeGreaterThan(30));

/** The page says of which kind fewer were found. */
const fewerOf = (kind: string) => (kind === "Whole lines in quotes" ? 2 : 3);

describe.each(rows)("$kind", ({ kind, tests, reports }) => {
  test("has its tests, and each public report stands in one of them", () => {
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((file) => !existsSync(path.join(projectFolder, file)))).toEqual([]);
    const texts = tests.map(read);
    expect(new Set(reports).size).toBeGreaterThanOrEqual(fewerOf(kind));
    expect(reports.filter((address) => !texts.some((text) => text.includes(address)))).toEqual([]);
  });
});
