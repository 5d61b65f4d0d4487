export type LookedFact = { term: string; value: string; at: string | null };

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What a gate looked at, as terms and values for a person: `perDay: null` is "Per day: none". */
export function lookedAt(looked: Readonly<Record<string, unknown>>): LookedFact[] {
  return Object.entries(looked).map(([name, value]) => {
    const at = typeof value === "string" && MOMENT.test(value) ? value : null;
    return { term: termOf(name), value: inWords(value), at };
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
