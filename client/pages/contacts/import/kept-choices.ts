import type { PhoneRule } from "@smscrm/core/contacts/phone-list";
import { onCleanup } from "solid-js";
import type { ConsentChoice } from "../../../data/contacts/contacts.ts";
import { type Choices, type Import, keepImportChoices } from "../../../data/imports.ts";
import { createTypingPause } from "../../../ui/controls/typing-pause.ts";
import { type ConsentTerms, NO_TERMS } from "../consent/consent-fields.tsx";
import { type ColumnRole, type ConsentAnswers, rolesOf } from "./mapping.ts";

const TYPING_PAUSE_MS = 800;

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
}

type Asked = Pick<Import, "header" | "guessedMapping" | "choices">;

/**
 * Returns what the form begins with: the answers that were kept for these columns, else the guess. If the file is read in
 * another way, its columns are others, and kept answers are not about them.
 */
export function choicesOf({ header, guessedMapping, choices }: Asked): FormChoices {
  const kept = choices as Partial<Choices> | null;
  const guessed: FormChoices = {
    ...{
      roles: rolesOf(guessedMapping, header.length),
      basis: "express",
      evidence: "",
      terms: { ...NO_TERMS },
    },
    ...{ tags: "", answers: {}, ignored: [], phoneRule: "mobile" },
  };
  if (!kept || JSON.stringify(kept.header) !== JSON.stringify(header)) return guessed;
  return structuredClone({ ...guessed, ...(kept as Partial<FormChoices>) });
}

/** Keeps the answers on the server as they change, so that leaving the page loses none of them. */
export function createKeptChoices(id: string, read: () => Choices): void {
  let kept = JSON.stringify(read());
  const keep = (text: string) => {
    if (text === kept) return;
    kept = text;
    keepImportChoices(id, JSON.parse(text) as Choices);
  };
  createTypingPause(() => JSON.stringify(read()), keep, TYPING_PAUSE_MS);
  onCleanup(() => keep(JSON.stringify(read())));
}
