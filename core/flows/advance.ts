import type { FlowEnd } from "./definition.ts";
import { landOn, type Op } from "./program.ts";

/** The most messages that flows send one person within 24 hours, whatever the tenant's caps allow. */
const FLOW_MESSAGES_PER_DAY_MAX = 5;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What became of the message of a step. `went`: it may have been sent, and never is again. */
export type StepMessage =
  | { state: "open"; queuedAt: Date; notBefore: Date | null }
  | { state: "went"; at: Date }
  | { state: "refused" };

/** All that decides what a person in a flow does next. */
interface FlowPerson {
  /** The line of the program. */
  at: number;
  arrivedAt: Date;
  /** When they answered the last message; null: not yet. */
  repliedAt: Date | null;
  /** The message of this step; null: none yet. */
  message: StepMessage | null;
  /** On a condition: whether they meet it. */
  meets: boolean;
  /** Messages of flows to them in the last 24 hours. */
  messagesToday: number;
  /** Why they may not be in any flow; null: they may. */
  barred: Exclude<FlowEnd, "finished"> | null;
}

export type FlowMove =
  /** Stays on the line. `sends`: its message is queued with this move. */
  | { kind: "stay"; dueAt: Date; sends: boolean }
  /** Goes to another line, where they are due at once. `does`: the line that they leave takes effect with this move. */
  | { kind: "go"; at: number; arrivedAt: Date; does: boolean }
  | { kind: "leave"; why: FlowEnd; does: boolean };

/**
 * Returns what a person in a flow does next, one step at a time. A message is one step: they stay on it until it went, so
 * that waits count from then and messages keep their order. Somebody whose message is refused leaves.
 */
export function advance(ops: readonly Op[], person: FlowPerson, now: Date): FlowMove {
  if (person.barred) return { kind: "leave", why: person.barred, does: false };
  const { at, arrivedAt } = person;
  const op = ops[at];
  const go = (to: number, since: Date, does = false): FlowMove => {
    const line = landOn(ops, to);
    return line === null
      ? { kind: "leave", why: "finished", does }
      : { kind: "go", at: line, arrivedAt: since, does };
  };
  const until = (minutes: number) => new Date(arrivedAt.getTime() + minutes * MINUTE_MS);
  switch (op?.op) {
    case "send":
      return sendStep(person, now) ?? go(at + 1, (person.message as { at: Date }).at);
    case "wait": {
      const dueAt = until(op.minutes);
      return dueAt > now ? { kind: "stay", dueAt, sends: false } : go(at + 1, now);
    }
    case "reply": {
      if (person.repliedAt) return go(at + 1, now);
      const dueAt = until(op.minutes);
      return dueAt > now ? { kind: "stay", dueAt, sends: false } : go(op.silent, now);
    }
    case "condition":
      return go(person.meets ? at + 1 : op.unmet, now);
    case "tag":
    case "assign":
      return go(at + 1, now, true);
    default:
      return go(at, now);
  }
}

/** Null: the message went. */
function sendStep({ message, messagesToday }: FlowPerson, now: Date): FlowMove | null {
  const inAMinute = now.getTime() + MINUTE_MS;
  if (message === null) {
    if (messagesToday >= FLOW_MESSAGES_PER_DAY_MAX)
      return { kind: "stay", dueAt: new Date(now.getTime() + HOUR_MS), sends: false };
    return { kind: "stay", dueAt: new Date(inAMinute), sends: true };
  }
  if (message.state === "refused") return { kind: "leave", why: "not-sent", does: false };
  if (message.state === "went") return null;
  // Asked more rarely the longer it waits, so that a long queue costs little.
  const waited = now.getTime() - message.queuedAt.getTime();
  const next = now.getTime() + Math.min(HOUR_MS, Math.max(MINUTE_MS, waited / 4));
  return {
    kind: "stay",
    dueAt: new Date(
      Math.max(next, Math.min(message.notBefore?.getTime() ?? 0, now.getTime() + 24 * HOUR_MS)),
    ),
    sends: false,
  };
}
