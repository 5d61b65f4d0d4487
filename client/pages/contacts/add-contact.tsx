import { createSignal, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { useAddContact } from "../../data/contacts.ts";
import { sentenceOf } from "../../data/problem.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { Select, TextField } from "../../ui/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";

const EMPTY = {
  phone: "",
  firstName: "",
  lastName: "",
  consentBasis: "express" as Basis,
  consentEvidence: "",
  tags: "",
};
type Basis = "express" | "inferred" | "transactional";

export function AddContactDialog(props: {
  open: boolean;
  onClose: () => void;
  onAdded: (id: string) => void;
}): JSX.Element {
  const add = useAddContact();
  const [form, setForm] = createStore({ ...EMPTY });
  const [tried, setTried] = createSignal(false);
  const missing = () => form.phone.trim() === "" || form.consentEvidence.trim().length < 3;
  const save = () => {
    setTried(true);
    if (missing()) return;
    const tags = form.tags
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean);
    add.mutate(
      { ...form, tags },
      {
        onSuccess: ({ id }) => {
          notifyDone("Contact added.");
          setForm({ ...EMPTY });
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
      <div class="grid grid-cols-2 gap-3">
        <TextField
          label="First name"
          value={form.firstName}
          onInput={(event) => setForm("firstName", event.currentTarget.value)}
        />
        <TextField
          label="Last name"
          value={form.lastName}
          onInput={(event) => setForm("lastName", event.currentTarget.value)}
        />
      </div>
      <Select
        label="Consent"
        value={form.consentBasis}
        onChange={(event) => setForm("consentBasis", event.currentTarget.value as Basis)}
      >
        <option value="express">Express: they asked for texts</option>
        <option value="inferred">Inferred from a relationship</option>
        <option value="transactional">Transactional only</option>
      </Select>
      <TextField
        label="How do you know?"
        hint="For example: signed the form in the shop on 3 May. It is kept as evidence."
        value={form.consentEvidence}
        error={
          tried() && form.consentEvidence.trim().length < 3 ? "Say how you know, in a few words." : undefined
        }
        onInput={(event) => setForm("consentEvidence", event.currentTarget.value)}
      />
      <TextField
        label="Tags"
        hint="Separated by commas"
        value={form.tags}
        onInput={(event) => setForm("tags", event.currentTarget.value)}
      />
    </Confirm>
  );
}
