import { createSignal, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { type ConsentChoice, useChangeNumber } from "../../data/contacts/contacts.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";

const EMPTY = { phone: "", consentBasis: "express" as ConsentChoice, consentEvidence: "" };

/** Gives a person a new number, with the consent for it. */
export function ChangeNumberDialog(props: {
  open: boolean;
  id: string;
  onClose: () => void;
  onChanged: (id: string) => void;
}): JSX.Element {
  const change = useChangeNumber();
  const [form, setForm] = createStore({ ...EMPTY });
  const [tried, setTried] = createSignal(false);
  const save = () => {
    setTried(true);
    if (form.phone.trim() === "" || form.consentEvidence.trim().length < 3) return;
    change.mutate(
      { id: props.id, ...form },
      {
        onSuccess: ({ id }) => {
          notifyDone("Number changed. The old number gets no more texts.");
          setForm({ ...EMPTY });
          setTried(false);
          props.onClose();
          props.onChanged(id);
        },
      },
    );
  };
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Change number"
      action="Change number"
      pending={change.isPending}
      error={change.isError ? sentenceOf(change.error) : undefined}
      onConfirm={save}
    >
      <p class="text-muted">
        The details move to the new number. Messages and consents stay with the old one, because they are
        about it.
      </p>
      <TextField
        label="New phone number"
        inputmode="tel"
        autocomplete="off"
        value={form.phone}
        error={tried() && form.phone.trim() === "" ? "Enter a phone number." : undefined}
        onInput={(event) => setForm("phone", event.currentTarget.value)}
      />
      <Select
        label="Consent for the new number"
        value={form.consentBasis}
        onChange={(event) => setForm("consentBasis", event.currentTarget.value as ConsentChoice)}
      >
        <option value="express">Express: they asked for texts</option>
        <option value="inferred">Inferred from a relationship</option>
        <option value="transactional">Transactional only</option>
      </Select>
      <TextField
        label="How do you know?"
        hint="For example: told us the new number by phone on 3 May. This is kept as evidence."
        maxLength={500}
        value={form.consentEvidence}
        error={
          tried() && form.consentEvidence.trim().length < 3 ? "Say how you know, in a few words." : undefined
        }
        onInput={(event) => setForm("consentEvidence", event.currentTarget.value)}
      />
    </Confirm>
  );
}
