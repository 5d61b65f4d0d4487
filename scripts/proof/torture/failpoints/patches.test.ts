import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../../start/runtime.ts";
import { INVARIANTS } from "../invariants/index.ts";
import { MUTANTS } from "../mutants/index.ts";
import { PHASES } from "../phases/index.ts";
import { FAILPOINTS } from "./failpoints.ts";
import { type Patch, patchedFiles } from "./patch.ts";

const read = (file: string) => readFileSync(path.join(projectFolder, file), "utf8");
const points = FAILPOINTS.map(({ patch }) => patch);
/** Throws if a patch does not fit today's source. */
const fit = (patches: readonly Patch[]) => patchedFiles(patches, read);

describe("patches of the product's source", () => {
  it("add every named point", () => {
    const source = [...fit(points).values()].join("\n");
    for (const { name } of FAILPOINTS) expect(source).toContain(`await globalThis.failpoint("${name}")`);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    "create the mutant %s, with all points",
    (_, mutant) => {
      expect(fit([...mutant.patches, ...points]).size).toBeGreaterThan(0);
      for (const { find, replace } of mutant.patches) expect(find).not.toBe(replace);
      expect(INVARIANTS.map(({ name }) => name)).toContain(mutant.breaks);
      const names = PHASES.map(({ name }) => name);
      for (const phase of mutant.phases) expect(names).toContain(phase);
    },
  );

  it("are refused if they fit nowhere, or twice", () => {
    const of = (find: string) => () =>
      patchedFiles([{ file: "a.ts", find, replace: "" }], () => "one two two");
    expect(of("three")).toThrow("fits 0 times");
    expect(of("two")).toThrow("fits 2 times");
    expect(of("one")).not.toThrow();
  });
});
