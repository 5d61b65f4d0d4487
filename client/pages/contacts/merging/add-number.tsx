import { createSignal, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import type { ConsentChoice } from "../../../data/contacts/contacts.ts";
import { useAddNumber } from "../../../data/contacts/merging.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Select, TextField } from "../../../ui/controls/field.tsx";
import { notifyDone } from "../../../ui/toast.tsx";

const NONE = "none";
const EMPTY = { phone: "", consentBasis: NONE as ConsentChoice | typeof NONE, note: "" };
const NOTE_LENGTH_MIN = 3;

/** Adds a further number to a contact. */
export function AddNumberDialog(props: { open: boolean; id: string; onClose: () => void }): JSX.Element {
  const add = useAddNumber();
  const [form, setForm] = createStore({ ...EMPTY });
  const [tried, setTried] = createSignal(false);
  const save = () => {
    setTried(true);
    if (form.phone.trim() === "" || form.note.trim().length < NOTE_LENGTH_MIN) return;
    const consentBasis = form.consentBasis === NONE ? null : form.consentBasis;
    add.mutate(
      { id: props.id, phone: form.phone, consentBasis, note: form.note },
      {
        onSuccess: () => {
          notifyDone("Number added. Campaigns go on texting the preferred number.");
          setForm({ ...EMPTY });
          setTried(false);
          props.onClose();
        },
      },
    );
  };
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Add a number"
      action="Add number"
      pending={add.isPending}
      error={add.isError ? sentenceOf(add.error) : undefined}
      onConfirm={save}
    >
      <p class="text-muted">
        Replies from it appear with this person. Campaigns don’t text it until you make it the preferred
        number.
      </p>
      <TextField
        label="Phone number"
        inputmode="tel"
        autocomplete="off"
        value={form.phone}
        error={tried() && form.phone.trim() === "" ? "Enter a phone number." : undefined}
        onInput={(event) => setForm("phone", event.currentTarget.value)}
      />
      <Select
        label="Consent for this number"
        value={form.consentBasis}
        onChange={(event) => setForm("consentBasis", event.currentTarget.value as ConsentChoice)}
      >
        <option value={NONE}>None on record</option>
        <option value="express">Express: they asked for texts</option>
        <option value="inferred">Inferred from a relationship</option>
        <option value="transactional">Transactional only</option>
      </Select>
      <TextField
        label="How do you know?"
        hint="For example: called us from it on 3 May. This is kept as evidence."
        maxLength={500}
        value={form.note}
        error={
          tried() && form.note.trim().length < NOTE_LENGTH_MIN
            ? "Say how you know, in a few words."
            : undefined
        }
        onInput={(event) => setForm("note", event.currentTarget.value)}
      />
    </Confirm>
  );
}
