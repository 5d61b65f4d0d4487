import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const fileName = "demo-sign-in.json";

export function hasDemoSignIn(dataDir: string): boolean {
  return existsSync(path.join(dataDir, fileName));
}

/** Returns the line that says how to sign in. Only the first start prints the password itself. */
export function demoSignInLine(dataDir: string, firstStart: boolean): string | null {
  const file = path.join(dataDir, fileName);
  const found = read(file);
  if (!found) return null;
  const password = firstStart ? `password ${found.password}` : `the password is in ${file}`;
  return `Sign in as ${found.email}, ${password}`;
}

function read(file: string): { email: string; password: string } | null {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
