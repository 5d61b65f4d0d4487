import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { topicsQuery, useAddConsent } from "../../../data/contacts/consent.ts";
import type { ConsentChoice } from "../../../data/contacts/contacts.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Checkbox, Select, TextField } from "../../../ui/controls/field.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { ConsentTermsFields, NO_TERMS, termsOf } from "./consent-fields.tsx";

const NOTE_LENGTH_MIN = 3;

/** Records one more consent of a contact. */
export function AddConsentDialog(props: {
  open: boolean;
  onClose: () => void;
  contactId: string;
}): JSX.Element {
  const add = useAddConsent();
  const topics = useQuery(topicsQuery);
  const [basis, setBasis] = createSignal<ConsentChoice>("express");
  const [note, setNote] = createSignal("");
  const [chosen, setChosen] = createSignal<string[]>([]);
  const [terms, setTerms] = createStore({ ...NO_TERMS });
  const choose = (topic: string, on: boolean) =>
    setChosen(on ? [...chosen(), topic] : chosen().filter((one) => one !== topic));
  const save = () =>
    add.mutate(
      {
        id: props.contactId,
        basis: basis(),
        note: note().trim(),
        ...termsOf(terms, basis()),
        ...(chosen().length > 0 && { topics: chosen() }),
      },
      {
        onSuccess: () => {
          notifyDone("Consent recorded.");
          setNote("");
          setChosen([]);
          setTerms({ ...NO_TERMS });
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Record a consent"
      action="Record"
      pending={add.isPending}
      denied={note().trim().length < NOTE_LENGTH_MIN ? "Say how they agreed" : undefined}
      error={add.isError ? sentenceOf(add.error) : undefined}
      onConfirm={save}
    >
      <Select
        label="Consent"
        value={basis()}
        onChange={(event) => setBasis(event.currentTarget.value as ConsentChoice)}
      >
        <option value="express">Express: they asked for texts</option>
        <option value="inferred">Inferred from a relationship</option>
        <option value="transactional">Transactional only</option>
      </Select>
      <TextField
        label="How did they agree?"
        hint="For example: signed the form in the shop on 3 May. This is kept as evidence."
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
      <ConsentTermsFields basis={basis()} terms={terms} onChange={setTerms} />
      <TextField
        label="Ends on (optional)"
        type="date"
        fieldClass="max-w-xs"
        hint="The law may end it earlier."
        value={terms.endsOn}
        onInput={(event) => setTerms({ endsOn: event.currentTarget.value })}
      />
      <Show when={basis() !== "transactional" && topics.isSuccess && topics.data.length > 0}>
        <fieldset class="grid gap-2">
          <legend class="mb-1 font-medium">Topics (none: all)</legend>
          <For each={topics.data}>
            {(topic) => (
              <Checkbox
                label={topic}
                checked={chosen().includes(topic)}
                onChange={(event) => choose(topic, event.currentTarget.checked)}
              />
            )}
          </For>
        </fieldset>
      </Show>
    </Confirm>
  );
}
