import type { Finding, IssueName } from "./facts.ts";

/** The steps of one issue. */
export function stepsOf(issue: IssueName) {
  return {
    ok: (says: string): Finding => ({ issue, state: "ok", says, todo: null }),
    notice: (says: string, todo: string): Finding => ({ issue, state: "notice", says, todo }),
    wrong: (says: string, todo: string): Finding => ({ issue, state: "wrong", says, todo }),
  };
}
