import { cleanCell } from "../text/clean-cell.ts";
import { dateOrderOf, readDate } from "./calendar-date.ts";
import { FIELD_VALUE_MAX, type TypedField } from "./field.ts";
import { decimalSignOf, readNumber } from "./number.ts";

/** A value as it is stored, null for a blank one, or a sentence that says what to write instead. */
export type ValueReading = { ok: true; value: string | null } | { ok: false; problem: string };

const YES = new Set("yes y true t 1 on ja j oui o si sí sì s sim tak ano да hai evet はい 是".split(" "));
const NO = new Set("no n false f 0 off nein non não nao nie ne нет nej nee hayır いいえ 否".split(" "));

/**
 * Reads a value of a field as people and files write it. All are stored as text in one form, so that the type of a
 * field can change without a rewrite of contacts: numbers as `-1234.5`, dates as `2026-03-31`, yes and no as `yes` and
 * `no`, a choice as it is defined. What can be read in two ways is refused. `country` (of the tenant, ISO 3166-1
 * alpha-2) decides the order of day and month and the decimal sign.
 */
export function readValue(field: TypedField, raw: string, country: string): ValueReading {
  const text = cleanCell(raw);
  if (text === "") return { ok: true, value: null };
  if (text.length > FIELD_VALUE_MAX)
    return { ok: false, problem: `Use at most ${FIELD_VALUE_MAX} characters.` };
  if (field.type === "text") return { ok: true, value: text };
  if (field.type === "number") return readNumber(text, decimalSignOf(country));
  if (field.type === "yes-no") return yesOrNo(text);
  if (field.type === "choice") return choiceOf(text, field.choices);
  const reading = readDate(text, dateOrderOf(country));
  return reading.ok ? { ok: true, value: reading.date } : reading;
}

function yesOrNo(text: string): ValueReading {
  const word = text.toLowerCase();
  if (YES.has(word)) return { ok: true, value: "yes" };
  return NO.has(word) ? { ok: true, value: "no" } : { ok: false, problem: "Write yes or no." };
}

function choiceOf(text: string, choices: readonly string[]): ValueReading {
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  return found === undefined
    ? {
        ok: false,
        problem: `Use one of: ${choices.slice(0, 10).join(", ")}${choices.length > 10 ? ", …" : ""}.`,
      }
    : { ok: true, value: found };
}

const NUMBER = /^-?\d{1,12}(\.\d{1,6})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Whether a stored value is in the form of the field's type. One that was stored before the field had its type may not
 * be: conditions count it as blank.
 */
export function isOfType({ type, choices }: TypedField, value: string): boolean {
  if (type === "number") return NUMBER.test(value);
  if (type === "date") return DATE.test(value);
  if (type === "yes-no") return value === "yes" || value === "no";
  return type === "text" || choices.includes(value);
}

/** Returns the values of a form or a request as they are stored, or what is wrong with the first bad one. */
export function readValues(
  fields: readonly TypedField[],
  given: Readonly<Record<string, string | null>>,
  country: string,
): { ok: true; values: Record<string, string | null> } | { ok: false; name: string; problem: string } {
  const values: Record<string, string | null> = {};
  for (const [name, raw] of Object.entries(given)) {
    const field = fields.find((known) => known.name === name);
    if (!field) return { ok: false, name, problem: "There is no such field. Add it in the settings first." };
    const reading = readValue(field, raw ?? "", country);
    if (!reading.ok) return { ok: false, name, problem: reading.problem };
    values[name] = reading.value;
  }
  return { ok: true, values };
}
