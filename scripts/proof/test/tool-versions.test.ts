import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8");

it(".tool-versions names the installed Node and Bun", () => {
  const versions = Object.fromEntries(
    read(".tool-versions")
      .trim()
      .split("\n")
      .map((line) => line.split(" ")),
  );
  const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  expect(versions).toMatchObject({ nodejs: devDependencies.node, bun: devDependencies.bun });
});

it(".editorconfig indents and wraps like biome.json", () => {
  const { formatter } = JSON.parse(read("biome.json")) as {
    formatter: { indentStyle: string; indentWidth: number; lineWidth: number };
  };
  const everywhere = read(".editorconfig").split("[*]")[1]!.split("\n[")[0]!;
  expect(everywhere).toContain(`indent_style = ${formatter.indentStyle}\n`);
  expect(everywhere).toContain(`indent_size = ${formatter.indentWidth}\n`);
  expect(everywhere).toContain(`max_line_length = ${formatter.lineWidth}\n`);
});
