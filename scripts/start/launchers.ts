import { readFileSync } from "node:fs";
import {
  commandLineOf,
  identityOf,
  isAlive,
  type ProcessIdentity,
} from "@smscrm/infra/embedded-postgres/process-identity";

const farthestAncestor = 8;

/**
 * The processes between the person's shell and this one: npx, pnpm and the shells that they start. When one of them
 * is killed, nobody holds this process any more, though its own parent may still be there.
 */
export function launchersOf(pid: number = process.pid): ProcessIdentity[] {
  const launchers: ProcessIdentity[] = [];
  let ancestor = parentOf(pid);
  while (ancestor > 1 && launchers.length < farthestAncestor && isLauncher(ancestor)) {
    launchers.push(identityOf(ancestor));
    ancestor = parentOf(ancestor);
  }
  return launchers;
}

export function isOrphaned(launchers: ProcessIdentity[]): boolean {
  return launchers.some((each) => !isAlive(each));
}

function isLauncher(pid: number): boolean {
  const command = commandLineOf(pid) ?? "";
  return (
    /(^|[/\s])(npx|npm|pnpm|pnpx|bunx)(\.\w+)?(\s|$)/.test(command) ||
    /^\S*sh -c .*scripts\/start\.ts/.test(command)
  );
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}
