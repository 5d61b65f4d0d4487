import { spawnSync } from "node:child_process";
import { test } from "vitest";

/**
 * Tests that need programs which npm doesn't bring (PostgreSQL's client, a proxy): left out, counted and named on a
 * machine without them, so that all other tests run with nothing installed. CI installs them all.
 */
export function testWith(...programs: string[]) {
  const missing = programs.filter((program) => !runs(program));
  if (missing.length > 0) console.warn(`Left out, for want of ${missing.join(" and ")}`);
  return missing.length > 0 ? test.skip : test;
}

const runs = (program: string) =>
  ["--version", "-v"].some((option) => spawnSync(program, [option]).status === 0);
