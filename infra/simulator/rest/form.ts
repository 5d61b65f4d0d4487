/** A decoded urlencoded form: one string per name, or all of them if a name repeats (MediaUrl). */
export type Form = Record<string, string | string[]>;

/** Decodes `application/x-www-form-urlencoded` text; names keep their order. */
export function parseForm(text: string): Form {
  const form: Form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const earlier = form[name];
    if (earlier === undefined) form[name] = value;
    else form[name] = Array.isArray(earlier) ? [...earlier, value] : [earlier, value];
  }
  return form;
}

/** Returns the value of a name that may be given once; the last one if a client repeats it. */
export function field(form: Form, name: string): string | undefined {
  const value = form[name];
  return Array.isArray(value) ? value.at(-1) : value;
}

/** Returns all values of a name that may repeat. */
export function fieldList(form: Form, name: string): string[] {
  const value = form[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
