import type { BulkChange, BulkDetail } from "./bulk-change.ts";

const DETAIL_WORDS: Readonly<Record<BulkDetail, string>> = {
  city: "city",
  state: "state",
  postcode: "postcode",
  address_country: "country of the address",
};

/** Returns what a bulk action does, as a heading: for its page, the list of actions and the audit log. `label`: of a custom field. */
export function bulkWords(change: BulkChange, label: (name: string) => string = (name) => name): string {
  switch (change.do) {
    case "add-tag":
      return `Add tag “${change.tag}”`;
    case "remove-tag":
      return `Remove tag “${change.tag}”`;
    case "set-field":
      return valueWords(label(change.name), change.value);
    case "set-detail":
      return valueWords(DETAIL_WORDS[change.detail], change.value);
    case "set-zone":
      return change.timezone === null ? "Clear the stated time zone" : `Set time zone to ${change.timezone}`;
    case "list":
      return "Put on do not contact";
    case "unlist":
      return "Take off do not contact";
    case "delete":
      return "Delete contacts";
  }
}

const valueWords = (name: string, value: string | null) =>
  value === null ? `Clear ${name}` : `Set ${name} to “${value}”`;
