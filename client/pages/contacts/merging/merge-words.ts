import type { Duplicates } from "../../../data/contacts/merging.ts";
import { fieldWords } from "../import/changes/field-words.ts";

const REASONS: Readonly<Record<Duplicates["reasons"][number], string>> = {
  id: "Same customer ID",
  email: "Same email",
  birthday: "Same name and date of birth",
  postcode: "Same name and postcode",
};

/** Returns what contacts share, in words. */
export const reasonsShared = (reasons: Duplicates["reasons"]): string =>
  reasons.map((reason) => REASONS[reason]).join(" · ");

/** Returns the name of a field of a merge. `labels`: those of custom fields by name. */
export function mergeFieldWords(name: string, labels: ReadonlyMap<string, string>): string {
  if (name === "address") return "Address";
  const custom = name.startsWith("custom.") ? labels.get(name.slice("custom.".length)) : undefined;
  return custom ?? fieldWords(name);
}
