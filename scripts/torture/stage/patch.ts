import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A change of one source file, as exact text: data, so that nothing of it can be in production code. */
export interface Patch {
  file: string;
  find: string;
  replace: string;
}

/** Applies patches to a copy of the tree. One that does not fit exactly once is an error: it would test nothing. */
export function applyPatches(folder: string, patches: readonly Patch[]): void {
  for (const { file, find, replace } of patches) {
    const target = path.join(folder, file);
    const text = readFileSync(target, "utf8");
    const times = text.split(find).length - 1;
    if (times !== 1) {
      throw new Error(
        `a patch of ${file} fits ${times} times instead of once; bring it up to date:\n${find}`,
      );
    }
    writeFileSync(
      target,
      text.replace(find, () => replace),
    );
  }
}
