/**
 * Returns a list as a text[] literal. The driver can do this too, but only when it sends the statement. Done
 * beforehand, it runs while the database is busy with the previous batch.
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
