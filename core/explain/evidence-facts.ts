/** One value that a gate used. `at` is set if it is a time, `micros` if it is money. */
export type EvidenceFact = { term: string; value: string; at: string | null; micros: number | null };

/** A program's constant, such as FIXED_LINE_OR_MOBILE. */
const CONSTANT = /^[A-Z]+(_[A-Z]+)+$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Returns the evidence of a gate as terms and values: `perDay: null` is "Limit per day: none". */
export function evidenceFacts(evidence: Readonly<Record<string, unknown>>): EvidenceFact[] {
  return Object.entries(evidence)
    .filter(isTold)
    .map(([name, value]) => {
      const at = typeof value === "string" && MOMENT.test(value) ? value : null;
      const micros = name.endsWith("Micros") && typeof value === "number" ? value : null;
      return { term: termOf(name), value: inWords(value), at, micros };
    });
}

/** That the hours open again is said with the time: beside "waiting", a plain "Opens: yes" reads as its opposite. */
const isTold = ([name, value]: [string, unknown]) => name !== "opens" || value === false;

/** Names that would read badly if they were only split into words. */
const TERMS: ReadonlyMap<string, string> = new Map([
  ["handOvers7d", "Texts in 7 days"],
  ["answersMessageOf", "Reply to their message of"],
  ["requested", "Test asked for by the number’s owner"],
  ["requestedByOwnerAt", "They asked for this one"],
  ["perDay", "Limit per day"],
  ["perWeek", "Limit per week"],
  ["recent", "Recent texts"],
  ["fault", "Problem"],
  ["senders", "Sending numbers"],
  ["zones", "Time zones"],
  ["zoneSource", "Zone known from"],
  ["closedOn", "Closed all day on"],
  ["opens", "Ever opens"],
  ["wantedTime", "Local time chosen"],
  ["wantedDay", "Day chosen"],
  ["hasPassed", "Passed at the launch"],
  ["spreadMinutes", "Spread over minutes"],
  ["importId", "Import"],
  ["contactId", "Contact"],
  ["quietHoursOverride", "Sent outside quiet hours because"],
]);

function termOf(name: string): string {
  const known = TERMS.get(name);
  if (known !== undefined) return known;
  const words = name
    .replace(/Micros$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  if (typeof value === "string" && CONSTANT.test(value)) return value.toLowerCase().replaceAll("_", " ");
  if (typeof value !== "object") return String(value);
  return evidenceFacts({ ...value })
    .map(({ term, value: inner }) => `${term.toLowerCase()}: ${inner}`)
    .join(", ");
}
