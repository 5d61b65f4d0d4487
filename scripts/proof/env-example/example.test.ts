import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { API_VARIABLES, envExample, WORKER_VARIABLES } from "./example.ts";

const file = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8");

it(".env.example matches the processes' schemas (if not, run bun scripts/proof/env-example.ts)", () => {
  expect(file(".env.example")).toBe(envExample());
});

it("each of the API's own variables is described, and no description is left over", () => {
  // The file that starts the API can't be imported, because that starts it.
  const sources = readdirSync(new URL("../../../server", import.meta.url))
    .filter((name) => /^(main|environment)\.ts$/.test(name))
    .map((name) => file(`server/${name}`));
  const schemas = sources.flatMap(
    (source) => source.match(/z\.object\(\{\n {2}\.\.\.processSettings,[\s\S]*?\n\}\)/g) ?? [],
  );
  expect(schemas).toHaveLength(1);
  const own = [...schemas[0]!.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name);
  expect(own.sort()).toEqual(Object.keys(API_VARIABLES).sort());
});

it("sets no variable, and gives no secret a value", () => {
  const lines = envExample().split("\n");
  expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  expect(
    lines.filter((line) => /^#\w*(TOKEN|SECRET|PASSWORD|KEY|DATABASE_URL|WEBHOOK_URL)\w*=./.test(line)),
  ).toEqual([]);
});

it("has each variable once", () => {
  const named = [...envExample().matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(Object.keys({ ...WORKER_VARIABLES, ...API_VARIABLES }).sort());
});
