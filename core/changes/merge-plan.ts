import { type ContactValues, type Json, same } from "./undo-change.ts";

/** Of two contacts of one person: the one that stays, and the one that is merged into it. */
export type MergeSide = "kept" | "merged";

/** A detail in which two contacts differ. Values are as a reader sees them; null: none. */
interface MergeField {
  /** A column of contacts, `address`, `zone`, or `custom.NAME`. */
  name: string;
  kept: string | null;
  merged: string | null;
  /** Whose value the person will have. */
  take: MergeSide;
  /** Whether both have a value: then a member may choose. */
  isChoice: boolean;
}

export interface MergePlan {
  /** Every detail that differs, in the order of a contact's page. */
  fields: MergeField[];
  /** Tags that the kept contact gets. */
  newTags: string[];
  /** Columns of the kept contact that change. */
  values: ContactValues;
  /** Columns of the merged contact: it keeps only what is about its number. */
  blank: ContactValues;
  /** Names of choices that are none, because the contacts don't differ there. */
  unknown: string[];
}

/** Columns that say one thing are taken together: half an address of each contact would be a place where nobody is. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  first_name: ["first_name"],
  last_name: ["last_name"],
  email: ["email"],
  address: ["city", "state", "postcode", "address_country"],
};

const BLANK: ContactValues = {
  ...Object.fromEntries(
    Object.values(GROUPS)
      .flat()
      .map((column) => [column, null]),
  ),
  custom: {},
  tags: [],
};

/**
 * Plans a merge of two contacts. Where only one has a value, the person has it. Where both differ, the choice decides, and
 * without one the contact that was changed last. Tags are added. What is about a number stays with its number: the number
 * itself, its country and line type, its consents and opt-outs.
 */
export function planMerge(
  kept: ContactValues,
  merged: ContactValues,
  choices: Readonly<Record<string, MergeSide>> = {},
): MergePlan {
  const newer: MergeSide = String(merged.updated_at) > String(kept.updated_at) ? "merged" : "kept";
  const values: Record<string, Json | undefined> = {};
  const fields: MergeField[] = [];
  const compare = (name: string, [one, other]: readonly [string | null, string | null]): MergeSide => {
    if (one === other) return "kept";
    const isChoice = one !== null && other !== null;
    const take = isChoice ? (choices[name] ?? newer) : one === null ? "merged" : "kept";
    fields.push({ name, kept: one, merged: other, take, isChoice });
    return take;
  };
  const sides: Record<string, MergeSide> = {};
  for (const [name, columns] of Object.entries(GROUPS)) {
    sides[name] = compare(name, [written(kept, columns), written(merged, columns)]);
    if (sides[name] === "merged") for (const column of columns) values[column] = merged[column] ?? null;
  }
  const zone = zoneAfter(kept, merged, sides.address!, (pair) => compare("zone", pair));
  Object.assign(values, zone);
  const custom = customAfter(kept, merged, compare);
  if (!same(custom, kept.custom)) values.custom = custom;
  const newTags = tagsOf(merged).filter((tag) => !tagsOf(kept).includes(tag));
  if (newTags.length > 0) values.tags = [...tagsOf(kept), ...newTags];
  const choosable = new Set(fields.flatMap(({ name, isChoice }) => (isChoice ? [name] : [])));
  const unknown = Object.keys(choices).filter((name) => !choosable.has(name));
  return { fields, newTags, values, blank: BLANK, unknown };
}

/** Whether a zone was derived from the address. */
const FROM_ADDRESS: readonly unknown[] = ["state", "postcode"];

/**
 * Returns the columns of the zone that change. The person's own word counts first. A zone that an address gave goes with that
 * address; where the address that stays gave none, the zone is unknown, and the gates ask every clue.
 */
function zoneAfter(
  kept: ContactValues,
  merged: ContactValues,
  address: MergeSide,
  choose: (zones: readonly [string, string]) => MergeSide,
): ContactValues {
  const theirs = { timezone: merged.timezone ?? null, timezone_source: merged.timezone_source ?? null };
  const isStated = { kept: kept.timezone_source === "stated", merged: merged.timezone_source === "stated" };
  if (isStated.kept && isStated.merged)
    return choose([String(kept.timezone), String(merged.timezone)]) === "merged" ? theirs : {};
  if (isStated.merged) return theirs;
  if (isStated.kept || address === "kept") return {};
  if (FROM_ADDRESS.includes(merged.timezone_source)) return theirs;
  return FROM_ADDRESS.includes(kept.timezone_source) ? { timezone: null, timezone_source: "unknown" } : {};
}

function customAfter(
  kept: ContactValues,
  merged: ContactValues,
  compare: (name: string, pair: readonly [string | null, string | null]) => MergeSide,
): Record<string, Json> {
  const [one, other] = [kept, merged].map(({ custom }) => (custom ?? {}) as Record<string, Json>);
  const result = { ...one! };
  for (const name of Object.keys({ ...one, ...other })) {
    const pair = [one!, other!].map((values) =>
      Object.hasOwn(values, name) && values[name] !== null ? String(values[name]) : null,
    );
    if (compare(`custom.${name}`, [pair[0]!, pair[1]!]) === "merged") result[name] = other![name]!;
  }
  return result;
}

const tagsOf = ({ tags }: ContactValues) => (tags ?? []) as readonly string[];

/** Null: none of the columns has a value. */
function written(values: ContactValues, columns: readonly string[]): string | null {
  const filled = columns.map((column) => values[column]).filter((value) => value !== null && value !== "");
  const text = filled.filter((value) => value !== undefined).join(", ");
  return text === "" ? null : text;
}
