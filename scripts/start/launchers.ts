import { readFileSync } from "node:fs";
import {
  commandLineOf,
  identityOf,
  isAlive,
  type ProcessIdentity,
} from "@smscrm/infra/embedded-postgres/process-identity";

const farthestAncestor = 8;

/**
 * Returns the package runners above this process: npx, pnpm, and the shells that they start in between. When one of
 * them is killed, nobody controls this process any more, though its own parent may still be there. A person's own
 * shell does not count, whatever its command line says: it may end while the product runs in the background.
 */
export function launchersOf(pid: number = process.pid): ProcessIdentity[] {
  const launchers: number[] = [];
  let between: number[] = [];
  let ancestor = parentOf(pid);
  while (ancestor > 1 && launchers.length < farthestAncestor) {
    if (isPackageRunner(ancestor)) {
      launchers.push(...between, ancestor);
      between = [];
    } else if (between.length === 0 && isShell(ancestor)) between = [ancestor];
    else break;
    ancestor = parentOf(ancestor);
  }
  return launchers.map(identityOf);
}

export function isOrphaned(launchers: ProcessIdentity[]): boolean {
  return launchers.some((each) => !isAlive(each));
}

const packageRunner = /^(\S*\/)?(npx|npm|pnpm|pnpx|bunx)(\s|$)/;
const interpretedRunner =
  /^(\S*\/)?(node|bun|sh|bash|dash)\S* (\S*\/)?(npx|npm|pnpm|pnpx)(-cli)?(\.\w+)?(\s|$)/;

function isPackageRunner(pid: number): boolean {
  const command = commandLineOf(pid) ?? "";
  return packageRunner.test(command) || interpretedRunner.test(command);
}

function isShell(pid: number): boolean {
  return /^(\S*\/)?(sh|bash|dash) -c /.test(commandLineOf(pid) ?? "");
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}
