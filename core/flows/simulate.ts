import type { Candidate } from "../gates/message-facts.ts";
import { advance, type StepMessage } from "./advance.ts";
import type { FlowEnd } from "./definition.ts";
import { landOn, type Op } from "./program.ts";

const SIMULATED_DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;
/** A program leads forward only, so nobody takes more moves; a bound all the same. */
const MOVES_MAX = 1_000;
/** A hold that ends later is as good as none within the simulated days. */
const HOLDS_MAX = 20;

/** One of the sample, and when they enter. */
interface Entrant {
  candidate: Candidate;
  at: Date;
}

/** What the gates say about a message of a line at a moment. */
export type SimulatedVerdict =
  | { kind: "send"; priceMicros: number }
  | { kind: "hold"; until: Date; reason: string }
  | { kind: "drop"; reason: string };

interface SimulatedFlow {
  ops: readonly Op[];
  start: Date;
  ask: (at: number, candidate: Candidate, now: Date) => SimulatedVerdict;
  /** Whether somebody meets the condition of a line today. */
  meets: (at: number, contactId: string) => boolean;
  /** Whether all answer at once, or nobody. */
  replies: boolean;
}

export interface Simulation {
  /** By day from the start. */
  days: { entered: number; messages: number }[];
  messages: number;
  costMicros: number;
  /** Messages that waited, by reason. */
  held: Record<string, number>;
  /** Messages that gates refused, by reason. */
  refused: Record<string, number>;
  left: Partial<Record<FlowEnd, number>>;
  /** Still in the flow after the last day. */
  within: number;
}

/** Runs a sample through a flow on a clock of its own, by the same `advance` as the worker and with the gates' answers. */
export function simulateFlow(flow: SimulatedFlow, entrants: readonly Entrant[]): Simulation {
  const days = Array.from({ length: SIMULATED_DAYS }, () => ({ entered: 0, messages: 0 }));
  const result: Simulation = {
    ...{ days, messages: 0, costMicros: 0, held: {}, refused: {}, left: {}, within: 0 },
  };
  for (const entrant of entrants) runOne(flow, entrant, result);
  return result;
}

function runOne(flow: SimulatedFlow, { candidate, at: enteredAt }: Entrant, result: Simulation): void {
  const { ops, start } = flow;
  const end = new Date(start.getTime() + SIMULATED_DAYS * DAY_MS);
  const dayOf = (at: Date) => result.days[Math.floor((at.getTime() - start.getTime()) / DAY_MS)];
  const sent: Date[] = [...candidate.recentSubmissions];
  dayOf(enteredAt)!.entered += 1;
  let [now, line, arrivedAt] = [enteredAt, landOn(ops, 0), enteredAt];
  let message: StepMessage | null = null;
  let asked = false;
  for (let moves = 0; moves < MOVES_MAX && line !== null && now < end; moves += 1) {
    const move = advance(
      ops,
      {
        ...{ at: line, arrivedAt, message, barred: candidate.doNotContactSince ? "opted-out" : null },
        repliedAt: asked && flow.replies ? now : null,
        meets: flow.meets(line, candidate.contactId),
        messagesToday: sent.filter((at) => now.getTime() - at.getTime() < DAY_MS).length,
      },
      now,
    );
    if (move.kind === "leave") {
      count(result.left, move.why);
      return;
    }
    if (move.kind === "go") {
      [line, arrivedAt, message] = [move.at, move.arrivedAt, null];
      asked = ops[line]!.op === "reply";
    } else if (move.sends) {
      const went = sendOne(flow, line, { ...candidate, recentSubmissions: sent }, now, end, result);
      message = went ? { state: "went", at: went } : { state: "refused" };
      if (went && went >= end) break;
      if (went) {
        sent.unshift(went);
        dayOf(went)!.messages += 1;
        now = went;
      }
    } else now = move.dueAt;
  }
  result.within += 1;
}

/** Returns when the message goes; null: it is refused. At or after `end`: not within the simulated days. */
function sendOne(
  flow: SimulatedFlow,
  line: number,
  candidate: Candidate,
  since: Date,
  end: Date,
  result: Simulation,
): Date | null {
  let now = since;
  for (let holds = 0; holds < HOLDS_MAX && now < end; holds += 1) {
    const verdict = flow.ask(line, candidate, now);
    if (verdict.kind === "drop") {
      count(result.refused, verdict.reason);
      return null;
    }
    if (verdict.kind === "send") {
      result.messages += 1;
      result.costMicros += verdict.priceMicros;
      return now;
    }
    if (holds === 0) count(result.held, verdict.reason);
    now = verdict.until;
  }
  return end;
}

function count<Key extends string>(into: Partial<Record<Key, number>>, key: Key): void {
  into[key] = (into[key] ?? 0) + 1;
}
