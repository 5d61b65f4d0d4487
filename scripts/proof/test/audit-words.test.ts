import { readFileSync } from "node:fs";
import path from "node:path";
import { ACTIONS as PERMISSIONS } from "@smscrm/core/process/roles";
import { expect, test } from "vitest";
import { projectFolder } from "../../start/runtime.ts";
import { readIgnored, readTree } from "./documented-paths.ts";

const read = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");
const WRITERS = /^(db|server|worker|scripts\/ops)\/.*(?<!\.test)\.ts$/;
const LITERAL = /"([a-z]+(?:-[a-z]+)*)\.[a-z]+(?:-[a-z]+)*"/g;

/** The keys of a table in the page's words. Its file can't be imported here: it knows a browser's types. */
function keysOf(name: string): string[] {
  const table = read("client/pages/audit/audit-words.ts").split(`${name} = {`)[1]!.split("\n}")[0]!;
  return [...table.matchAll(/^ {2}"?([a-z.-]+)"?:/gm)].map(([, key]) => key!);
}
const ACTIONS = keysOf("const ACTIONS");
const NOUNS = [...new Set(ACTIONS.map((action) => action.split(".")[0]))];

test("every action that the programs write to the audit log has words on its page", () => {
  const sources = [...readTree(projectFolder, readIgnored(read(".gitignore")))].filter((file) =>
    WRITERS.test(file),
  );
  const written = sources.flatMap((file) =>
    [...read(file).matchAll(LITERAL)]
      .filter(([, noun]) => NOUNS.includes(noun))
      .map(([literal]) => literal.slice(1, -1))
      .filter((literal) => !PERMISSIONS.some((permission) => permission === literal)),
  );
  expect(new Set(written).size).toBeGreaterThan(90);
  expect([...new Set(written)].filter((action) => !ACTIONS.includes(action))).toEqual([]);
});

test("the page filters by every kind of action, and by no other", () => {
  expect(keysOf("const NOUNS").sort()).toEqual(NOUNS.toSorted());
});
