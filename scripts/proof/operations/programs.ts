import { spawnSync } from "node:child_process";
import { test } from "vitest";

/**
 * Skips tests that need programs which npm does not install (PostgreSQL's client, a proxy) on a machine without them,
 * and names them, so that all other tests run with nothing installed. CI installs them all.
 */
export function testWith(...programs: string[]) {
  const missing = programs.filter((program) => !runs(program));
  if (missing.length > 0) console.warn(`Skipped, because ${missing.join(" and ")} is missing`);
  return missing.length > 0 ? test.skip : test;
}

const runs = (program: string) =>
  ["--version", "-v"].some((option) => spawnSync(program, [option]).status === 0);
