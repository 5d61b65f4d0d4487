import type { ConsentEventKind } from "@smscrm/core/consent/terms";
import { For, type JSX, Show } from "solid-js";
import type { ConsentChoice } from "../../../data/contacts/contacts.ts";
import { Select, TextField } from "../../../ui/controls/field.tsx";
import { EVENT_OPTIONS } from "../../../ui/words/consent-words.ts";

/** What a form asks about a consent, beside how it is known. Empty: not on record. */
export interface ConsentTerms {
  wording: string;
  givenOn: string;
  event: ConsentEventKind | "";
  eventOn: string;
  endsOn: string;
}

export const NO_TERMS: ConsentTerms = { wording: "", givenOn: "", event: "", eventOn: "", endsOn: "" };

/** Returns the terms for the API: what is empty is left out. */
export function termsOf({ wording, givenOn, event, eventOn, endsOn }: ConsentTerms, basis: ConsentChoice) {
  return {
    ...(wording.trim() && { wording: wording.trim() }),
    ...(givenOn && { givenOn }),
    ...(basis === "inferred" && event && { event: { kind: event, ...(eventOn && { on: eventOn }) } }),
    ...(endsOn && { endsOn }),
  };
}

/** The fields of a consent's terms. A file may have the event's day in a column. */
export function ConsentTermsFields(props: {
  basis: ConsentChoice;
  terms: ConsentTerms;
  eventDayHint?: string;
  onChange: (change: Partial<ConsentTerms>) => void;
}): JSX.Element {
  return (
    <>
      <TextField
        label="Wording they agreed to (optional)"
        hint="The text of the form or the question. Marketing to the United States needs it."
        maxLength={2000}
        value={props.terms.wording}
        onInput={(event) => props.onChange({ wording: event.currentTarget.value })}
      />
      <TextField
        label="Given on (optional)"
        type="date"
        fieldClass="max-w-xs"
        value={props.terms.givenOn}
        onInput={(event) => props.onChange({ givenOn: event.currentTarget.value })}
      />
      <Show when={props.basis === "inferred"}>
        <Select
          label="Inferred from"
          hint="Many countries accept inferred consent only after a sale, some for a limited time."
          fieldClass="max-w-xs"
          value={props.terms.event}
          onChange={(event) => props.onChange({ event: event.currentTarget.value as ConsentEventKind | "" })}
        >
          <option value="">A relationship without such an event</option>
          <For each={EVENT_OPTIONS}>{([kind, label]) => <option value={kind}>{label}</option>}</For>
        </Select>
        <Show when={props.terms.event}>
          <TextField
            label="Day of the event"
            type="date"
            fieldClass="max-w-xs"
            hint={props.eventDayHint}
            value={props.terms.eventOn}
            onInput={(event) => props.onChange({ eventOn: event.currentTarget.value })}
          />
        </Show>
      </Show>
    </>
  );
}
