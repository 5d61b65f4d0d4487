import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "../../../start/runtime.ts";
import { applyPatches, type Patch } from "./patch.ts";

/** The product's sources. The client is built, and the simulator is never changed, because its ledger is the evidence. */
const FOLDERS = ["core", "db", "worker", "server"];
const FILES = ["package.json", "tsconfig.json"];

/** A temporary copy of the product's source with changes in it; packages stay in place. */
export interface SourceCopy {
  folder: string;
  remove(): void;
}

export function copySource(folder: string, patches: readonly Patch[]): SourceCopy {
  mkdirSync(folder, { recursive: true });
  // Links inside the packages' node_modules are relative, so in the copy they lead to the copy.
  const options = {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from: string) => !from.endsWith(".test.ts"),
  };
  for (const each of [...FOLDERS, ...FILES])
    cpSync(path.join(projectFolder, each), path.join(folder, each), options);
  symlinkSync(path.join(projectFolder, "node_modules"), path.join(folder, "node_modules"));
  applyPatches(folder, patches);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
