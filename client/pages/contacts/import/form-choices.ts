import type { PhoneRule } from "@smscrm/core/contacts/phone-list";
import { readDate } from "@smscrm/core/fields/calendar-date";
import { usableFieldName } from "@smscrm/core/text/template";
import type { ConsentChoice } from "../../../data/contacts/contacts.ts";
import type { Choices, Import } from "../../../data/imports.ts";
import type { ConsentTerms } from "../consent/consent-fields.tsx";
import type { FieldTypes } from "./custom-type.tsx";
import { type ColumnRole, type ConsentAnswers, customName, rolesOf, withCustomColumns } from "./mapping.ts";

/** What the form of an import asks, as far as it is answered. */
export interface FormChoices {
  roles: ColumnRole[];
  basis: ConsentChoice;
  evidence: string;
  terms: ConsentTerms;
  tags: string;
  answers: ConsentAnswers;
  ignored: number[];
  phoneRule: PhoneRule;
  /** Types of the new custom fields, by merge name. */
  fieldTypes: FieldTypes;
}

type Asked = Pick<Import, "header" | "guessedMapping" | "choices" | "sample" | "likelyOptOuts">;

/**
 * Returns what the form begins with: the answers that were kept for these columns, else the guess. If the file is read in
 * another way, its columns are others, and kept answers are not about them.
 */
export function choicesOf(asked: Asked, noTerms: ConsentTerms): FormChoices {
  const { header, guessedMapping, choices } = asked;
  const kept = choices as Partial<Choices> | null;
  const roles = withCustomColumns(rolesOf(guessedMapping, header.length), asked);
  const guessed: FormChoices = {
    ...{
      roles,
      basis: "express",
      evidence: "",
      terms: { ...noTerms },
    },
    ...{ tags: "", answers: {}, ignored: [], phoneRule: "mobile", fieldTypes: dateFields(roles, asked) },
  };
  if (!kept || JSON.stringify(kept.header) !== JSON.stringify(header)) return guessed;
  return structuredClone({ ...guessed, ...(kept as Partial<FormChoices>) });
}

/** Offers the type date for columns in which every shown cell is a date, however day and month are ordered. */
function dateFields(roles: readonly ColumnRole[], { header, sample }: Asked): FieldTypes {
  const dates = roles.flatMap((role, column) => {
    const cells = sample.map((row) => (row[column] ?? "").trim()).filter((cell) => cell !== "");
    const isDates = role === "custom" && cells.length > 0 && cells.every((cell) => readDate(cell, null).ok);
    return isDates ? [[usableFieldName(customName(header, column)), "date"] as const] : [];
  });
  return Object.fromEntries(dates);
}
