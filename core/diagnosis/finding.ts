import type { Finding, IssueName } from "./facts.ts";

/** The steps of one issue. */
export function stepsOf(issue: IssueName) {
  return {
    ok: (says: string): Finding => ({ issue, state: "ok", says, todo: null }),
    notice: (says: string, todo: string): Finding => ({ issue, state: "notice", says, todo }),
    wrong: (says: string, todo: string): Finding => ({ issue, state: "wrong", says, todo }),
  };
}

export const count = (number: number): string => number.toLocaleString("en-US");

/** A number with what it counts: `1 worker reaches`, `2 workers reach`. */
export const counted = (number: number, one: string, more: string): string =>
  `${count(number)} ${number === 1 ? one : more}`;
