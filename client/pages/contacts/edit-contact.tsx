import { createEffect, type JSX, on } from "solid-js";
import { createStore } from "solid-js/store";
import { type Contact, useUpdateContact } from "../../data/contacts.ts";
import { sentenceOf } from "../../data/problem.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { ZoneField } from "../../ui/zone-field.tsx";

const formOf = (contact: Contact) => ({
  firstName: contact.firstName ?? "",
  lastName: contact.lastName ?? "",
  email: contact.email ?? "",
  timezone: contact.timezoneSource === "stated" ? (contact.timezone ?? "") : "",
  tags: contact.tags.join(", "),
});

export function EditContactDialog(props: {
  open: boolean;
  onClose: () => void;
  contact: Contact;
}): JSX.Element {
  const update = useUpdateContact();
  const [form, setForm] = createStore(formOf(props.contact));
  createEffect(
    on(
      () => props.open,
      (open) => open && setForm(formOf(props.contact)),
    ),
  );
  const save = () => {
    const tags = form.tags
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean);
    const { timezone, ...rest } = form;
    // An empty zone is left as it was worked out, unless a person had stated one.
    const zoneChange = timezone === formOf(props.contact).timezone ? {} : { timezone: timezone || null };
    update.mutate(
      { id: props.contact.id, ...rest, ...zoneChange, tags },
      {
        onSuccess: () => {
          notifyDone("Contact saved.");
          props.onClose();
        },
      },
    );
  };
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Edit contact"
      action="Save"
      pending={update.isPending}
      error={update.isError ? sentenceOf(update.error) : undefined}
      onConfirm={save}
    >
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
      <TextField
        label="Email"
        type="email"
        value={form.email}
        onInput={(event) => setForm("email", event.currentTarget.value)}
      />
      <ZoneField
        label="Time zone, as this person states it"
        hint="Empty: worked out from the address or number."
        value={form.timezone}
        onInput={(zone) => setForm("timezone", zone)}
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
