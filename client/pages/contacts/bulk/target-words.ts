import type { BulkAction } from "../../../data/contacts/bulk.ts";

/** Returns whom an action was for. */
export function targetWords(target: BulkAction["target"]): string {
  if (target.kind === "ticked") return "Selected contacts";
  if (target.kind === "tags") return `Contacts tagged ${target.tags.join(" or ")}`;
  if (target.kind === "saved") return `Audience “${target.name}”`;
  const parts = [
    ...(target.tag === undefined ? [] : [`tagged ${target.tag}`]),
    ...(target.optedOut === undefined ? [] : [target.optedOut ? "opted out" : "not opted out"]),
    ...(target.field === undefined ? [] : [`by the field ${target.field}`]),
    ...(target.isSearch ? ["found by a search"] : []),
  ];
  return parts.length === 0 ? "All contacts" : `Contacts ${parts.join(", ")}`;
}
