import { expect, it } from "vitest";
import { z } from "zod";
import { appRouter } from "../router.ts";

type Schema = z.core.$ZodType;
const inputs = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { inputs: Schema[] } }>,
).flatMap(([path, { _def }]) => _def.inputs.map((input) => ({ path, input })));

/** Whether JSON schema says where this text or list ends: a length, a pattern that names all of it, or a few values. */
const isBounded = (node: Record<string, unknown>): boolean =>
  node.type === "string"
    ? ["maxLength", "pattern", "format", "enum", "const"].some((key) => key in node)
    : node.type === "array"
      ? "maxItems" in node
      : true;

/** Returns each place of a JSON schema with its path. */
function placesOf(node: unknown, at = ""): { at: string; node: Record<string, unknown> }[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap((each, index) => placesOf(each, `${at}/${index}`));
  const here = node as Record<string, unknown>;
  return [
    { at, node: here },
    ...Object.entries(here).flatMap(([name, each]) => placesOf(each, `${at}/${name}`)),
  ];
}

const schemaOf = (input: Schema) => z.toJSONSchema(input, { io: "input", unrepresentable: "any" });

it("every text and every list of an input has an end", () => {
  const endless = inputs.flatMap(({ path, input }) =>
    placesOf(schemaOf(input))
      .filter(({ node }) => !isBounded(node))
      .map(({ at }) => `${path}${at}`),
  );
  expect(endless).toEqual([]);
});

it("no input takes a field that it does not name, records of custom fields apart", () => {
  const open = inputs.flatMap(({ path, input }) =>
    placesOf(z.toJSONSchema(input, { io: "output", unrepresentable: "any" }))
      .filter(
        ({ node }) => node.type === "object" && "properties" in node && node.additionalProperties !== false,
      )
      .map(({ at }) => `${path}${at}`),
  );
  expect(open).toEqual([]);
});
