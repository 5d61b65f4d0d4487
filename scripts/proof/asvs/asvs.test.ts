import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../start/runtime.ts";
import { LEVEL_1, LEVEL_2 } from "./requirements.ts";
import { hasCheck, readTable } from "./table.ts";

const read = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");
const document = read("docs/asvs.md").replace(/ +/g, " ");
const rows = readTable(document);

describe("docs/asvs.md", () => {
  it("has each requirement of levels 1 and 2 once, in order, and no other", () => {
    expect([LEVEL_1.length, LEVEL_2.length]).toEqual([70, 183]);
    const all = [...LEVEL_1, ...LEVEL_2];
    expect(new Set(all).size).toBe(253);
    const place = (number: string) => number.split(".").reduce((sum, part) => sum * 1_000 + Number(part), 0);
    all.sort((a, b) => place(a) - place(b));
    expect(rows.map(({ number }) => number)).toEqual(all);
    expect(rows.filter(({ level }) => level === 1).map(({ number }) => number)).toEqual(LEVEL_1);
  });

  it("leaves nothing of level 1 unmet, and gives a reason for the rest", () => {
    const first = rows.filter(({ level, decision }) => level === 1 && decision === "not met");
    expect(first.map(({ number }) => number)).toEqual([]);
    const empty = rows.filter(({ asked, where }) => asked.length < 4 || where.length < 4);
    expect(empty.map(({ number }) => number)).toEqual([]);
    const unmet = rows.filter(({ decision, where }) => decision === "not met" && where.length < 15);
    expect(unmet.map(({ number }) => number)).toEqual([]);
    const nowhere = rows.filter(
      ({ decision, where, checks }) => decision === "met" && !/`/.test(where) && checks.length === 0,
    );
    expect(nowhere.map(({ number }) => number)).toEqual([]);
  });

  it("has 200 requirements with a check at least, and says how many of each there are", () => {
    const shown = rows.filter(({ checks }) => checks.length > 0).length;
    expect(shown).toBeGreaterThanOrEqual(200);
    expect(document).toContain(`\n${shown} of them have a test`);
    for (const level of [1, 2]) {
      const count = (decision: string) =>
        rows.filter((row) => row.level === level && row.decision === decision).length;
      const figures = [level, count("met"), count("not applicable"), count("not met")];
      expect(document).toContain(`| ${figures.join(" | ")} |`);
    }
  });

  it("names only files that exist", () => {
    const FILE =
      /\.(?:tsx?|cjs|json|sh|sql|md|yml|yaml|Caddyfile)$|^(?:core|db|worker|server|client|scripts|infra|docs)\//;
    const missing = rows.flatMap(({ number, where }) =>
      [...where.matchAll(/`([^`]+)`/g)]
        .map(([, code]) => code!)
        .filter(
          (code) => FILE.test(code) && !existsSync(path.join(projectFolder, code)) && code !== "client/dist",
        )
        .map((code) => `${number}: ${code}`),
    );
    expect(missing).toEqual([]);
  });

  it("names only tests that their files have, and sections that docs/security.md has", () => {
    const missing = rows.flatMap(({ number, checks }) =>
      checks
        .filter(
          ({ file, title }) =>
            !existsSync(path.join(projectFolder, file)) || !hasCheck(file, read(file), title),
        )
        .map(({ file, title }) => `${number}: ${file}: ${title}`),
    );
    expect(missing).toEqual([]);
    const security = read("docs/security.md");
    const sections = rows
      .filter(({ where }) => where.includes("`docs/security.md`"))
      .flatMap(({ number, where }) =>
        [...where.matchAll(/"([^"]+)"/g)].map(([, heading]) => ({ number, heading })),
      );
    expect(sections.length).toBeGreaterThan(20);
    expect(sections.filter(({ heading }) => !security.includes(`\n## ${heading}\n`))).toEqual([]);
  });
});

describe("a row", () => {
  const row = (cells: string) => () => readTable(`| 1.2.3 | 1 | asked | ${cells} |`);

  it("with another decision, or with checks of another form, is refused", () => {
    expect(row('met | `a.ts` | `a.test.ts`: "says so"')()).toHaveLength(1);
    expect(row("nearly | `a.ts` | –")).toThrow("1.2.3");
    expect(row("met | `a.ts` | a.test.ts says so")).toThrow("no list of checks");
    expect(row("met | `a.ts`")).toThrow("six cells");
  });

  it("needs the whole title of a test, and any part of another file", () => {
    expect(hasCheck("a.test.ts", 'it("says so", () => {', "says so")).toBe(true);
    expect(hasCheck("a.test.ts", 'it("says so at once", () => {', "says so")).toBe(false);
    expect(hasCheck("a.test.ts", `it('says "so"', () => {`, 'says "so"')).toBe(true);
    expect(hasCheck("a.cjs", 'name: "sql-lives-in-db",', "sql-lives-in-db")).toBe(true);
    expect(hasCheck("a.cjs", "", "sql-lives-in-db")).toBe(false);
  });
});
