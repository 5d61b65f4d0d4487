import type { PhoneRule } from "@smscrm/core/contacts/phone-list";
import type { ConsentChoice } from "../../../data/contacts/contacts.ts";
import type { Choices, Import } from "../../../data/imports.ts";
import type { ConsentTerms } from "../consent/consent-fields.tsx";
import type { FieldTypes } from "./custom-type.tsx";
import { type ColumnRole, type ConsentAnswers, rolesOf, withCustomColumns } from "./mapping.ts";

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
  const guessed: FormChoices = {
    ...{
      roles: withCustomColumns(rolesOf(guessedMapping, header.length), asked),
      basis: "express",
      evidence: "",
      terms: { ...noTerms },
    },
    ...{ tags: "", answers: {}, ignored: [], phoneRule: "mobile", fieldTypes: {} },
  };
  if (!kept || JSON.stringify(kept.header) !== JSON.stringify(header)) return guessed;
  return structuredClone({ ...guessed, ...(kept as Partial<FormChoices>) });
}
