import type { Message } from "../../data/messages.ts";

type Answer = Message["gates"][number]["answer"];
type GateRow = { name: string; answer: Answer; evidence: Readonly<Record<string, unknown>> | null };

/** Returns the gates in order. A refusal of the text itself, before any gate, comes first. */
export function gateRows(message: Pick<Message, "gates" | "gate" | "verdict">): GateRow[] {
  const rows: GateRow[] = message.gates.map(({ name, answer, looked }) => ({
    name,
    answer,
    evidence: looked,
  }));
  const { gate, verdict } = message;
  const textRefused = verdict?.kind === "drop" && !rows.some((row) => row.name === gate);
  if (!textRefused || gate === null) return rows;
  return [{ name: gate, answer: "drop", evidence: evidenceOf(verdict) }, ...rows];
}

/** Returns the evidence of all gates, for a message that was sent. */
export function evidenceWhenSent(verdict: unknown): Readonly<Record<string, unknown>> | null {
  if (verdict === null || typeof verdict !== "object" || !("kind" in verdict) || verdict.kind !== "send")
    return null;
  return evidenceOf(verdict);
}

function evidenceOf(verdict: object): Readonly<Record<string, unknown>> | null {
  if (!("looked" in verdict) || verdict.looked === null || typeof verdict.looked !== "object") return null;
  return verdict.looked as Record<string, unknown>;
}
