import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "../../start/runtime.ts";

/** A file of the product, with its text without comments. */
export interface SourceFile {
  file: string;
  code: string;
}

const FOLDERS = ["core", "db", "worker", "server", "client"];
const SKIPPED =
  /(^|\/)(node_modules|dist|testing|fixtures|migrations|\.data)\/|\.test\.tsx?$|\.config\.[cm]?[jt]s$/;
const CODE = /\.(tsx?|[cm]?js|html)$/;

const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");

/** Reads what the API, the worker and the dashboard are made of, without tests. */
export function productSource(): SourceFile[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(path.join(projectFolder, folder), { recursive: true, encoding: "utf8" })
      .map((name) => path.posix.join(folder, name.split(path.sep).join("/")))
      .filter((file) => CODE.test(file) && !SKIPPED.test(file)),
  )
    .sort()
    .map((file) => ({ file, code: withoutComments(readFileSync(path.join(projectFolder, file), "utf8")) }));
}

/** Returns the files in whose code a pattern occurs. */
export const filesWith = (source: readonly SourceFile[], pattern: RegExp): string[] =>
  source.filter(({ code }) => pattern.test(code)).map(({ file }) => file);

/** Returns the packages that the product's folders ask for themselves. */
export function productPackages(): string[] {
  const names = FOLDERS.flatMap((folder) => {
    const { dependencies = {} } = JSON.parse(
      readFileSync(path.join(projectFolder, folder, "package.json"), "utf8"),
    ) as { dependencies?: Record<string, string> };
    return Object.keys(dependencies);
  });
  return [...new Set(names)].sort();
}
