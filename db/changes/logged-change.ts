/** Columns that are logged each for itself. A value of the row before has the prefix `was_`. */
const SINGLE = [
  "country",
  "line_type",
  "first_name",
  "last_name",
  "email",
  "city",
  "state",
  "postcode",
  "address_country",
  "custom",
  "tags",
];
/** Columns that are logged together: name in `contacts` and name in the statement. */
const ZONE = { timezone: "timezone", timezone_source: "zone_source" };
const CONSENT = {
  consent_basis: "consent_basis",
  consent_at: "consent_at",
  consent_expires_at: "consent_expires_at",
  consent_summary: "consent_summary",
};

/** A time as JSON, the same in every session. A piece of SQL. */
export const timeAsJson = (column: string) => `to_jsonb(${column} at time zone 'UTC')`;

const asJson = (column: string) => (/_at$/.test(column) ? timeAsJson(column) : `to_jsonb(${column})`);
/** `to_jsonb` of SQL's null is SQL's null, which an object keeps as JSON's null. */
const object = (pairs: readonly string[]) => `jsonb_build_object(${pairs.join(", ")})`;

function side(prefix: string): string {
  const single = SINGLE.map((column) => part([column], object([`'${column}'`, asJson(prefix + column)])));
  const groups = [ZONE, CONSENT].map((group) =>
    part(
      Object.values(group),
      object(Object.entries(group).flatMap(([column, name]) => [`'${column}'`, asJson(prefix + name)])),
    ),
  );
  return [...single, ...groups].join(" || ");
}

const part = (columns: readonly string[], value: string) =>
  `case when (${columns.join(", ")}) is distinct from (${columns.map((name) => `was_${name}`).join(", ")}) then ${value} else '{}' end`;

/**
 * What an import changes of a contact, before and after, as `undoChange` in core reads it: pieces of SQL about a row of
 * `judged`. The time of the change is that of the transaction.
 */
export const LOGGED_CHANGE = {
  before: `${side("was_")} || jsonb_build_object('last_import_id', was_last_import_id)
    || case when changed then jsonb_build_object('updated_at', ${timeAsJson("updated_at")}) else '{}' end`,
  after: `${side("")} || case when changed then jsonb_build_object('updated_at', ${timeAsJson("now()")}) else '{}' end`,
};
