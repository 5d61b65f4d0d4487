/**
 * Whether PostgreSQL can store and compare all texts of a request. It accepts neither NUL nor lone surrogates, and
 * would answer with an error of its own. Names of fields count too, because some become keys of a document.
 */
export function isStorable(input: unknown): boolean {
  if (typeof input === "string") return !input.includes("\u0000") && input.isWellFormed();
  if (typeof input !== "object" || input === null) return true;
  return Object.entries(input).every(([name, value]) => isStorable(name) && isStorable(value));
}
