import { inFormat, isPattern, type MergeFormat, readFormat } from "./field-format.ts";
import { OPT_OUT_FIELD } from "./opt-out-link.ts";
import { isSnippetName, SNIPPET_PREFIX, snippetName } from "./snippets.ts";

/**
 * Message templates: plain text with merge fields.
 *
 *     {{first_name}}              the contact's value; blank means the message is missing it
 *     {{first_name|there}}        "there" when it is blank
 *     {{last_name|}}              nothing when it is blank, on purpose
 *     {{first_name|there|title}}  the value in Title Case (or upper, lower); the fallback stays as written
 *     {{due|date:"D MMM"}}        a date, number or yes-no field by a pattern (`field-format.ts`); a fallback may come first
 *
 * Spaces inside the braces do not matter, and `{{First Name}}` is the field `first_name`. A single brace is text.
 * `{{opt_out_link}}` is the recipient's own opt-out link. It takes no fallback and no format, which would break it.
 * `{{snippet:signature}}` is a text of the tenant (`snippets.ts`). One that is not known is a field that nobody has.
 */

interface MergeField {
  name: string;
  fallback?: string;
  format?: MergeFormat;
}

/** What is wrong with a template, in a sentence, and where (in UTF-16 units, as an editor counts). */
interface TemplateError {
  message: string;
  index: number;
}

export interface Template {
  parts: readonly (string | MergeField)[];
  fields: readonly MergeField[];
  errors: readonly TemplateError[];
}

/** Twilio refuses a longer body with error 21617, in any encoding. */
export const MAX_BODY_LENGTH = 1600;
const MAX_FIELD_NAME_LENGTH = 64;

/** Fields that every contact has. `phone` is in E.164; the opt-out link is made for each recipient. */
export const STANDARD_FIELDS = [
  "first_name",
  "last_name",
  "phone",
  "email",
  "city",
  "state",
  "postcode",
  OPT_OUT_FIELD,
] as const;

/**
 * Splits a body into text and merge fields. Never throws: an invalid field stays as text and is listed in `errors`.
 */
export function parseTemplate(body: string): Template {
  const parts: (string | MergeField)[] = [];
  const errors: TemplateError[] = [];
  let at = 0;
  while (at < body.length) {
    const open = body.indexOf("{{", at);
    const text = open < 0 ? body.slice(at) : body.slice(at, open);
    strayClose(text, at, errors);
    if (text !== "") parts.push(text);
    if (open < 0) break;
    at = readField(body, open, parts, errors);
  }
  return { parts, fields: parts.filter((part) => typeof part !== "string"), errors };
}

/** Reads the field that opens at `open` and returns the position after it. */
function readField(
  body: string,
  open: number,
  parts: (string | MergeField)[],
  errors: TemplateError[],
): number {
  const close = body.indexOf("}}", open + 2);
  const nested = body.indexOf("{{", open + 2);
  if (close < 0 || (nested >= 0 && nested < close)) {
    errors.push({ message: 'This "{{" has no "}}" to close it.', index: open });
    parts.push("{{");
    return open + 2;
  }
  const field = fieldOf(body.slice(open + 2, close));
  if (typeof field === "string") {
    errors.push({ message: field, index: open });
    parts.push(body.slice(open, close + 2));
  } else parts.push(field);
  return close + 2;
}

function strayClose(text: string, offset: number, errors: TemplateError[]): void {
  for (let at = text.indexOf("}}"); at >= 0; at = text.indexOf("}}", at + 2)) {
    errors.push({ message: 'This "}}" has no "{{" before it.', index: offset + at });
  }
}

/** Returns the field between the braces, or a sentence that says why it is invalid. */
function fieldOf(source: string): MergeField | string {
  const [rawName = "", ...options] = source.split("|").map((part) => part.trim());
  if (/^snippet\s*:/i.test(rawName)) return snippetField(rawName, options.length > 0);
  const name = fieldName(rawName);
  if (name === "") return "The braces name no field: write for example {{first_name}}.";
  if (name.length > MAX_FIELD_NAME_LENGTH || !/^[\p{L}\p{M}\p{N}_]+$/u.test(name)) {
    return `"${rawName.slice(0, MAX_FIELD_NAME_LENGTH)}" cannot be the name of a field: use letters, digits and underscores.`;
  }
  // A pattern says that it is one, so it may stand where a fallback would.
  const [rawFallback, rawFormat, ...rest] = isPattern(options[0] ?? "") ? [undefined, ...options] : options;
  if (rest.length > 0) return "Too many | signs: write {{field|fallback|format}}.";
  if (name === OPT_OUT_FIELD && options.length > 0)
    return `The opt-out link takes no fallback and no format: write {{${OPT_OUT_FIELD}}}.`;
  const field: MergeField = { name };
  if (rawFallback !== undefined) field.fallback = rawFallback;
  if (rawFormat === undefined) return field;
  const read = readFormat(rawFormat);
  return "fault" in read ? read.fault : { ...field, format: read.format };
}

function snippetField(rawName: string, hasOptions: boolean): MergeField | string {
  const name = snippetName(rawName.slice(rawName.indexOf(":") + 1));
  if (!isSnippetName(name))
    return `"${rawName.slice(0, MAX_FIELD_NAME_LENGTH)}" names no snippet: write for example {{snippet:signature}}.`;
  if (hasOptions) return `A snippet takes no fallback and no format: write {{${SNIPPET_PREFIX}${name}}}.`;
  return { name: `${SNIPPET_PREFIX}${name}` };
}

/** Returns the canonical name of a field: `First Name` and `first-name` are `first_name`. */
export function fieldName(raw: string): string {
  return raw
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");
}

/**
 * Returns the name by which a column of this heading can be used in a template: "Balance ($)" is `balance`, "Member #"
 * is `member`, and "第一列" is itself. Empty if the heading has no letter or digit.
 */
export function usableFieldName(heading: string): string {
  return fieldName(heading.normalize("NFC"))
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, MAX_FIELD_NAME_LENGTH);
}

/**
 * Renders the text for one contact. `missing` names the fields that are blank and have no fallback: such a message
 * must not go out ("Hi ,"). Values are inserted as text, never parsed as a template.
 */
export function renderTemplate(
  template: Template,
  values: Readonly<Record<string, string | null | undefined>>,
): { text: string; missing: string[] } {
  let text = "";
  const missing: string[] = [];
  for (const part of template.parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const value = Object.hasOwn(values, part.name) ? cleanValue(values[part.name] ?? "") : "";
    const written = value === "" ? null : inFormat(value, part.format);
    if (written !== null) text += written;
    else if (part.fallback !== undefined) text += part.fallback;
    else if (!missing.includes(part.name)) missing.push(part.name);
  }
  return { text, missing };
}

const TROUBLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]| {2}/u;

/**
 * Makes a value one line without control characters, direction overrides (they can reverse a text) or lone
 * surrogates.
 */
function cleanValue(value: string): string {
  if (!TROUBLE.test(value)) return value.trim();
  return value
    .replace(/[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\p{Cs}]/gu, "")
    .replace(/[\p{Cc}\u2028\u2029 ]+/gu, " ")
    .trim();
}

/** Returns the fields of a template that are not in `known`, each once, in order. */
export function unknownFields(template: Template, known: readonly string[]): string[] {
  const names = new Set(known.map(fieldName));
  return [...new Set(template.fields.map((field) => field.name))].filter((name) => !names.has(name));
}
