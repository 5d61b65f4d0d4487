import type { Evidence } from "../gates/gate.ts";

/** Returns a day of a row, `YYYY-MM-DD`, in words: "20 November 2026". Anything else is shown unchanged. */
export function dayWords(day: Evidence[string] | undefined): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return String(day ?? "an unknown day");
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}
