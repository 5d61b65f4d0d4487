import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { brokenPaths, readIgnored, readTree } from "./documented-paths.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (name: string) => readFileSync(path.join(root, name), "utf8");
const ignored = readIgnored(read(".gitignore"));
const folders = readTree(root, ignored);
/** Names that a package exports besides its files, such as `@smscrm/core/segments`. */
const exported = [...folders]
  .filter((name) => /^[^/]+\/package\.json$/.test(name))
  .flatMap((name) => {
    const { name: own, exports = {} } = JSON.parse(read(name)) as { name: string; exports?: object };
    return Object.keys(exports).map((each) => path.posix.join(own, each));
  });
const tree = new Set([...folders, ...exported]);

/** All documents but the changelog, which describes the past. */
const documents = [...tree].filter((name) => name.endsWith(".md") && name !== "CHANGELOG.md");

describe("the documents", () => {
  it("are found, so that none is skipped", () => {
    expect(documents).toEqual(
      expect.arrayContaining([
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "core/README.md",
        "docs/runbook.md",
        "docs/decisions/README.md",
        "infra/simulator/README.md",
        "scripts/proof/torture/README.md",
      ]),
    );
  });

  it.each(documents)("%s names only paths that exist", (document) => {
    const broken = brokenPaths(document, read(document), tree, ignored);
    expect(
      broken.map((each) => `${each.document}:${each.line} names ${each.path}, which is not there`),
    ).toEqual([]);
  });

  it("that record a decision are each in the index", () => {
    const index = read("docs/decisions/README.md");
    const pages = [...tree]
      .filter((name) => /^docs\/decisions\/\d{4}-/.test(name))
      .map((name) => path.basename(name));
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
  });
});

describe("a path in a document", () => {
  const small = new Set([
    "core",
    "core/gates",
    "core/gates/rate.ts",
    "core/data",
    "core/data/a.json",
    "docs",
    "README.md",
  ]);
  const brokenIn = (markdown: string, document = "README.md") =>
    brokenPaths(document, markdown, small, readIgnored(".data/\n/artefacts/\nclient/dist/\n*.log")).map(
      (each) => `${each.line} ${each.path}`,
    );

  it.each([
    ["a file that was moved", "See `core/rate.ts`.", "1 core/rate.ts"],
    ["a file of a folder that is gone", "See `engine/gates/rate.ts`.", "1 engine/gates/rate.ts"],
    ["a folder that was renamed", "`core/rules/` has them.", "1 core/rules"],
    ["a bare name", "`budget.ts` says so.", "1 budget.ts"],
    ["a file in a command", "Run `bun core/run.ts --all`.", "1 core/run.ts"],
    ["a file in a block", "```sh\n./core/run.sh FILE\n```", "2 core/run.sh"],
    [
      "a file in code that goes on in the next line",
      "Run `bun\ncore/run.ts` or\n`rate.ts`.",
      "2 core/run.ts",
    ],
    ["a picture without a language", "```\n core/rules  decides\n```", "2 core/rules"],
    ["a line of a file", "`core/rate.ts:12`", "1 core/rate.ts"],
    ["a link", "[the gates](core/rules)", "1 core/rules"],
    ["a link's file, whatever its section", "[the gates](core/rules.md#order)", "1 core/rules.md"],
    ["an import", '`import {} from "@smscrm/core/gates/budget"`', "1 @smscrm/core/gates/budget"],
  ])("is called broken if it is %s", (_, markdown, broken) => {
    expect(brokenIn(markdown)).toEqual([broken]);
  });

  it.each([
    ["a file, a folder and a line", "`core/gates/rate.ts`, `core/gates/`, `core/gates/rate.ts:3`"],
    ["a bare name", "`rate.ts`"],
    ["an import", '`"@smscrm/core/gates/rate"` of `@smscrm/core`'],
    ["a link with a section", "[gates](core/gates#order) [up](#top)"],
  ])("is correct if it is %s", (_, markdown) => {
    expect(brokenIn(markdown)).toEqual([]);
  });

  it.each([
    [
      "an address",
      "<https://example.com/a.md> `https://example.com/core/x.ts` [x](https://example.com/y.md)",
    ],
    ["a path of a server or a container", "`/backups/smscrm.sql` `/health`"],
    ["a pattern", "`core/**/*.test.ts` `core/gates/<name>.ts` `core/{a,b}.ts`"],
    [
      "a placeholder",
      "`DATA_DIR/webhook-spool` `db/migrations/00NN_name.sql` `FILE` `export as of 2026-11-02T03-04-05.678Z.csv`",
    ],
    ["what the program makes", "`.data/postgres/x.json` `artefacts/page.png` `client/dist/index.html`"],
    ["two words with a stroke", "`and/or` `Australia/Perth` `text/html`"],
  ])("is not a path if it is %s", (_, markdown) => {
    expect(brokenIn(markdown)).toEqual([]);
  });

  it("may start at the document's own folder", () => {
    expect(brokenIn("`data/a.json` [x](data/a.json)", "core/README.md")).toEqual([]);
    expect(brokenIn("[x](data/a.json)")).toEqual(["1 data/a.json"]);
  });
});
