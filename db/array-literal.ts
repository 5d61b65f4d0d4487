/**
 * A list as PostgreSQL writes a text[] value. The driver makes one too, but only when the statement is sent: made
 * beforehand, it costs its time while the database is busy with something else.
 */
export function textArray(values: readonly (string | null)[]): string {
  let literal = "{";
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (at > 0) literal += ",";
    if (value === null || value === undefined) literal += "NULL";
    else literal += NEEDS_ESCAPE.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : `"${value}"`;
  }
  return `${literal}}`;
}

const NEEDS_ESCAPE = /["\\]/;
