import type { ConsentBasis } from "../gates/gate.ts";

const BASES: ReadonlyMap<string, string> = new Map<ConsentBasis, string>([
  ["express", "Express: they asked for texts"],
  ["inferred", "Inferred from a relationship"],
  ["transactional", "Transactional only"],
  ["unknown", "Unknown: not texted"],
  ["withdrawn", "Withdrawn: not texted"],
]);

/** Returns a basis of consent in words. An unknown one is shown unchanged. */
export const consentWords = (basis: string): string => BASES.get(basis) ?? basis;

/** The database keeps the source as free text, so no type names them all. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ["reply", "their reply"],
  ["link", "their opt-out link"],
  ["operator", "a teammate"],
  ["import", "an import"],
  ["carrier", "the carrier"],
  ["suppression-list", "a suppression list"],
  ["sql", "the database, by hand"],
]);

/** Returns where an entry came from, as the end of a sentence. */
export const sourceWords = (source: string): string => SOURCES.get(source) ?? source;
