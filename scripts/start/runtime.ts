import { createRequire } from "node:module";
import path from "node:path";

/** The folder of package.json. */
export const projectFolder = path.resolve(import.meta.dirname, "../..");

const resolve = createRequire(path.join(projectFolder, "package.json")).resolve;

/** Returns a program that `pnpm install` brought, so that the machine's own programs do not matter. */
export function runtimeProgram(runtime: "bun" | "node"): string {
  if (runtime === "node") return path.join(projectFolder, "node_modules", ".bin", "node");
  return process.versions.bun
    ? process.execPath
    : path.join(path.dirname(resolve("bun/package.json")), "bin", "bun.exe");
}

/** Returns the command that runs one of vite's commands on the installed Node. */
export function viteWords(...args: string[]): string[] {
  const vite = path.join(path.dirname(resolve("vite/package.json")), "bin", "vite.js");
  return [runtimeProgram("node"), vite, ...args];
}
