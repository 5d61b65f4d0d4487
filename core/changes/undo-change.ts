/** A value of a contact's column, as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** Columns of a contact by name. Times are texts in UTC. */
export type ContactValues = Readonly<Record<string, Json | undefined>>;

/** What an import or a bulk action did to one contact, and what the contact is now. */
export interface LoggedChange {
  /** The import; null: a bulk action. */
  importId: string | null;
  /** What it was, by column: only what was changed. Columns of a group are there together. */
  before: ContactValues;
  /** What was made of the same columns. */
  after: ContactValues;
  current: ContactValues;
  /** Consents that ended, as entries of `consent_summary`: the import's own, and others that were withdrawn. */
  endedConsents: readonly Json[];
  /** Of those: the ones that ended because their import was undone. */
  undoneConsents: readonly Json[];
  /** The time of the undo. */
  now: string;
}

export interface UndoneChange {
  /** The columns to write; empty: none. */
  values: ContactValues;
  /** Whether a value of before the change is back. */
  isRestored: boolean;
  /**
   * What stays as it is: names of fields that changed since, `custom.NAME`, `zone`, `consent`; or `newer-import` alone, if
   * a later import had this contact.
   */
  kept: string[];
}

/** Columns that say one thing: they are restored together or not at all. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [
      ...["country", "line_type", "first_name", "last_name", "email", "city", "state", "postcode"],
      "address_country",
    ].map((column) => [column, [column]]),
  ),
  zone: ["timezone", "timezone_source"],
};
const CONSENT = ["consent_basis", "consent_at", "consent_expires_at", "consent_summary"];

/**
 * Returns what an undo writes to a contact. A field that changed since stays. A contact that a later import had keeps all
 * fields that the undone import changed, because that file may have said the same. Tags that were added go, tags that were
 * removed come back, and what became of other tags since stays.
 *
 * Consent only ever shrinks beyond what it was before: a withdrawal, a refused purpose and an ended consent stay. An ended
 * consent leaves the summary also where nothing else is undone.
 */
export function undoChange(change: LoggedChange): UndoneChange {
  const { before, after, current, importId } = change;
  const isNewer = importId !== null && current.last_import_id !== importId;
  const values: Record<string, Json | undefined> = {};
  const kept: string[] = [];
  if (isNewer) {
    if (isAboutThePerson(before)) kept.push("newer-import");
  } else {
    for (const [name, columns] of Object.entries(GROUPS)) {
      if (!columns.some((column) => column in before) || isSame(columns, current, before)) continue;
      if (isSame(columns, current, after)) for (const column of columns) values[column] = before[column];
      else kept.push(name);
    }
    undoCustom(change, values, kept);
    undoTags(change, values);
  }
  const consentBack = !isNewer && undoConsent(change, values, kept);
  endConsents(change, values);
  const isRestored = Object.keys(values).some((column) => !CONSENT.includes(column)) || consentBack;
  if (!isNewer && kept.length === 0 && "last_import_id" in before)
    values.last_import_id = before.last_import_id;
  if (Object.keys(values).length === 0) return { values, isRestored, kept };
  values.updated_at = updatedAt(change, kept);
  return { values, isRestored, kept };
}

/** An import notes on every contact that it had it, and its consent. */
const isAboutThePerson = (before: ContactValues) =>
  Object.keys(before).some(
    (column) => column !== "last_import_id" && column !== "updated_at" && !CONSENT.includes(column),
  );

/** A contact that nobody touched since has the time of before the import again. */
function updatedAt({ before, after, current, now }: LoggedChange, kept: readonly string[]): Json {
  if (kept.length > 0) return now;
  if (!("updated_at" in after)) return current.updated_at ?? now;
  return same(current.updated_at, after.updated_at) ? (before.updated_at ?? now) : now;
}

function undoCustom(
  { before, after, current }: LoggedChange,
  values: Record<string, Json | undefined>,
  kept: string[],
): void {
  if (!("custom" in before)) return;
  const [was, became, is] = [before, after, current].map(({ custom }) => custom as Record<string, Json>);
  const result = { ...is };
  for (const name of new Set([...Object.keys(was!), ...Object.keys(became!)])) {
    if (same(was![name], became![name]) || same(was![name], is![name])) continue;
    if (!same(is![name], became![name])) kept.push(`custom.${name}`);
    else if (was![name] === undefined) delete result[name];
    else result[name] = was![name];
  }
  if (!same(result, is)) values.custom = result;
}

function undoTags({ before, after, current }: LoggedChange, values: Record<string, Json | undefined>): void {
  if (!("tags" in before)) return;
  const [was, became, is] = [before, after, current].map(({ tags }) => tags as readonly string[]);
  const added = became!.filter((tag) => !was!.includes(tag));
  const lost = was!.filter((tag) => !became!.includes(tag) && !is!.includes(tag));
  const result = same(is, became) ? was! : [...is!.filter((tag) => !added.includes(tag)), ...lost];
  if (!same(result, is)) values.tags = result;
}

function undoConsent(
  { before, after, current, undoneConsents }: LoggedChange,
  values: Record<string, Json | undefined>,
  kept: string[],
): boolean {
  if (!CONSENT.some((column) => column in before) || isSame(CONSENT, current, before)) return false;
  const left = { ...after, ...withoutConsents(after, undoneConsents) };
  if (!isSame(CONSENT, current, after) && !isSame(CONSENT, current, left)) {
    kept.push("consent");
    return false;
  }
  for (const column of CONSENT) values[column] = before[column];
  // What the person refused is theirs, whatever an import noted of it.
  const refused = summaryOf(current).refused;
  if (refused !== undefined) values.consent_summary = { ...summaryOf(before), refused };
  return true;
}

function endConsents(
  { current, endedConsents }: LoggedChange,
  values: Record<string, Json | undefined>,
): void {
  Object.assign(values, withoutConsents({ ...current, ...values }, endedConsents));
}

/** Returns the columns that change when consents end. The last one leaves the contact without consent. */
export function withoutConsents(contact: ContactValues, ended: readonly Json[]): Record<string, Json> {
  const summary = summaryOf(contact);
  const given = (summary.given ?? []) as readonly { readonly basis: Json }[];
  const left = given.filter((entry) => !ended.some((one) => same(one, entry)));
  if (left.length === given.length) return {};
  const basis = contact.consent_basis!;
  return {
    consent_summary: { ...summary, given: left },
    consent_basis:
      basis === "withdrawn" || basis === "unknown"
        ? basis
        : (STRONGEST_FIRST.find((one) => left.some((entry) => entry.basis === one)) ?? "unknown"),
  };
}

/** As `strongest_basis` in the database. */
const STRONGEST_FIRST = ["express", "inferred", "transactional"];

export const summaryOf = ({ consent_summary: summary }: ContactValues) =>
  (summary ?? {}) as { [key: string]: Json };

const isSame = (columns: readonly string[], one: ContactValues, other: ContactValues) =>
  columns.every((column) => same(one[column], other[column]));

/** Whether two values are the same JSON, whatever the order of keys. */
export function same(
  one: Json | ContactValues | undefined,
  other: Json | ContactValues | undefined,
): boolean {
  return ordered(one) === ordered(other);
}

const ordered = (value: Json | ContactValues | undefined) =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
