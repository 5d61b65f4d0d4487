import type { FieldType } from "@smscrm/core/fields/field";

export const FIELD_TYPE_WORDS: Readonly<Record<FieldType, string>> = {
  text: "Text",
  number: "Number",
  date: "Date",
  "yes-no": "Yes or no",
  choice: "Choice",
};

/** How a value of a type is entered. */
export const FIELD_VALUE_HINTS: Readonly<Record<FieldType, string | undefined>> = {
  text: undefined,
  number: "Such as 1234.5",
  date: "Such as 2026-03-31 or 31 March 2026",
  "yes-no": undefined,
  choice: undefined,
};

/** An example of the field in a text. */
export function mergeExample({ name, type }: { name: string; type: FieldType }): string {
  if (type === "date") return `{{${name}|date:"D MMMM"}}`;
  if (type === "number") return `{{${name}|number:"0,000.00"}}`;
  return type === "yes-no" ? `{{${name}|words:"yes/no"}}` : `{{${name}}}`;
}
