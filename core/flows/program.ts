import type { AudienceGroup } from "../audiences/definition.ts";
import type { FlowStep } from "./definition.ts";

/** One step of a flow as a line of a list. Steps lead to later lines only. `place`: where it stands, such as "2.replied.1". */
export type Op = { place: string } & (
  | { op: "send"; body: string; smartEncoding: boolean }
  | { op: "wait"; minutes: number }
  /** On a reply the next line, and else `silent`. */
  | { op: "reply"; minutes: number; silent: number }
  /** The next line for those who meet it, and else `unmet`. */
  | { op: "condition"; if: AudienceGroup; unmet: number }
  | { op: "tag"; tag: string; remove: boolean }
  | { op: "assign"; userId: string | null }
  | { op: "jump"; to: number }
  | { op: "end" }
);

/** Returns the steps as a list, with branches after each other. The end of the list is the end of the flow. */
export function compileFlow(steps: readonly FlowStep[]): Op[] {
  const ops: Op[] = [];
  const branches = (
    first: readonly FlowStep[],
    firstName: string,
    second: readonly FlowStep[],
    secondName: string,
  ): number => {
    add(first, `${firstName}.`);
    const jump: Extract<Op, { op: "jump" }> = { place: firstName, op: "jump", to: 0 };
    ops.push(jump);
    const other = ops.length;
    add(second, `${secondName}.`);
    jump.to = ops.length;
    return other;
  };
  const add = (list: readonly FlowStep[], prefix: string): void => {
    list.forEach((step, nth) => {
      const place = `${prefix}${nth + 1}`;
      switch (step.do) {
        case "send":
          ops.push({ place, op: "send", body: step.body, smartEncoding: step.smartEncoding });
          break;
        case "wait":
          ops.push({ place, op: "wait", minutes: step.minutes });
          break;
        case "tag":
          ops.push({ place, op: "tag", tag: step.tag, remove: step.remove });
          break;
        case "assign":
          ops.push({ place, op: "assign", userId: step.userId });
          break;
        case "end":
          ops.push({ place, op: "end" });
          break;
        case "wait-for-reply": {
          const op: Op = { place, op: "reply", minutes: step.minutes, silent: 0 };
          ops.push(op);
          op.silent = branches(step.replied, `${place}.replied`, step.silent, `${place}.silent`);
          break;
        }
        case "condition": {
          const op: Op = { place, op: "condition", if: step.if, unmet: 0 };
          ops.push(op);
          op.unmet = branches(step.met, `${place}.met`, step.unmet, `${place}.unmet`);
          break;
        }
      }
    });
  };
  add(steps, "");
  return ops;
}

/** Returns the line on which somebody stands who comes to `at`; null: the flow ends. */
export function landOn(ops: readonly Op[], at: number): number | null {
  let line = at;
  for (;;) {
    const op = ops[line];
    if (!op || op.op === "end") return null;
    if (op.op !== "jump") return line;
    line = op.to;
  }
}

/** Returns every line that sends, in order. */
export const sendsOf = (ops: readonly Op[]): number[] =>
  ops.flatMap(({ op }, at) => (op === "send" ? [at] : []));
