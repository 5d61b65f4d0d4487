import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { GATES } from "./gates/index.ts";

const readme = readFileSync(`${import.meta.dirname}/README.md`, "utf8");
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

type Run = (...args: unknown[]) => Promise<void>;
const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => Run;

const IMPORT = /^import \{ (.+) \} from "@smscrm\/core\/(.+)";$/gm;
const CLAIM = /^(.+); \/\/ → (.+)$/gm;

describe("every example of the README gives its stated result", () => {
  test.each(blocks.map((block, index) => [index + 1, block] as const))("block %d", async (_, block) => {
    const given: Record<string, unknown> = {};
    for (const [, names, file] of block.matchAll(IMPORT)) {
      const module = (await import(/* @vite-ignore */ `@smscrm/core/${file}`)) as Record<string, unknown>;
      for (const name of names!.split(", ")) {
        expect(module, `${name} of ${file}`).toHaveProperty(name);
        given[name] = module[name];
      }
    }
    const claims: { code: string; actual: unknown; expected: unknown }[] = [];
    const claim = (code: string, actual: unknown, expected: unknown) =>
      claims.push({ code, actual, expected });
    const body = block
      .replace(IMPORT, "")
      .replace(
        CLAIM,
        (_line, code: string, expected: string) => `claim(${JSON.stringify(code)}, ${code}, ${expected});`,
      );
    await new AsyncFunction(...Object.keys(given), "claim", body)(...Object.values(given), claim);
    for (const { code, actual, expected } of claims) expect(actual, code).toEqual(expected);
    expect(claims.length).toBe([...block.matchAll(/\/\/ →/g)].length);
    expect(claims.length).toBeGreaterThan(2);
  });

  test("there are examples", () => expect(blocks.length).toBeGreaterThan(4));
});

test("the table has every gate in order", () => {
  const rows = [...readme.matchAll(/^\| ([a-z-]+) +\|/gm)].map(([, first]) => first);
  expect(rows.filter((row) => !/^(gate|-+)$/.test(row!))).toEqual(GATES.map(({ name }) => name));
});

test("the package exports its files by name", async () => {
  const { segments } = await import("@smscrm/core/text/segments");
  expect(segments("Hi").segments).toBe(1);
});
