import { createSignal, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { type ConsentChoice, useAddContact } from "../../data/contacts/contacts.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { ConsentTermsFields, NO_TERMS, termsOf } from "./consent/consent-fields.tsx";
import { NameFields, TagsField } from "./contact-fields.tsx";
import { parseTags } from "./parse-tags.ts";

const EMPTY = {
  phone: "",
  firstName: "",
  lastName: "",
  consentBasis: "express" as ConsentChoice,
  consentEvidence: "",
  tags: "",
};

export function AddContactDialog(props: {
  open: boolean;
  onClose: () => void;
  onAdded: (id: string) => void;
}): JSX.Element {
  const add = useAddContact();
  const [form, setForm] = createStore({ ...EMPTY });
  const [terms, setTerms] = createStore({ ...NO_TERMS });
  const [tried, setTried] = createSignal(false);
  const missing = () => form.phone.trim() === "" || form.consentEvidence.trim().length < 3;
  const save = () => {
    setTried(true);
    if (missing()) return;
    add.mutate(
      { ...form, consent: termsOf(terms, form.consentBasis), tags: parseTags(form.tags) },
      {
        onSuccess: ({ id }) => {
          notifyDone("Contact added.");
          setForm({ ...EMPTY });
          setTerms({ ...NO_TERMS });
          setTried(false);
          props.onClose();
          props.onAdded(id);
        },
      },
    );
  };
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Add a contact"
      action="Add contact"
      pending={add.isPending}
      error={add.isError ? sentenceOf(add.error) : undefined}
      onConfirm={save}
    >
      <TextField
        label="Phone number"
        inputmode="tel"
        autocomplete="off"
        value={form.phone}
        error={tried() && form.phone.trim() === "" ? "Enter a phone number." : undefined}
        onInput={(event) => setForm("phone", event.currentTarget.value)}
      />
      <NameFields form={form} onInput={setForm} />
      <Select
        label="Consent"
        value={form.consentBasis}
        onChange={(event) => setForm("consentBasis", event.currentTarget.value as ConsentChoice)}
      >
        <option value="express">Express: they asked for texts</option>
        <option value="inferred">Inferred from a relationship</option>
        <option value="transactional">Transactional only</option>
      </Select>
      <TextField
        label="How do you know?"
        hint="For example: signed the form in the shop on 3 May. This is kept as evidence."
        value={form.consentEvidence}
        error={
          tried() && form.consentEvidence.trim().length < 3 ? "Say how you know, in a few words." : undefined
        }
        onInput={(event) => setForm("consentEvidence", event.currentTarget.value)}
      />
      <ConsentTermsFields basis={form.consentBasis} terms={terms} onChange={setTerms} />
      <TagsField form={form} onInput={setForm} />
    </Confirm>
  );
}
