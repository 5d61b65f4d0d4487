import { z } from "zod";
import { STANDARD_FIELDS, usableFieldName } from "../text/template.ts";

/** What the values of a custom field are. */
export const FIELD_TYPES = ["text", "number", "date", "yes-no", "choice"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** The most custom fields of a tenant. */
export const FIELDS_MAX = 200;
/** The length of a value, in UTF-16 units. */
export const FIELD_VALUE_MAX = 500;
const CHOICES_MAX = 100;
const CHOICE_LENGTH_MAX = 60;

/** What is needed to read a value of a field. */
export interface TypedField {
  /** As templates name it. It never changes. */
  name: string;
  type: FieldType;
  /** For a choice: the values that it can have. */
  choices: readonly string[];
}

/** A custom field of a tenant. */
export interface CustomField extends TypedField {
  /** As pages show it. */
  label: string;
  /** Whether templates may use it. */
  mergeable: boolean;
}

/** Names that a custom field can't have: templates and files use them for the fields that every contact has. */
const RESERVED: readonly string[] = [...STANDARD_FIELDS, "full_name", "country", "timezone", "tags"];

const line = (most: number, what: string) =>
  z
    .string()
    .trim()
    .min(1, `Enter ${what}.`)
    .max(most, `Use at most ${most} characters for ${what}.`)
    .regex(/^\P{Cc}+$/u, "Use one line of text.");

const label = line(60, "the label");
const choices = z
  .array(line(CHOICE_LENGTH_MAX, "a choice"))
  .max(CHOICES_MAX, `Use at most ${CHOICES_MAX} choices.`)
  .refine(
    (all) => new Set(all.map((one) => one.toLowerCase())).size === all.length,
    "Two choices are the same.",
  );

/** What a person can change of a field. */
const changeable = { label, type: z.enum(FIELD_TYPES), choices: choices.default([]), mergeable: z.boolean() };

const hasItsChoices = ({ type, choices: given }: { type: FieldType; choices: string[] }) =>
  (type === "choice") === given.length > 0;
const CHOICES_MISSING = {
  message: "Give a field of type choice its choices, and other fields none.",
  path: ["choices"],
};

/** A new field. Without a name it gets one from its label. */
export const newFieldInput = z
  .strictObject({
    ...changeable,
    mergeable: z.boolean().default(true),
    name: z.string().trim().max(64, "Use at most 64 characters for the merge name.").optional(),
  })
  .refine(hasItsChoices, CHOICES_MISSING);

export const fieldChange = z.strictObject(changeable).refine(hasItsChoices, CHOICES_MISSING);

/** Returns the merge name of a new field, or a sentence that says why it can't have it. */
export function newFieldName(
  given: string,
  taken: readonly string[],
): { ok: true; name: string } | { ok: false; sentence: string } {
  const name = usableFieldName(given);
  const refuse = (sentence: string) => ({ ok: false as const, sentence });
  if (name === "") return refuse("The merge name needs a letter or a digit.");
  if (RESERVED.includes(name))
    return refuse(`Every contact has “${name}” already. Choose another merge name.`);
  if (taken.includes(name)) return refuse(`There is a field {{${name}}} already. Choose another merge name.`);
  return { ok: true, name };
}

/** Returns a label for a field that was only seen in data: `member_no` is "Member no". */
function labelOf(name: string): string {
  const words = name.replace(/_+/g, " ").trim();
  return (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, 60);
}

/** Returns the definition of a field that nobody has defined: text, as it always was. */
export const undefinedField = (name: string): CustomField => ({
  ...{ name, label: labelOf(name), type: "text", choices: [], mergeable: true },
});
