import { addressZone } from "../contacts/address-zone.ts";
import { type ContactValues, type Json, same } from "./undo-change.ts";

/** The details that a bulk action may set. Names and e-mail addresses are one person's, so they are not among them. */
export const BULK_DETAILS = ["city", "state", "postcode", "address_country"] as const;
export type BulkDetail = (typeof BULK_DETAILS)[number];

/** A bulk action that changes columns of contacts. A value of null clears. */
export type ColumnChange =
  | { do: "add-tag" | "remove-tag"; tag: string }
  | { do: "set-field"; name: string; value: string | null }
  | { do: "set-detail"; detail: BulkDetail; value: string | null }
  | { do: "set-zone"; timezone: string | null };

/** What one bulk action does to each of its contacts. `list` and `unlist`: the do-not-contact list. */
export type BulkChange = ColumnChange | { do: "list" | "unlist" | "delete" };

export const isColumnChange = (change: BulkChange): change is ColumnChange =>
  change.do !== "list" && change.do !== "unlist" && change.do !== "delete";

/** The columns that change, before and after; null: the contact has the value already. `custom` has one field alone. */
export type ColumnsChanged = { before: ContactValues; after: ContactValues } | null;

/** Returns what a bulk action changes of a contact. `now`: the time of the change, as the contact's columns have it. */
export function columnsChanged(
  change: ColumnChange,
  { current, phone, now }: { current: ContactValues; phone: string; now: string },
): ColumnsChanged {
  const after = columnsAfter(change, current, phone);
  const before = Object.fromEntries(Object.keys(after).map((column) => [column, current[column]]));
  if (change.do === "set-field") {
    const was = (current.custom as Record<string, Json>)[change.name];
    before.custom = was === undefined ? {} : { [change.name]: was };
  }
  if (same(before, after)) return null;
  return {
    before: { ...before, updated_at: current.updated_at },
    after: { ...after, updated_at: now },
  };
}

function columnsAfter(
  change: ColumnChange,
  current: ContactValues,
  phone: string,
): Record<string, Json | undefined> {
  const tags = current.tags as readonly string[];
  switch (change.do) {
    case "add-tag":
      return { tags: tags.includes(change.tag) ? tags : [...tags, change.tag] };
    case "remove-tag":
      return { tags: tags.filter((tag) => tag !== change.tag) };
    case "set-field":
      return { custom: change.value === null ? {} : { [change.name]: change.value } };
    case "set-zone":
      if (change.timezone !== null) return { timezone: change.timezone, timezone_source: "stated" };
      return current.timezone_source === "stated" ? zoneOf(current, phone) : {};
    case "set-detail": {
      const detail = { [change.detail]: change.value };
      if (same(current[change.detail], change.value)) return detail;
      // A city tells no zone, and the person's own word stays.
      if (change.detail === "city" || current.timezone_source === "stated") return detail;
      return { ...detail, ...zoneOf({ ...current, ...detail }, phone) };
    }
  }
}

function zoneOf(contact: ContactValues, e164: string): { timezone: string | null; timezone_source: string } {
  const text = (column: string) => (contact[column] ?? null) as string | null;
  const { timezone, timezoneSource } = addressZone({
    ...{ stated: null, postcode: text("postcode"), state: text("state"), country: text("country") },
    ...{ addressCountry: text("address_country"), lineType: text("line_type"), e164 },
  });
  return { timezone, timezone_source: timezoneSource };
}

/** Returns a contact's custom fields after a change that `columnsChanged` returned. */
export function customAfter(
  current: ContactValues,
  { before, after }: NonNullable<ColumnsChanged>,
): Record<string, Json> {
  const custom = { ...(current.custom as Record<string, Json>) };
  for (const name of Object.keys(before.custom as object)) delete custom[name];
  return { ...custom, ...(after.custom as Record<string, Json>) };
}
