import type { Message } from "../../data/messages.ts";
import { lookUp } from "../../ui/words/look-up.ts";

/** One value that a gate used. `at` is set if it is a time, `micros` if it is money. */
export type EvidenceFact = { term: string; value: string; at: string | null; micros: number | null };

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Returns the evidence of a gate as terms and values: `perDay: null` is "Limit per day: none". */
export function evidenceFacts(evidence: Readonly<Record<string, unknown>>): EvidenceFact[] {
  return Object.entries(evidence).map(([name, value]) => {
    const at = typeof value === "string" && MOMENT.test(value) ? value : null;
    const micros = name.endsWith("Micros") && typeof value === "number" ? value : null;
    return { term: termOf(name), value: inWords(value), at, micros };
  });
}

/** Names that would read badly if they were only split into words. */
const TERMS = {
  handOvers7d: "Texts in 7 days",
  answersMessageOf: "Reply to their message of",
  requested: "Test asked for by the number’s owner",
  requestedByOwnerAt: "They asked for this one",
  perDay: "Limit per day",
  perWeek: "Limit per week",
  recent: "Recent texts",
  fault: "Problem",
  senders: "Sending numbers",
};

function termOf(name: string): string {
  const known = lookUp(TERMS, name);
  if (known) return known;
  const words = name
    .replace(/Micros$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

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
