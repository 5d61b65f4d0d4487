import { readFileSync } from "node:fs";
import path from "node:path";
import { ACTIONS as PERMISSIONS } from "@smscrm/core/process/roles";
import { expect, test } from "vitest";
import { ACTIONS } from "../../../client/pages/audit/audit-words.ts";
import { projectFolder } from "../../start/runtime.ts";
import { readIgnored, readTree } from "./documented-paths.ts";

const read = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");
const WRITERS = /^(db|server|worker|scripts\/ops)\/.*(?<!\.test)\.ts$/;
const LITERAL = /"([a-z]+(?:-[a-z]+)*)\.[a-z]+(?:-[a-z]+)*"/g;

test("every action that the programs write to the audit log has words on its page", () => {
  const sources = [...readTree(projectFolder, readIgnored(read(".gitignore")))].filter((file) =>
    WRITERS.test(file),
  );
  const nouns = new Set(Object.keys(ACTIONS).map((action) => action.split(".")[0]));
  const written = sources.flatMap((file) =>
    [...read(file).matchAll(LITERAL)]
      .filter(([, noun]) => nouns.has(noun))
      .map(([literal]) => literal.slice(1, -1))
      .filter((literal) => !PERMISSIONS.some((permission) => permission === literal)),
  );
  expect(new Set(written).size).toBeGreaterThan(90);
  expect([...new Set(written)].filter((action) => !Object.hasOwn(ACTIONS, action))).toEqual([]);
});
