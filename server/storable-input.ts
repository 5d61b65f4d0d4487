/**
 * Whether PostgreSQL can keep and compare all texts of a request: it holds neither NUL nor half a character, and
 * would answer with an error of its own. Names of fields count too, for some become keys of a document.
 */
export function isStorable(input: unknown): boolean {
  if (typeof input === "string") return !input.includes("\u0000") && input.isWellFormed();
  if (typeof input !== "object" || input === null) return true;
  return Object.entries(input).every(([name, value]) => isStorable(name) && isStorable(value));
}
