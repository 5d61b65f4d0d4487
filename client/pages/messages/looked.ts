import type { Message } from "../../data/messages.ts";

/** `at` where the value is a moment, `micros` where it is money. */
export type LookedFact = { term: string; value: string; at: string | null; micros: number | null };

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What a gate looked at, as terms and values for a person: `perDay: null` is "Per day: none". */
export function lookedAt(looked: Readonly<Record<string, unknown>>): LookedFact[] {
  return Object.entries(looked).map(([name, value]) => {
    const at = typeof value === "string" && MOMENT.test(value) ? value : null;
    const micros = name.endsWith("Micros") && typeof value === "number" ? value : null;
    return { term: termOf(name), value: inWords(value), at, micros };
  });
}

function termOf(name: string): string {
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

type GateRow = { name: string; answer: string; looked: Readonly<Record<string, unknown>> | null };

/** The gates in their order. What was decided before any gate was asked (the text itself) stands first. */
export function gateRows(message: Pick<Message, "gates" | "gate" | "verdict">): GateRow[] {
  const rows: GateRow[] = [...message.gates];
  const decidedBefore = message.gate !== null && !rows.some((row) => row.name === message.gate);
  if (!decidedBefore || !message.gate || !message.verdict) return rows;
  return [{ name: message.gate, answer: message.verdict.kind, looked: lookedOf(message.verdict) }, ...rows];
}

/** For a message that went: what all gates together looked at. */
export function lookedWhenSent(verdict: unknown): Readonly<Record<string, unknown>> | null {
  if (verdict === null || typeof verdict !== "object" || !("kind" in verdict) || verdict.kind !== "send")
    return null;
  return lookedOf(verdict);
}

function lookedOf(verdict: object): Readonly<Record<string, unknown>> | null {
  if (!("looked" in verdict) || verdict.looked === null || typeof verdict.looked !== "object") return null;
  return verdict.looked as Record<string, unknown>;
}
