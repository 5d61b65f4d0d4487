import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A change of one source file, as exact text. It is data, so none of it can be in production code. */
export interface Patch {
  file: string;
  find: string;
  replace: string;
}

/** Returns the changed source files by name, after the patches. `read` returns a file's text before them. */
export function patchedFiles(
  patches: readonly Patch[],
  read: (file: string) => string,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const patch of patches)
    files.set(patch.file, patched(files.get(patch.file) ?? read(patch.file), patch));
  return files;
}

/** Throws if a patch does not fit exactly once, because it would test nothing. */
function patched(text: string, { file, find, replace }: Patch): string {
  const times = text.split(find).length - 1;
  if (times === 1) return text.replace(find, () => replace);
  throw new Error(`a patch of ${file} fits ${times} times instead of once; bring it up to date:\n${find}`);
}

/** Applies patches to a copy of the tree. */
export function applyPatches(folder: string, patches: readonly Patch[]): void {
  const files = patchedFiles(patches, (file) => readFileSync(path.join(folder, file), "utf8"));
  for (const [file, text] of files) writeFileSync(path.join(folder, file), text);
}
