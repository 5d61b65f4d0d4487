import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../start/runtime.ts";
import { readIgnored, readTree } from "./documented-paths.ts";

/** With more, a listing no longer says what a folder is for. */
const FILES_MAX = 16;
const ROOMS = /^(core|db|server|worker|client|infra|scripts)\//;

test("no folder has more source files than fit one look", () => {
  const ignored = readIgnored(readFileSync(path.join(projectFolder, ".gitignore"), "utf8"));
  const files = [...readTree(projectFolder, ignored)].filter((file) => ROOMS.test(file));
  const sources = files.filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));
  const folders = Object.entries(Object.groupBy(sources, (file) => path.dirname(file)));
  const full = folders.filter(([, inside]) => inside!.length > FILES_MAX);
  expect(full.map(([folder, inside]) => `${folder}: ${inside!.length}`)).toEqual([]);
  expect(folders.length).toBeGreaterThan(50);
});
