import type { FlowStep } from "@smscrm/core/flows/definition";
import type { FlowRow } from "../../data/campaigns/flows.ts";
import type { Tone } from "../../ui/words/status-words.ts";

/** Returns how a flow stands. */
export function flowState({ status, isHeldByRestore }: Pick<FlowRow, "status" | "isHeldByRestore">): {
  label: string;
  tone: Tone;
} {
  if (isHeldByRestore) return { label: "Paused by a restore", tone: "warn" };
  return {
    live: { label: "On", tone: "ok" as const },
    paused: { label: "Paused", tone: "warn" as const },
    draft: { label: "Draft", tone: "quiet" as const },
    stopped: { label: "Stopped", tone: "quiet" as const },
  }[status];
}

export const STEP_NAMES: Readonly<Record<FlowStep["do"], string>> = {
  send: "Send a message",
  wait: "Wait",
  "wait-for-reply": "Wait for a reply",
  condition: "Condition",
  tag: "Tag",
  assign: "Assign the conversation",
  end: "End",
};

const STOP = " Reply STOP to opt out";

/** Returns a step to begin with. */
export function newStep(kind: FlowStep["do"]): FlowStep {
  switch (kind) {
    case "send":
      return { do: "send", body: STOP, smartEncoding: true };
    case "wait":
      return { do: "wait", minutes: 24 * 60 };
    case "wait-for-reply":
      return { do: "wait-for-reply", minutes: 24 * 60, replied: [], silent: [] };
    case "condition":
      return { do: "condition", if: { match: "all", rules: [] }, met: [], unmet: [] };
    case "tag":
      return { do: "tag", tag: "", remove: false };
    case "assign":
      return { do: "assign", userId: null };
    case "end":
      return { do: "end" };
  }
}

const UNITS = { minutes: 1, hours: 60, days: 24 * 60 };
export type Unit = keyof typeof UNITS;

/** Returns minutes in the largest unit that divides them. */
export function inUnits(minutes: number): { count: number; unit: Unit } {
  for (const unit of ["days", "hours"] as const)
    if (minutes > 0 && minutes % UNITS[unit] === 0) return { count: minutes / UNITS[unit], unit };
  return { count: minutes, unit: "minutes" };
}

export const toMinutes = (count: number, unit: Unit): number => Math.max(1, Math.round(count * UNITS[unit]));
